import type { CST, Scalar } from 'yaml'
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node as YamlNode,
  type Pair,
  parseDocument,
} from 'yaml'
import { isJsonList, isJsonObject, type JsonValue, own } from '../../core/json'
import type { Node, Slot } from './tree'

/** As the live config is read: `<<` is a key like any other, and keys that are there twice stay. */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  resolveKnownTags: false,
  keepSourceTokens: true,
} as const

/**
 * The tree of a YAML text whose value is known: aliases may lead out of the text, so values are not
 * read from it again.
 */
export function yamlTree(text: string, value: JsonValue): Node | undefined {
  const { contents } = parseDocument(text, OPTIONS)
  return contents ? nodeOf(contents, text, value) : undefined
}

function nodeOf(node: YamlNode, text: string, value: JsonValue): Node {
  const [start, valueEnd] = node.range ?? [0, 0]
  if (isMap(node) && isJsonObject(value)) {
    const slots = node.items.map((pair) => memberOf(pair, text, value))
    const isPlain = slots.every((slot) => slot !== undefined)
    const isFlow = node.flow === true
    const end = isFlow ? valueEnd : (slots.at(-1)?.end ?? valueEnd)
    return {
      kind: isPlain ? 'map' : 'tied',
      start,
      end,
      isFlow,
      value,
      slots: isPlain ? slots : [],
    }
  }
  if (isSeq(node) && isJsonList(value)) {
    const isFlow = node.flow === true
    const dashes = isFlow ? [] : dashesOf(node.srcToken)
    const slots = node.items.map((item, i) =>
      itemOf(isNode(item) ? item : undefined, text, value[i] ?? null, dashes[i]),
    )
    const isPlain = !node.items.some(isPair)
    const end = isFlow ? valueEnd : (slots.at(-1)?.end ?? valueEnd)
    return {
      kind: isPlain ? 'list' : 'tied',
      start,
      end,
      isFlow,
      value,
      slots: isPlain ? slots : [],
    }
  }
  const kind = isAlias(node) || isCollection(node) ? 'tied' : 'scalar'
  const end = withoutLastBreaks(node, text, start, valueEnd)
  return { kind, start, end, isFlow: false, value, slots: [], quote: quoteOf(node) }
}

function memberOf(pair: Pair, text: string, value: Record<string, JsonValue>): Slot | undefined {
  const { key } = pair
  const source = pair.srcToken
  if (!isScalar(key) || key.range === null || key.range === undefined || !source) return undefined
  if (source.start.some(({ type }) => type === 'explicit-key-ind')) return undefined
  const [start, keyEnd] = key.range
  const colon = source.sep?.find(({ type }) => type === 'map-value-ind')
  const name = textOfKey(key)
  const node = written(pair.value, text, own(value, name) ?? null)
  const after = colon && colon.offset + 1
  return { key: name, start, keyEnd, after, node, end: node?.end ?? after ?? keyEnd }
}

function itemOf(
  item: YamlNode | undefined,
  text: string,
  value: JsonValue,
  dash: number | undefined,
): Slot {
  const node = written(item, text, value)
  const start = dash ?? node?.start ?? 0
  const after = dash === undefined ? undefined : dash + 1
  return { start, keyEnd: start, after, node, end: node?.end ?? after ?? start }
}

/** Undefined when nothing is written, as in `key:`. */
function written(node: unknown, text: string, value: JsonValue): Node | undefined {
  if (!isNode(node)) return undefined
  const [start, end] = node.range ?? [0, 0]
  return isScalar(node) && start === end ? undefined : nodeOf(node, text, value)
}

function dashesOf(token: unknown): readonly number[] {
  // Where data comes in: the token of a list in lines, which keepSourceTokens keeps.
  const { items = [] } = (token ?? {}) as Partial<CST.BlockSequence>
  return items.flatMap(
    ({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset ?? [],
  )
}

/** The library reads 1 and true as keys that are no text; the live config takes their texts. */
const textOfKey = (key: Scalar): string =>
  typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))

const quoteOf = (node: YamlNode): Node['quote'] =>
  isScalar(node)
    ? node.type === 'QUOTE_DOUBLE'
      ? '"'
      : node.type === 'QUOTE_SINGLE'
        ? "'"
        : undefined
    : undefined

function withoutLastBreaks(node: YamlNode, text: string, start: number, end: number): number {
  if (!isScalar(node) || !node.type?.startsWith('BLOCK')) return end
  return start + text.slice(start, end).trimEnd().length
}
