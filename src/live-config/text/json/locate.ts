import type * as Jsonc from 'jsonc-parser'
import type { Node } from 'jsonc-parser'
import type { JsonValue } from '../../../core/json'
import { nestedDeeperAt } from '../../../core/nesting'
import type { Path } from '../../../core/problem'
import { duplicateKey, type Unplaced } from '../places'
import { MAX_TEXT_DEPTH } from '../limits'

/**
 * How a text is quoted: `double` has backslash escapes, `single` doubles its quote, `plain` has
 * neither (but may be folded).
 */
export type Style = 'double' | 'single' | 'plain'

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/**
 * Returns where the decoded text's character at `index` is in the source that begins at `start`. It
 * counts characters that are not white space, so folding, indentation and line breaks do not
 * matter; white space itself has no exact place.
 */
export function sourceOffset(
  source: string,
  start: number,
  style: Style,
  decoded: string,
  index: number,
): number {
  let at = skipBlank(source, start, style)
  for (let i = 0; i < index;) {
    if (isBlank(decoded.charCodeAt(i))) {
      i++
      continue
    }
    const unit = unitAt(source, at, style)
    at = skipBlank(source, at + unit.length, style)
    i += unit.width
  }
  return Math.min(at, source.length)
}

interface Unit {
  readonly length: number
  /** The UTF-16 code units of the character. */
  readonly width: number
  readonly blank: boolean
}

function unitAt(source: string, at: number, style: Style): Unit {
  const char = source.charAt(at)
  if (style === 'single' && char === "'") return { length: 2, width: 1, blank: false }
  if (style !== 'double' || char !== '\\')
    return { length: 1, width: 1, blank: isBlank(source.charCodeAt(at)) }
  const escape = source.charAt(at + 1)
  const digits = HEX_DIGITS[escape]
  if (digits === undefined) return { length: 2, width: 1, blank: 'ntr \n\t'.includes(escape) }
  const code = parseInt(source.slice(at + 2, at + 2 + digits), 16)
  return { length: 2 + digits, width: code > 0xffff ? 2 : 1, blank: isBlank(code) }
}

function skipBlank(source: string, from: number, style: Style): number {
  let at = from
  while (at < source.length) {
    const unit = unitAt(source, at, style)
    if (!unit.blank) break
    at += unit.length
  }
  return at
}

const isBlank = (char: number): boolean => char === 32 || char === 10 || char === 13 || char === 9

/** The tree of a JSON text; undefined when it is not JSON, or too deep to search. */
function jsonTree(text: string): Node | undefined {
  return nestedDeeperAt(text, MAX_TEXT_DEPTH) !== undefined
    ? undefined
    : jsoncParser().parseTree(text)
}

/** The package is loaded for the first text with a problem, or of which a place is asked. */
export function jsoncParser(): typeof Jsonc {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make parsing asynchronous
  return require('jsonc-parser') as typeof Jsonc
}

/**
 * The offset of a part of a JSON text; that of the nearest key above when there is no such part;
 * undefined when there is nothing at all.
 */
export function locateInJson(
  text: string,
  path: Path,
  target: 'key' | 'value',
): number | undefined {
  const root = jsonTree(text)
  if (!root) return undefined
  let node = root
  for (const [i, step] of path.entries()) {
    const child = childOf(node, step)
    if (!child)
      return (
        inText(text, node, path.slice(i), target) ??
        (node === root ? undefined : nameOf(node).offset)
      )
    node = child
  }
  return target === 'key' ? nameOf(node).offset : node.offset
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (node.type === 'array') return typeof step === 'number' ? node.children?.[step] : undefined
  const property = node.children?.findLast((pair) => pair.children?.[0]?.value === String(step))
  return property?.children?.[1]
}

/** The key of a node's value; the node itself in a list. */
const nameOf = (node: Node): Node =>
  (node.parent?.type === 'property' ? node.parent.children?.[0] : undefined) ?? node

/** Follows the path into a text that is itself JSON, through the escapes of its literal. */
function inText(text: string, node: Node, rest: Path, target: 'key' | 'value'): number | undefined {
  const decoded: unknown = node.value
  if (node.type !== 'string' || typeof decoded !== 'string') return undefined
  const inner = locateInJson(decoded, rest, target)
  return inner === undefined
    ? undefined
    : sourceOffset(text, node.offset + 1, 'double', decoded, inner)
}

/** How many keys a value has; NaN, which equals no count, when a number in it is infinite. */
export function keysWithin(value: JsonValue): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : NaN
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) keys += keysWithin(item)
    return keys
  }
  for (const item of Object.values(value)) keys += 1 + keysWithin(item)
  return keys
}

export interface Inspected {
  readonly value: JsonValue
  readonly problems: readonly Unplaced[]
}

/** Finds, slowly and exactly, the problems of valid JSON, and the value without them. */
export function inspectJson(json: string): Inspected {
  const problems: Unplaced[] = []
  const root = jsonTree(json)
  if (root) inspect(root, problems)
  // A reviver defines members as JSON.parse does, so that `__proto__` stays a key.
  const finite = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? null : value
  return { value: JSON.parse(json, finite) as JsonValue, problems }
}

function inspect(node: Node, problems: Unplaced[]): void {
  if (node.type === 'number' && !Number.isFinite(node.value)) {
    problems.push({
      code: 'bad-type',
      severity: 'error',
      message: 'the number is so large that it becomes infinity; write a smaller one',
      offset: node.offset,
    })
  }
  if (node.type === 'object') reportDuplicates(node, problems)
  for (const child of node.children ?? []) inspect(child, problems)
}

function reportDuplicates(object: Node, problems: Unplaced[]): void {
  const seen = new Map<unknown, Node>()
  for (const key of (object.children ?? []).flatMap((property) => property.children?.[0] ?? [])) {
    const first = seen.get(key.value)
    if (first) problems.push(duplicateKey(String(key.value), first.offset, key.offset))
    else seen.set(key.value, key)
  }
}
