import { textOf } from '../core/coercion'

/**
 * Returns the hash of a value, from 0 to below 1; null for an unknown version, which counts as "not
 * included".
 */
export type Hasher = (value: unknown) => number | null

const OFFSET = 2166136261
const PRIME = 16777619
const ZERO = 48
const FIVE_DIGITS = 100_000

/**
 * 32-bit FNV-1a over UTF-16 code units, each in one step: a unit above 255 is not split into bytes.
 * `state` is where an earlier part of the text left off.
 */
export function fnv32a(text: string, state = OFFSET): number {
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), PRIME)
  return state >>> 0
}

/** `fnv32a` of the decimal text of a whole number below 2^32, without making the text. */
function fnv32aOfDecimal(n: number): number {
  const high = (n / FIVE_DIGITS) | 0
  const low = (n - high * FIVE_DIGITS) | 0
  return (
    (high === 0 ? addDigits(OFFSET, low, 0) : addDigits(addDigits(OFFSET, high, 0), low, 5)) >>> 0
  )
}

/**
 * Hashes at least `least` digits of a number below 100,000, which is small enough for integer
 * division without doubles.
 */
function addDigits(state: number, n: number, least: number): number {
  const d4 = (n / 10_000) | 0
  const d3 = ((n / 1000) | 0) % 10
  const d2 = ((n / 100) | 0) % 10
  const d1 = ((n / 10) | 0) % 10
  if (least === 5 || n >= 10_000) state = addDigit(state, d4)
  if (least === 5 || n >= 1000) state = addDigit(state, d3)
  if (least === 5 || n >= 100) state = addDigit(state, d2)
  if (least === 5 || n >= 10) state = addDigit(state, d1)
  return addDigit(state, n % 10)
}

const addDigit = (state: number, digit: number): number => Math.imul(state ^ (ZERO + digit), PRIME)

/**
 * `hash` for many values of one seed. The versions differ in their order, too: 1 puts the value
 * first, 2 the seed.
 */
export function hasher(seed: string, version: number): Hasher {
  if (version !== 1 && version !== 2) return () => null
  const seeded = fnv32a(seed)
  const draw =
    version === 1
      ? (text: string): number => (fnv32a(seed, fnv32a(text)) % 1000) / 1000
      : (text: string): number => (fnv32aOfDecimal(fnv32a(text, seeded)) % 10000) / 10000
  return (value) => {
    const text = textOf(value)
    return text === undefined ? null : draw(text)
  }
}

export function hash(seed: string, value: unknown, version: number): number | null {
  return hasher(String(seed), version)(value)
}
