/**
 * Ids as applications have them; what holds for one shape may fail for another
 * (docs/spec/bucketing.md, section 10).
 */
export const ID_SHAPES: Readonly<Record<string, (n: number) => string>> = {
  'user-100000, of fixed width': (n) => `user-${100_000 + n}`,
  'u0, u1, …': (n) => `u${n}`,
  'like UUIDs': (n) =>
    [0, 1, 2, 3]
      .map((part) =>
        scrambled(n * 4 + part)
          .toString(16)
          .padStart(8, '0'),
      )
      .join('-'),
  'sequential base-36 fullnames': (n) => `t2_${(50_000_000 + n).toString(36)}`,
  '18 random characters': (n) =>
    Array.from({ length: 18 }, (_, i) => LETTERS[scrambled(n * 18 + i) % LETTERS.length]).join(''),
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A fixed, well-mixed 32-bit number: these ids are the same in every run. */
function scrambled(n: number): number {
  let mixed = (n + 0x9e3779b9) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

export const population = (size: number, idOf: (n: number) => string): readonly string[] =>
  Array.from({ length: size }, (_, n) => idOf(n))

/** How many standard deviations a count is from what is expected of `n` draws with chance `p`. */
export const sigmasOff = (count: number, n: number, p: number): number =>
  Math.abs(count - n * p) / Math.sqrt(n * p * (1 - p))

/**
 * The sum of squares by which counts differ from an even spread; about as large as there are cells.
 */
export function chiSquare(counts: readonly number[]): number {
  const even = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - even) ** 2 / even, 0)
}

/** What chi-square exceeds once in a million tries (Wilson and Hilferty's approximation). */
export function chiSquareLimit(cells: number): number {
  const freedom = cells - 1
  return freedom * (1 - 2 / (9 * freedom) + 4.753 * Math.sqrt(2 / (9 * freedom))) ** 3
}
