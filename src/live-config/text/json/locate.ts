import { endOfString } from '../../../core/nesting'
import type { Path } from '../../../core/problem'
import { type Child, childrenAt, decode, skipBlank } from './scan'
import { sourceOffset } from './source-offset'

/**
 * Where a part of a JSON text is; the key of the nearest part above when there is no such part;
 * undefined for a text that is no JSON.
 */
export function locateInJson(
  text: string,
  path: Path,
  target: 'key' | 'value',
): number | undefined {
  let name: number | undefined
  let value = skipBlank(text, 0)
  for (const [i, step] of path.entries()) {
    const child = childOf(text, value, step)
    if (!child) return inText(text, value, path.slice(i), target) ?? name
    name = child.keyStart
    value = child.valueStart
  }
  if (value >= text.length) return undefined
  return target === 'key' ? (name ?? value) : value
}

/** The member or item of the collection that begins at an index; of two equal keys the last. */
function childOf(text: string, at: number, step: string | number): Child | undefined {
  const isList = text.charAt(at) === '['
  if (!isList && text.charAt(at) !== '{') return undefined
  let found: Child | undefined
  let index = 0
  for (const child of childrenAt(text, at)) {
    if (isList ? index === step : keyIn(text, child) === String(step)) found = child
    if (isList && found) break
    index++
  }
  return found
}

const keyIn = (text: string, { keyStart, keyEnd }: Child): unknown =>
  decode(text.slice(keyStart, keyEnd))

/** Follows the path into a text that is itself JSON, through the escapes of its literal. */
function inText(text: string, at: number, rest: Path, target: 'key' | 'value'): number | undefined {
  if (text.charAt(at) !== '"') return undefined
  const decoded = decode(text.slice(at, endOfString(text, at)))
  if (typeof decoded !== 'string') return undefined
  const inner = locateInJson(decoded, rest, target)
  return inner === undefined ? undefined : sourceOffset(text, at + 1, 'double', decoded, inner)
}
