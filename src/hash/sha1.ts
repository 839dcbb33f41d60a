/* eslint-disable @typescript-eslint/no-non-null-assertion -- the indexes below are those of a block of 16 words; a `?? 0` at each would cost what this file is for */
import * as crypto from 'node:crypto'

/** Bytes of a message that fills one block of 64 with its end mark and its length. */
const SHORT = 55

/** The constants of the four round functions, as signed numbers. */
const K1 = 0x5a827999
const K2 = 0x6ed9eba1
const K3 = 0x8f1bbcdc | 0
const K4 = 0xca62c1d6 | 0

/** The five words that a digest starts from. */
const A = 0x67452301
const B = 0xefcdab89 | 0
const C = 0x98badcfe | 0
const D = 0x10325476
const E = 0xc3d2e1f0 | 0

/** The SHA-1 digest of `salt` + `unit` (UTF-8), read as one big-endian number, modulo a million. */
export type Sha1Remainder = (salt: string, unit: string) => number

/**
 * An id behind a feature's name is nearly always short ASCII: one block, hashed here for less than
 * half of what the fastest call into node:crypto costs. Everything else goes there. The block is
 * scratch space, so each caller makes its own.
 */
export function createSha1Remainder(): Sha1Remainder {
  const words = new Int32Array(16)
  return (salt, unit) =>
    fillBlock(words, salt, unit) ? hashBlock(words) : anyRemainder(salt + unit)
}

/** Lays the padded message out as 16 words; false when it does not fit or is not ASCII. */
function fillBlock(words: Int32Array, salt: string, unit: string): boolean {
  const length = salt.length + unit.length
  if (length > SHORT) return false
  let bits = 0
  let word = 0
  let at = 0
  for (; at < salt.length; at++) {
    const code = salt.charCodeAt(at)
    bits |= code
    word = (word << 8) | code
    if ((at & 3) === 3) words[at >> 2] = word
  }
  for (let i = 0; i < unit.length; i++, at++) {
    const code = unit.charCodeAt(i)
    bits |= code
    word = (word << 8) | code
    if ((at & 3) === 3) words[at >> 2] = word
  }
  if (bits > 0x7f) return false
  const end = length >> 2
  words[end] = ((word << 8) | 0x80) << ((3 - (length & 3)) * 8)
  for (let i = end + 1; i < 15; i++) words[i] = 0
  words[15] = length * 8
  return true
}

/**
 * FIPS 180-4, section 6.1.2, for a message of one block, with its rounds written out: all words are
 * locals, and no word is copied from name to name.
 */
// eslint-disable-next-line max-lines-per-function -- locals that are handed from function to function would double its time
function hashBlock(words: Int32Array): number {
  // prettier-ignore
  let w0 = words[0]!, w1 = words[1]!, w2 = words[2]!, w3 = words[3]!,
    w4 = words[4]!, w5 = words[5]!, w6 = words[6]!, w7 = words[7]!,
    w8 = words[8]!, w9 = words[9]!, w10 = words[10]!, w11 = words[11]!,
    w12 = words[12]!, w13 = words[13]!, w14 = words[14]!, w15 = words[15]!
  let a = A
  let b = B
  let c = C
  let d = D
  let e = E
  let x: number
  // prettier-ignore
  {
    e = (((a << 5) | (a >>> 27)) + (((d ^ (b & (c ^ d))) + ((e + w0 + K1) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2)
    d = (((e << 5) | (e >>> 27)) + (((c ^ (a & (b ^ c))) + ((d + w1 + K1) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2)
    c = (((d << 5) | (d >>> 27)) + (((b ^ (e & (a ^ b))) + ((c + w2 + K1) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2)
    b = (((c << 5) | (c >>> 27)) + (((a ^ (d & (e ^ a))) + ((b + w3 + K1) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2)
    a = (((b << 5) | (b >>> 27)) + (((e ^ (c & (d ^ e))) + ((a + w4 + K1) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2)
    e = (((a << 5) | (a >>> 27)) + (((d ^ (b & (c ^ d))) + ((e + w5 + K1) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2)
    d = (((e << 5) | (e >>> 27)) + (((c ^ (a & (b ^ c))) + ((d + w6 + K1) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2)
    c = (((d << 5) | (d >>> 27)) + (((b ^ (e & (a ^ b))) + ((c + w7 + K1) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2)
    b = (((c << 5) | (c >>> 27)) + (((a ^ (d & (e ^ a))) + ((b + w8 + K1) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2)
    a = (((b << 5) | (b >>> 27)) + (((e ^ (c & (d ^ e))) + ((a + w9 + K1) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2)
    e = (((a << 5) | (a >>> 27)) + (((d ^ (b & (c ^ d))) + ((e + w10 + K1) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2)
    d = (((e << 5) | (e >>> 27)) + (((c ^ (a & (b ^ c))) + ((d + w11 + K1) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2)
    c = (((d << 5) | (d >>> 27)) + (((b ^ (e & (a ^ b))) + ((c + w12 + K1) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2)
    b = (((c << 5) | (c >>> 27)) + (((a ^ (d & (e ^ a))) + ((b + w13 + K1) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2)
    a = (((b << 5) | (b >>> 27)) + (((e ^ (c & (d ^ e))) + ((a + w14 + K1) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2)
    e = (((a << 5) | (a >>> 27)) + (((d ^ (b & (c ^ d))) + ((e + w15 + K1) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w13 ^ w8 ^ w2 ^ w0; w0 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((c ^ (a & (b ^ c))) + ((d + w0 + K1) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w14 ^ w9 ^ w3 ^ w1; w1 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((b ^ (e & (a ^ b))) + ((c + w1 + K1) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w15 ^ w10 ^ w4 ^ w2; w2 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((a ^ (d & (e ^ a))) + ((b + w2 + K1) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w0 ^ w11 ^ w5 ^ w3; w3 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((e ^ (c & (d ^ e))) + ((a + w3 + K1) | 0)) | 0)) | 0
    // Rounds 20 to 39.
    c = (c << 30) | (c >>> 2); x = w1 ^ w12 ^ w6 ^ w4; w4 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w4 + K2) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w2 ^ w13 ^ w7 ^ w5; w5 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w5 + K2) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w3 ^ w14 ^ w8 ^ w6; w6 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w6 + K2) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w4 ^ w15 ^ w9 ^ w7; w7 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w7 + K2) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w5 ^ w0 ^ w10 ^ w8; w8 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w8 + K2) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w6 ^ w1 ^ w11 ^ w9; w9 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w9 + K2) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w7 ^ w2 ^ w12 ^ w10; w10 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w10 + K2) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w8 ^ w3 ^ w13 ^ w11; w11 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w11 + K2) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w9 ^ w4 ^ w14 ^ w12; w12 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w12 + K2) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w10 ^ w5 ^ w15 ^ w13; w13 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w13 + K2) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w11 ^ w6 ^ w0 ^ w14; w14 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w14 + K2) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w12 ^ w7 ^ w1 ^ w15; w15 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w15 + K2) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w13 ^ w8 ^ w2 ^ w0; w0 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w0 + K2) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w14 ^ w9 ^ w3 ^ w1; w1 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w1 + K2) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w15 ^ w10 ^ w4 ^ w2; w2 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w2 + K2) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w0 ^ w11 ^ w5 ^ w3; w3 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w3 + K2) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w1 ^ w12 ^ w6 ^ w4; w4 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w4 + K2) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w2 ^ w13 ^ w7 ^ w5; w5 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w5 + K2) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w3 ^ w14 ^ w8 ^ w6; w6 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w6 + K2) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w4 ^ w15 ^ w9 ^ w7; w7 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w7 + K2) | 0)) | 0)) | 0
    // Rounds 40 to 59.
    c = (c << 30) | (c >>> 2); x = w5 ^ w0 ^ w10 ^ w8; w8 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + ((((b & c) | (d & (b | c))) + ((e + w8 + K3) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w6 ^ w1 ^ w11 ^ w9; w9 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + ((((a & b) | (c & (a | b))) + ((d + w9 + K3) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w7 ^ w2 ^ w12 ^ w10; w10 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + ((((e & a) | (b & (e | a))) + ((c + w10 + K3) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w8 ^ w3 ^ w13 ^ w11; w11 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + ((((d & e) | (a & (d | e))) + ((b + w11 + K3) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w9 ^ w4 ^ w14 ^ w12; w12 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + ((((c & d) | (e & (c | d))) + ((a + w12 + K3) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w10 ^ w5 ^ w15 ^ w13; w13 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + ((((b & c) | (d & (b | c))) + ((e + w13 + K3) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w11 ^ w6 ^ w0 ^ w14; w14 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + ((((a & b) | (c & (a | b))) + ((d + w14 + K3) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w12 ^ w7 ^ w1 ^ w15; w15 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + ((((e & a) | (b & (e | a))) + ((c + w15 + K3) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w13 ^ w8 ^ w2 ^ w0; w0 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + ((((d & e) | (a & (d | e))) + ((b + w0 + K3) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w14 ^ w9 ^ w3 ^ w1; w1 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + ((((c & d) | (e & (c | d))) + ((a + w1 + K3) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w15 ^ w10 ^ w4 ^ w2; w2 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + ((((b & c) | (d & (b | c))) + ((e + w2 + K3) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w0 ^ w11 ^ w5 ^ w3; w3 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + ((((a & b) | (c & (a | b))) + ((d + w3 + K3) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w1 ^ w12 ^ w6 ^ w4; w4 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + ((((e & a) | (b & (e | a))) + ((c + w4 + K3) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w2 ^ w13 ^ w7 ^ w5; w5 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + ((((d & e) | (a & (d | e))) + ((b + w5 + K3) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w3 ^ w14 ^ w8 ^ w6; w6 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + ((((c & d) | (e & (c | d))) + ((a + w6 + K3) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w4 ^ w15 ^ w9 ^ w7; w7 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + ((((b & c) | (d & (b | c))) + ((e + w7 + K3) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w5 ^ w0 ^ w10 ^ w8; w8 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + ((((a & b) | (c & (a | b))) + ((d + w8 + K3) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w6 ^ w1 ^ w11 ^ w9; w9 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + ((((e & a) | (b & (e | a))) + ((c + w9 + K3) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w7 ^ w2 ^ w12 ^ w10; w10 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + ((((d & e) | (a & (d | e))) + ((b + w10 + K3) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w8 ^ w3 ^ w13 ^ w11; w11 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + ((((c & d) | (e & (c | d))) + ((a + w11 + K3) | 0)) | 0)) | 0
    // Rounds 60 to 79.
    c = (c << 30) | (c >>> 2); x = w9 ^ w4 ^ w14 ^ w12; w12 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w12 + K4) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w10 ^ w5 ^ w15 ^ w13; w13 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w13 + K4) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w11 ^ w6 ^ w0 ^ w14; w14 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w14 + K4) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w12 ^ w7 ^ w1 ^ w15; w15 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w15 + K4) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w13 ^ w8 ^ w2 ^ w0; w0 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w0 + K4) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w14 ^ w9 ^ w3 ^ w1; w1 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w1 + K4) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w15 ^ w10 ^ w4 ^ w2; w2 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w2 + K4) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w0 ^ w11 ^ w5 ^ w3; w3 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w3 + K4) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w1 ^ w12 ^ w6 ^ w4; w4 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w4 + K4) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w2 ^ w13 ^ w7 ^ w5; w5 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w5 + K4) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w3 ^ w14 ^ w8 ^ w6; w6 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w6 + K4) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w4 ^ w15 ^ w9 ^ w7; w7 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w7 + K4) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w5 ^ w0 ^ w10 ^ w8; w8 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w8 + K4) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w6 ^ w1 ^ w11 ^ w9; w9 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w9 + K4) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w7 ^ w2 ^ w12 ^ w10; w10 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w10 + K4) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2); x = w8 ^ w3 ^ w13 ^ w11; w11 = (x << 1) | (x >>> 31)
    e = (((a << 5) | (a >>> 27)) + (((b ^ c ^ d) + ((e + w11 + K4) | 0)) | 0)) | 0
    b = (b << 30) | (b >>> 2); x = w9 ^ w4 ^ w14 ^ w12; w12 = (x << 1) | (x >>> 31)
    d = (((e << 5) | (e >>> 27)) + (((a ^ b ^ c) + ((d + w12 + K4) | 0)) | 0)) | 0
    a = (a << 30) | (a >>> 2); x = w10 ^ w5 ^ w15 ^ w13; w13 = (x << 1) | (x >>> 31)
    c = (((d << 5) | (d >>> 27)) + (((e ^ a ^ b) + ((c + w13 + K4) | 0)) | 0)) | 0
    e = (e << 30) | (e >>> 2); x = w11 ^ w6 ^ w0 ^ w14; w14 = (x << 1) | (x >>> 31)
    b = (((c << 5) | (c >>> 27)) + (((d ^ e ^ a) + ((b + w14 + K4) | 0)) | 0)) | 0
    d = (d << 30) | (d >>> 2); x = w12 ^ w7 ^ w1 ^ w15; w15 = (x << 1) | (x >>> 31)
    a = (((b << 5) | (b >>> 27)) + (((c ^ d ^ e) + ((a + w15 + K4) | 0)) | 0)) | 0
    c = (c << 30) | (c >>> 2)
  }
  return remainderOf((a + A) >>> 0, (b + B) >>> 0, (c + C) >>> 0, (d + D) >>> 0, (e + E) >>> 0)
}

/** A million is 64 times 15,625; 57 times 15,625 is 1 modulo 64. */
const POWER_OF_5 = 15_625
const INVERSE = 57
/** 2^32, 2^64, 2^96 and 2^128 modulo 15,625. */
const FOLD_1 = 2 ** 32 % POWER_OF_5
const FOLD_2 = FOLD_1 ** 2 % POWER_OF_5
const FOLD_3 = (FOLD_2 * FOLD_1) % POWER_OF_5
const FOLD_4 = (FOLD_2 * FOLD_2) % POWER_OF_5

/**
 * The digest modulo a million, from its remainders modulo 15,625 and 64. The sum is below 2^49, so
 * it and its quotient are exact; `%` on doubles of this size would take longer than the hash.
 */
function remainderOf(a: number, b: number, c: number, d: number, e: number): number {
  const sum = a * FOLD_4 + b * FOLD_3 + c * FOLD_2 + d * FOLD_1 + e
  const rest = (sum - Math.floor(sum / POWER_OF_5) * POWER_OF_5) | 0
  return rest + POWER_OF_5 * (Math.imul(e - rest, INVERSE) & 63)
}

/** Node has it from 20.12 on. It takes a third of the time that a Hash object takes. */
const { hash: hashAtOnce }: { readonly hash?: typeof crypto.hash } = crypto

function anyRemainder(text: string): number {
  const digest =
    hashAtOnce?.('sha1', text, 'binary') ??
    crypto.createHash('sha1').update(text, 'utf8').digest('binary')
  const wordAt = (at: number): number =>
    digest.charCodeAt(at) * 2 ** 24 +
    ((digest.charCodeAt(at + 1) << 16) |
      (digest.charCodeAt(at + 2) << 8) |
      digest.charCodeAt(at + 3))
  return remainderOf(wordAt(0), wordAt(4), wordAt(8), wordAt(12), wordAt(16))
}
