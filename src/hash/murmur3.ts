const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/** One block of four bytes, before it is mixed into the state. */
const scramble = (block: number): number => {
  const k = Math.imul(block, C1)
  return Math.imul((k << 15) | (k >>> 17), C2)
}

/**
 * 32-bit MurmurHash3 (x86_32, seed 0, by Austin Appleby) of the first `length` bytes: a whole
 * number from 0 to 2^32 - 1.
 */
export function murmur3(bytes: Uint8Array, length: number): number {
  const end = length & ~3
  let state = 0
  for (let at = 0; at < end; at += 4) {
    state ^= scramble(wordAt(bytes, at, 4))
    state = (state << 13) | (state >>> 19)
    state = (Math.imul(state, 5) + 0xe6546b64) | 0
  }
  if (end < length) state ^= scramble(wordAt(bytes, end, length - end))
  return finished(state ^ length)
}

/** Up to four bytes as one number, the first of them lowest. */
function wordAt(bytes: Uint8Array, at: number, count: number): number {
  let word = 0
  for (let i = count - 1; i >= 0; i--) word = (word << 8) | (bytes[at + i] ?? 0)
  return word
}

function finished(state: number): number {
  let h = state
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
