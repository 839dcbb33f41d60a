import { textOf } from './coercion'

/** Where a value falls, from 0 to below 1; null when the version is unknown, which counts as "not included". */
export type Hasher = (value: unknown) => number | null

const OFFSET = 2166136261
const PRIME = 16777619
const ZERO = 48

/**
 * 32-bit FNV-1a over UTF-16 code units, each in one step: a unit above 255 is not split into bytes.
 * `state` is where an earlier part of the text left off.
 */
export function fnv32a(text: string, state = OFFSET): number {
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), PRIME)
  return state >>> 0
}

/** `fnv32a` of a number's decimal text, without making the text. */
function fnv32aOfDecimal(n: number): number {
  let place = 1
  while (place * 10 <= n) place *= 10
  let state = OFFSET
  for (; place >= 1; place /= 10) state = Math.imul(state ^ (ZERO + (Math.floor(n / place) % 10)), PRIME)
  return state >>> 0
}

/** `hash` for many values of one seed. The versions differ in their order, too: 1 puts the value first, 2 the seed. */
export function hasher(seed: string, version: number): Hasher {
  if (version !== 1 && version !== 2) return () => null
  const seeded = fnv32a(seed)
  const draw = version === 1
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
