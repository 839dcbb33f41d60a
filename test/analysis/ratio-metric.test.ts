/** Ratios of two values of a unit, held to numpy. */
import { PairMoments } from '../../src/analysis/moments'
import { chance } from '../support/chance'
import { sideOfRatio } from '../../src/analysis/ratio-metric'

test('the error is that of units', () => {
  const pairs = PairMoments.of([
    [1, 2],
    [2, 3],
    [4, 4],
    [0, 1],
    [3, 5],
    [2, 2.5],
  ])
  expect(sideOfRatio(pairs)).toEqual({
    mean: expect.closeTo(0.6857142857142857, 12),
    squaredError: expect.closeTo(0.00962798833819242, 12),
    units: 6,
    degreesOfFreedom: 5,
  })
})

test('a ratio that is the same of every unit has no error', () => {
  expect(
    sideOfRatio(
      PairMoments.of([
        [1, 2],
        [2, 4],
        [5, 10],
      ]),
    )?.squaredError,
  ).toBeCloseTo(0, 12)
})

test.each([
  ['one unit', [[1, 2]]],
  [
    'a second value of 0 in sum',
    [
      [1, 0],
      [2, 0],
    ],
  ],
])('there is no ratio of %s', (_, pairs) => {
  expect(
    sideOfRatio(PairMoments.of(pairs.map(([a = 0, b = 0]) => [a, b] as const))),
  ).toBeUndefined()
})

describe.each([
  ['in one list', 1],
  ['joined of three', 3],
])('values of many digits, %s', (_, parts) => {
  /** Sums of so many orders, each near `base`, and how many they are. */
  const orders = (base: number, deviation: number): (readonly [number, number])[] => {
    const { next, normal } = chance(4)
    return Array.from({ length: 600 }, () => {
      const count = 1 + Math.floor(next() * 4)
      const values = Array.from({ length: count }, () => base + deviation * normal())
      return [values.reduce((sum, value) => sum + value, 0), count] as const
    })
  }
  const joined = (pairs: readonly (readonly [number, number])[]): PairMoments =>
    PairMoments.joined(
      Array.from({ length: parts }, (__, i) =>
        PairMoments.of(pairs.filter((___, at) => at % parts === i)),
      ),
    )
  /** In two passes: the ratio, and then the distances to it. */
  const exact = (pairs: readonly (readonly [number, number])[]): number => {
    const total = (of: (pair: readonly [number, number]) => number): number =>
      pairs.reduce((sum, pair) => sum + of(pair), 0)
    const below = total(([, y]) => y)
    const ratio = total(([x]) => x) / below
    const squares = total(([x, y]) => (x - ratio * y) ** 2)
    return squares / (pairs.length - 1) / pairs.length / (below / pairs.length) ** 2
  }

  test.each([
    [1e6, 1],
    [1e8, 1],
    [1e9, 1],
    [1.7e12, 100],
  ])('%d ± %d keeps the digits of its error', (base, deviation) => {
    const pairs = orders(base, deviation)
    const found = sideOfRatio(joined(pairs))?.squaredError ?? 0
    expect(found / exact(pairs)).toBeCloseTo(1, 3)
  })

  test('orders of 100 each have an error of nothing but rounding', () => {
    const { mean = 0, squaredError = 1 } = sideOfRatio(joined(orders(100, 0))) ?? {}
    expect(mean).toBeCloseTo(100, 12)
    expect(Math.sqrt(squaredError)).toBeLessThan(10 * Number.EPSILON * 100)
  })
})
