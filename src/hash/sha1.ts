/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index below is a constant range of an 80-word block; a `?? 0` in each round would cost what this file is for */
import { createHash } from 'node:crypto'

const MODULUS = 1_000_000
/** 2^32 modulo the modulus: folds the digest's five words into one remainder, first word first. */
const FOLD = 2 ** 32 % MODULUS
/** One block of 64 bytes, less the end mark and the length. */
const SHORT = 55

/** The SHA-1 digest of `salt` + `unit` (UTF-8), read as one big-endian number, modulo a million. */
export type Sha1Remainder = (salt: string, unit: string) => number

/**
 * An id behind a feature's name is nearly always short ASCII: one block, hashed here for about a
 * fifth of what the call into node:crypto costs. Everything else goes there. The block is scratch
 * space, so each caller makes its own.
 */
export function createSha1Remainder(): Sha1Remainder {
  const words = new Int32Array(80)
  return (salt, unit) =>
    fillBlock(words, salt, unit) ? hashBlock(words) : longRemainder(salt + unit)
}

/** Lays the padded message out as words 0 to 15; false when it does not fit or is not ASCII. */
function fillBlock(words: Int32Array, salt: string, unit: string): boolean {
  const length = salt.length + unit.length
  if (length > SHORT) return false
  let bits = 0
  let word = 0
  for (let at = 0; at < length; at++) {
    const code = at < salt.length ? salt.charCodeAt(at) : unit.charCodeAt(at - salt.length)
    bits |= code
    word = (word << 8) | code
    if ((at & 3) === 3) words[at >> 2] = word
  }
  if (bits > 0x7f) return false
  words[length >> 2] = ((word << 8) | 0x80) << ((3 - (length & 3)) * 8)
  words.fill(0, (length >> 2) + 1, 15)
  words[15] = length * 8
  return true
}

/**
 * FIPS 180-4, section 6.1.2, for a message of one block; the four loops are its four round
 * functions.
 */
// eslint-disable-next-line max-lines-per-function -- handing five words from function to function would double its time
function hashBlock(words: Int32Array): number {
  for (let i = 16; i < 80; i++) {
    const mixed = words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!
    words[i] = (mixed << 1) | (mixed >>> 31)
  }
  let a = 0x67452301
  let b = 0xefcdab89 | 0
  let c = 0x98badcfe | 0
  let d = 0x10325476
  let e = 0xc3d2e1f0 | 0
  for (let i = 0; i < 20; i++) {
    const next = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + words[i]!) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = next
  }
  for (let i = 20; i < 40; i++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + words[i]!) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = next
  }
  for (let i = 40; i < 60; i++) {
    const next =
      (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + words[i]!) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = next
  }
  for (let i = 60; i < 80; i++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + words[i]!) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = next
  }
  let rest = ((a + 0x67452301) >>> 0) % MODULUS
  rest = fold(rest, (b + 0xefcdab89) >>> 0)
  rest = fold(rest, (c + 0x98badcfe) >>> 0)
  rest = fold(rest, (d + 0x10325476) >>> 0)
  return fold(rest, (e + 0xc3d2e1f0) >>> 0)
}

/** Below 2^53 throughout: rest < 10^6, FOLD < 10^6, word < 2^32. */
const fold = (rest: number, word: number): number => (rest * FOLD + word) % MODULUS

function longRemainder(text: string): number {
  const digest = createHash('sha1').update(text, 'utf8').digest()
  let rest = digest.readUInt32BE(0) % MODULUS
  for (let at = 4; at < 20; at += 4) rest = fold(rest, digest.readUInt32BE(at))
  return rest
}
