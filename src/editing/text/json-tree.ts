import { type Node as Parsed, parseTree } from 'jsonc-parser'
import type { JsonValue } from '../../core/json'
import type { Node, Slot } from './tree'

/** The tree of a JSON text; undefined when it is none. Comments and trailing commas may be there. */
export function jsonTree(text: string): Node | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true })
  return root && nodeOf(root, text)
}

function nodeOf(parsed: Parsed, text: string): Node {
  const { offset: start, length, type } = parsed
  const end = start + length
  if (type === 'object') {
    const slots = (parsed.children ?? []).flatMap((property) => memberOf(property, text))
    const value = Object.fromEntries(slots.map(({ key = '', node }) => [key, node?.value ?? null]))
    return { kind: 'map', start, end, isFlow: true, value, slots }
  }
  if (type === 'array') {
    const slots = (parsed.children ?? []).map((item): Slot => {
      const node = nodeOf(item, text)
      return { start: node.start, keyEnd: node.start, node, end: node.end }
    })
    const value = slots.map(({ node }) => node?.value ?? null)
    return { kind: 'list', start, end, isFlow: true, value, slots }
  }
  // Where data comes in: the parser's value of a string, number, boolean or null.
  const value = parsed.value as JsonValue
  return { kind: 'scalar', start, end, isFlow: true, value, slots: [], quote: '"' }
}

function memberOf({ children = [] }: Parsed, text: string): readonly Slot[] {
  const [key, value] = children
  if (key === undefined || value === undefined) return []
  const node = nodeOf(value, text)
  const keyEnd = key.offset + key.length
  const after = text.indexOf(':', keyEnd) + 1
  return [{ key: String(key.value), start: key.offset, keyEnd, after, node, end: node.end }]
}
