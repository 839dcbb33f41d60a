import { randomFillSync } from 'node:crypto'

const BYTES = 16
/** Of so many ids at a time. */
const random = Buffer.alloc(BYTES * 128)
let used = random.length

const text = Buffer.from('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx')
/** Where the two digits of each byte stand. */
const places = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34)
const digits = Buffer.from('0123456789abcdef')

/**
 * A random UUID, version 4. As `crypto.randomUUID()`, but a text of one piece: that one is joined
 * out of twenty when somebody first reads it, and thousands that wait to be written would keep all
 * their pieces in memory until then.
 */
export function freshId(): string {
  if (used === random.length) {
    randomFillSync(random)
    used = 0
  }
  for (let i = 0; i < BYTES; i++) {
    const byte = marked(i, random[used + i] ?? 0)
    const place = places[i] ?? 0
    text[place] = digits[byte >> 4] ?? 0
    text[place + 1] = digits[byte & 15] ?? 0
  }
  used += BYTES
  return text.toString('latin1')
}

/** Version and variant, as RFC 9562 places them. */
function marked(i: number, byte: number): number {
  if (i === 6) return (byte & 0x0f) | 0x40
  return i === 8 ? (byte & 0x3f) | 0x80 : byte
}
