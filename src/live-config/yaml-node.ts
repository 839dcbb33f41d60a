import { isMap, isScalar, isSeq, type Node, Scalar } from 'yaml'
import type { Style } from './source-offset'

/** Where a node's own text begins; anchors and tags before it do not count. */
export function offsetOf(node: Pick<Node, 'range'>): number {
  return node.range?.[0] ?? 0
}

/** The text of a key. A number or `null` counts as it is written, as JSON would have it; undefined: no text at all. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  return typeof key.value === 'string' ? key.value : key.source || undefined
}

const CORE: Readonly<Record<string, (node: Node) => boolean>> = {
  'tag:yaml.org,2002:map': isMap,
  'tag:yaml.org,2002:seq': isSeq,
  'tag:yaml.org,2002:str': (node) => isScalar(node) && typeof node.value === 'string',
  'tag:yaml.org,2002:int': (node) => isScalar(node) && typeof node.value === 'number',
  'tag:yaml.org,2002:float': (node) => isScalar(node) && typeof node.value === 'number',
  'tag:yaml.org,2002:bool': (node) => isScalar(node) && typeof node.value === 'boolean',
  'tag:yaml.org,2002:null': (node) => isScalar(node) && node.value === null,
  '!': () => true,
}

/** Whether a node's tag says no more than what JSON can say, and the value fits it. */
export function hasCoreTag(node: Node & { readonly tag?: string | undefined }): boolean {
  return node.tag === undefined || (Object.hasOwn(CORE, node.tag) && CORE[node.tag]?.(node) === true)
}

export function styleOf(scalar: Scalar): Style {
  if (scalar.type === Scalar.QUOTE_DOUBLE) return 'double'
  return scalar.type === Scalar.QUOTE_SINGLE ? 'single' : 'plain'
}

/** Where the characters of a scalar begin: after its quote, or after the line of its `|`. */
export function contentOffset(scalar: Scalar, text: string): number {
  const start = offsetOf(scalar)
  if (scalar.type === Scalar.BLOCK_LITERAL || scalar.type === Scalar.BLOCK_FOLDED) return text.indexOf('\n', start) + 1 || start
  return styleOf(scalar) === 'plain' ? start : start + 1
}
