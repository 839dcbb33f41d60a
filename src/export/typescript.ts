import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../core/json'
import { printable } from '../core/printable'

/** Deeper, and with more keys, a type says only that the value is JSON. */
const DEEPEST = 8
const MOST_KEYS = 200

/**
 * The TypeScript type that all of the values have: literals are widened, mappings are joined to one
 * whose keys are optional unless all have them.
 *
 * @example typeOfValues([1, 'a', { most: 5 }]) // 'number | string | { readonly most: number }'
 */
export function typeOfValues(values: readonly JsonValue[], depth = 0): string {
  if (values.length === 0) return 'never'
  if (depth > DEEPEST) return 'JsonValue'
  const kinds = new Set(
    values.filter((value) => typeof value !== 'object').map((value): string => typeof value),
  )
  const lists = values.filter(isJsonList)
  const mappings = values.filter(isJsonObject)
  return [
    ...[...kinds].sort(),
    ...(lists.length > 0 ? [listType(lists, depth)] : []),
    ...(mappings.length > 0 ? [mappingType(mappings, depth)] : []),
    ...(values.includes(null) ? ['null'] : []),
  ].join(' | ')
}

/** Of what an empty list is a list, nobody has said. */
function listType(lists: readonly (readonly JsonValue[])[], depth: number): string {
  const items = lists.flat()
  const type = items.length === 0 ? 'JsonValue' : typeOfValues(items, depth + 1)
  return `readonly ${type.includes('|') ? `(${type})` : type}[]`
}

function mappingType(mappings: readonly JsonObject[], depth: number): string {
  const members = new Map<string, JsonValue[]>()
  for (const mapping of mappings)
    for (const [key, value] of Object.entries(mapping))
      members.set(key, [...(members.get(key) ?? []), value])
  if (members.size === 0 || members.size > MOST_KEYS) return '{ readonly [key: string]: JsonValue }'
  const written = [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => {
      const optional = values.length < mappings.length ? '?' : ''
      return `readonly ${keyText(key)}${optional}: ${typeOfValues(values, depth + 1)}`
    })
  return `{ ${written.join('; ')} }`
}

/** A key of a type: in quotes unless it is a plain identifier. */
export const keyText = (key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key)

/** A text as a literal of TypeScript; characters that are not seen are spelt out. */
export function literal(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner.replace(UNSEEN, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)}'`
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Lines of a comment of JSDoc. What is written in a live config ends no comment and begins no tag.
 */
export function comment(lines: readonly string[], indent: string): readonly string[] {
  const safe = lines
    .flatMap((line) => line.split(/\r\n|\r|\n/))
    .map((line) => printable(line.trim()).replaceAll('*/', '*\\/').replace(/^@/, '\\@'))
    .filter((line) => line !== '')
  const [only] = safe
  if (only === undefined) return []
  return safe.length === 1
    ? [`${indent}/** ${only} */`]
    : [`${indent}/**`, ...safe.map((line) => `${indent} * ${line}`), `${indent} */`]
}
