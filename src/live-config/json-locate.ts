import { type Node, parseTree } from 'jsonc-parser'
import type { Path } from '../core/problem'
import { MAX_TEXT_DEPTH, nesting } from './nesting'
import { sourceOffset } from './source-offset'

/** The tree of a JSON text; undefined when it is none, or too deep to be worth a search. */
export function jsonTree(text: string): Node | undefined {
  return nesting(text) > MAX_TEXT_DEPTH ? undefined : parseTree(text)
}

/** Where a part of a JSON text stands; the key of the nearest thing above when there is no such part; undefined for nothing at all. */
export function locateInJson(text: string, path: Path, target: 'key' | 'value'): number | undefined {
  const root = jsonTree(text)
  if (!root) return undefined
  let node = root
  for (const [i, step] of path.entries()) {
    const child = childOf(node, step)
    if (!child) return inText(text, node, path.slice(i), target) ?? (node === root ? undefined : nameOf(node).offset)
    node = child
  }
  return target === 'key' ? nameOf(node).offset : node.offset
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (node.type === 'array') return typeof step === 'number' ? node.children?.[step] : undefined
  const property = node.children?.findLast((pair) => pair.children?.[0]?.value === String(step))
  return property?.children?.[1]
}

/** The key that holds a node; the node itself when nothing but a list holds it. */
const nameOf = (node: Node): Node => (node.parent?.type === 'property' ? node.parent.children?.[0] : undefined) ?? node

/** On into a text that is itself JSON, through the escapes of the literal that holds it. */
function inText(text: string, node: Node, rest: Path, target: 'key' | 'value'): number | undefined {
  const decoded: unknown = node.value
  if (node.type !== 'string' || typeof decoded !== 'string') return undefined
  const inner = locateInJson(decoded, rest, target)
  return inner === undefined ? undefined : sourceOffset(text, node.offset + 1, 'double', decoded, inner)
}
