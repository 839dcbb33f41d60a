import * as fc from 'fast-check'
import { POINTS } from '../../src/core/bucketing'
import { freeOf, type Holding, laidOut, overlapOf, sizeOf } from '../../src/experiments/ranges'
import { movesBetween, reallocated } from '../../src/experiments/reallocate'

type Sizes = readonly (readonly [name: string, points: number])[]

const percents = (shares: Readonly<Record<string, number>>): Sizes =>
  Object.entries(shares).map(([name, percent]) => [name, percent * (POINTS / 100)])

const moved = (before: readonly Holding[], after: readonly Holding[]): number =>
  movesBetween(before, after).reduce((sum, { points }) => sum + points, 0)

/** What no allocator can move less than; the points of nobody count as one more holder. */
function leastMoved(before: readonly Holding[], sizes: Sizes): number {
  const old = new Map(before.map(({ name, ranges }) => [name, sizeOf(ranges)]))
  const free = (taken: number): number => POINTS - taken
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
  const gained = sizes.map(([name, points]) => Math.max(0, points - (old.get(name) ?? 0)))
  const setFree = free(sum(sizes.map(([, points]) => points))) - free(sum([...old.values()]))
  return sum(gained) + Math.max(0, setFree)
}

const sizesOf = (holdings: readonly Holding[]): Sizes =>
  holdings.map(({ name, ranges }) => [name, sizeOf(ranges)])

describe('the edits of docs/spec/bucketing.md', () => {
  test.each([
    ['34/33/33 to 50/25/25', { a: 34, b: 33, c: 33 }, { a: 50, b: 25, c: 25 }, 16],
    ['10/10 to 20/20', { a: 10, b: 10 }, { a: 20, b: 20 }, 20],
    ['a fourth variant', { a: 34, b: 33, c: 33 }, { a: 25, b: 25, c: 25, d: 25 }, 25],
    ['another order', { a: 34, b: 33, c: 33 }, { c: 33, b: 33, a: 34 }, 0],
    ['a variant that is removed', { a: 40, b: 40, c: 20 }, { a: 40, b: 40 }, 20],
    ['nothing', { a: 50, b: 50 }, { a: 50, b: 50 }, 0],
  ])('%s moves the least that is possible', (_edit, before, after, least) => {
    const old = laidOut(percents(before))
    const sizes = percents(after)
    const now = reallocated(old, sizes)
    expect(sizesOf(now)).toEqual(sizes)
    expect(moved(old, now) / (POINTS / 100)).toBe(least)
  })

  test('a variant that grew from two gives back what it gained last, so both are as before', () => {
    const old = laidOut(percents({ a: 50, b: 50 }))
    const grown = reallocated(old, percents({ a: 80, b: 20 }))
    expect(reallocated(grown, percents({ a: 50, b: 50 }))).toEqual(old)
  })
})

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const

/** Sizes of two to eight variants that sum to all points or less. */
const anySizes: fc.Arbitrary<Sizes> = fc.subarray([...NAMES], { minLength: 2 }).chain((names) =>
  fc
    .array(fc.integer({ min: 0, max: Math.floor(POINTS / names.length) }), {
      minLength: names.length,
      maxLength: names.length,
    })
    .map((points) => names.map((name, i) => [name, points[i] ?? 0] as const)),
)

const isWhole = (holdings: readonly Holding[]): boolean =>
  overlapOf(holdings) === undefined &&
  sizeOf(holdings.flatMap(({ ranges }) => ranges)) + sizeOf(freeOf(holdings)) === POINTS

test('any chain of edits has the sizes asked for, moves the least, and never overlaps', () => {
  fc.assert(
    fc.property(anySizes, fc.array(anySizes, { minLength: 1, maxLength: 20 }), (first, edits) => {
      let holdings: readonly Holding[] = laidOut(first)
      for (const sizes of edits) {
        const next = reallocated(holdings, sizes)
        expect(sizesOf(next)).toEqual(sizes)
        expect(moved(holdings, next)).toBe(leastMoved(holdings, sizes))
        expect(isWhole(next)).toBe(true)
        holdings = next
      }
    }),
    { numRuns: 200 },
  )
})

test('the order in which variants are written decides nothing', () => {
  fc.assert(
    fc.property(anySizes, anySizes, (first, second) => {
      const before = laidOut(first)
      const sorted = (holdings: readonly Holding[]): readonly Holding[] =>
        [...holdings].sort((a, b) => (a.name < b.name ? -1 : 1))
      expect(sorted(reallocated([...before].reverse(), [...second].reverse()))).toEqual(
        sorted(reallocated(before, second)),
      )
    }),
  )
})

test('a variant that is enlarged and made smaller again owns the same points', () => {
  fc.assert(
    fc.property(anySizes, fc.integer({ min: 1, max: POINTS }), (sizes, more) => {
      const before = laidOut(sizes)
      const room = sizeOf(freeOf(before))
      const [[name, points] = ['a', 0], ...others] = sizes
      const grown = reallocated(before, [[name, points + Math.min(room, more)], ...others])
      expect(reallocated(grown, sizes)).toEqual(before)
    }),
  )
})

test('the opposite edit gives everybody their points back, where all points have an owner', () => {
  const whole = fc
    .array(fc.integer({ min: 0, max: POINTS }), { minLength: 3, maxLength: 7 })
    .map((cuts): Sizes => {
      const ends = [...cuts.sort((a, b) => a - b), POINTS]
      return ends.map((end, i) => [NAMES[i] ?? '', end - (ends[i - 1] ?? 0)] as const)
    })
  fc.assert(
    fc.property(whole, whole, (first, second) => {
      const before = laidOut(first)
      const names = new Set([...first, ...second].map(([name]) => name))
      const all = (sizes: Sizes): Sizes =>
        [...names].map((name) => [name, new Map(sizes).get(name) ?? 0])
      const back = reallocated(reallocated(before, all(second)), all(first))
      expect(back.filter(({ ranges }) => ranges.length > 0)).toEqual(
        before.filter(({ ranges }) => ranges.length > 0),
      )
    }),
  )
})

test('a hundred edits of four variants leave few ranges', () => {
  let holdings: readonly Holding[] = laidOut(percents({ a: 25, b: 25, c: 25, d: 25 }))
  for (let edit = 0; edit < 100; edit++) {
    const share = 10 + ((edit * 37) % 40)
    const rest = (100 - share) / 3
    const sizes = ['a', 'b', 'c', 'd'].map((name, i): [string, number] => [
      name,
      Math.floor((i === edit % 4 ? share : rest) * (POINTS / 100)),
    ])
    holdings = reallocated(holdings, sizes)
  }
  expect(holdings.flatMap(({ ranges }) => ranges).length).toBeLessThan(400)
})
