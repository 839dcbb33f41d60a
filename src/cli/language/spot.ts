import { getLocation, parse as parseJson } from 'jsonc-parser'
import { isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml'
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json'
import type { Format } from '../../core/source'
import type { TextEntry } from './entries'

/** Where in an entry the cursor is. */
export interface Spot {
  /** The keys above the cursor, from the entry's own value; 0 for an item of a list. */
  readonly path: readonly (string | number)[]
  /** Whether a key or a value is written there. */
  readonly writes: 'key' | 'value'
}

const MARK = 'liveflagCursorHere'

/** The place of an offset within an entry. Works while the text is being written. */
export function spotAt(
  text: string,
  format: Format,
  entry: TextEntry,
  offset: number,
): Spot | undefined {
  const block = text.slice(entry.start, entry.end)
  const at = offset - entry.start
  if (format === 'yaml') return spotInYaml(block, at)
  if (format === 'json') return spotInJson(`{${block}`, at + 1, 1)
  const value = block.search(/[=:]/) + 1
  return at < value ? undefined : spotInJson(block.slice(value), at - value, 0)
}

function spotInJson(text: string, at: number, above: number): Spot | undefined {
  const { path, isAtPropertyKey } = getLocation(text, at)
  if (path.length < above || (path.length === above && isAtPropertyKey)) return undefined
  const inside = path.slice(above).map((part) => (typeof part === 'number' ? 0 : part))
  return {
    path: isAtPropertyKey ? inside.slice(0, -1) : inside,
    writes: isAtPropertyKey ? 'key' : 'value',
  }
}

/** A word is put at the cursor, and found again in what the text then is. */
function spotInYaml(block: string, at: number): Spot | undefined {
  const [before, after] = [block.slice(0, at), block.slice(at)]
  const head = before.slice(before.lastIndexOf('\n') + 1)
  const rest = after.split('\n', 1)[0] ?? ''
  if (/(?:^|\s)#/.test(head)) return undefined
  // A line that has only the beginning of a word becomes a key.
  const isNewKey = /^\s+(?:- )*[\w-]*$/.test(head) && /^[\w-]*\s*$/.test(rest)
  const word = /^[\w-]*/.exec(rest)?.[0] ?? ''
  const marked = isNewKey ? `${MARK}:${after.slice(word.length)}` : MARK + after
  const document = parseDocument(before + marked, { logLevel: 'silent', uniqueKeys: false })
  let spot: Spot | undefined
  visit(document, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== 'string' || !node.value.includes(MARK)) return undefined
      const path = ancestors.flatMap((above): (string | number)[] => {
        if (isSeq(above)) return [0]
        return isPair(above) && isScalar(above.key) ? [String(above.key.value)] : []
      })
      // The first key is the entry's own.
      if (path.length > 1 || key !== 'key')
        spot = {
          path: path.slice(1, key === 'key' ? -1 : undefined),
          writes: key === 'key' ? 'key' : 'value',
        }
      return visit.BREAK
    },
  })
  return spot
}

/** The value of an entry's text; undefined while it cannot be read. */
export function valueOf(text: string, format: Format, entry: TextEntry): JsonValue | undefined {
  const block = text.slice(entry.start, entry.end)
  if (format === 'json') return firstValue(parseJson(`{${block}`) as JsonValue | undefined)
  if (format === 'ini') return decoded(block.slice(block.search(/[=:]/) + 1).trim())
  const document = parseDocument(block, { logLevel: 'silent', uniqueKeys: false })
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined
  // What YAML has beyond JSON, such as a tag, is judged by check; here it is only shown.
  const value = firstValue(document.toJS({ maxAliasCount: 100 }) as JsonValue | undefined)
  return typeof value === 'string' ? decoded(value) : value
}

const firstValue = (mapping: JsonValue | undefined): JsonValue | undefined =>
  mapping !== undefined && isJsonObject(mapping) ? Object.values(mapping)[0] : undefined

/** A mapping as JSON text, which is how r2 stores it; any other text stays as it is. */
function decoded(text: string): JsonValue {
  if (!text.trimStart().startsWith('{')) return text
  const value = parseJson(text) as JsonObject | undefined
  return value ?? text
}
