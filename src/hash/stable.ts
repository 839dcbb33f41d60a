import { type PointOf, POINTS, type StableKey } from '../core/bucketing'
import { murmur3 } from './murmur3'

/** Names the scheme in what is hashed: another construction would have another. */
const SCHEME = 'lf1'
const TWO_TO_32 = 2 ** 32
/** UTF-8 has at most three bytes for each unit of UTF-16. */
const BYTES_PER_UNIT = 3

const encoder = new TextEncoder()

/**
 * The stable scheme (docs/spec/bucketing.md, section 6): murmur3 of the UTF-8 text
 * `lf1 NUL salt NUL shuffle NUL purpose NUL kind NUL unit`, times a million, divided by 2^32 and
 * rounded down. The unit is last and may hold anything; half of a surrogate pair counts as U+FFFD.
 * The product is below 2^53 and the divisor a power of two, so doubles compute the exact integer.
 */
export function stablePointOf({ salt, shuffle, purpose, kind }: StableKey): PointOf {
  const prefix = encoder.encode(`${[SCHEME, salt, shuffle, purpose, kind].join('\0')}\0`)
  let bytes = withRoom(prefix, 64)
  return (unit) => {
    const most = prefix.length + unit.length * BYTES_PER_UNIT
    if (most > LARGEST_KEPT) return pointOf(withRoom(prefix, most), prefix.length, unit)
    if (most > bytes.length) bytes = withRoom(prefix, most * 2)
    return pointOf(bytes, prefix.length, unit)
  }
}

/** Room for longer units is made for one draw and dropped: one long id must not keep memory. */
const LARGEST_KEPT = 1024

function withRoom(prefix: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, prefix.length))
  bytes.set(prefix)
  return bytes
}

function pointOf(bytes: Uint8Array, start: number, unit: string): number {
  const length = start + write(unit, bytes, start)
  return Math.floor((murmur3(bytes, length) * POINTS) / TWO_TO_32)
}

/** Writes the text as UTF-8 and returns how many bytes it has. */
function write(text: string, bytes: Uint8Array, start: number): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return encoder.encodeInto(text, bytes.subarray(start)).written
    bytes[start + i] = code
  }
  return text.length
}
