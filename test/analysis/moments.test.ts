/** Means and spreads of values that come one by one. */
import fc from 'fast-check'
import { Moments, PairMoments } from '../../src/analysis/moments'

test('the figures of scipy for seven values', () => {
  const moments = Moments.of([1, 2, 2, 3, 10, -4, 0.5])
  expect(moments.units).toBe(7)
  expect(moments.sum).toBeCloseTo(14.5, 12)
  expect(moments.squaredDeviations).toBeCloseTo(104.21428571428572, 10)
  expect(moments.skewness).toBeCloseTo(0.6721859422322596, 10)
})

test.each([[[]], [[5]], [[5, 5, 5]]])('%j has no skewness', (values) => {
  expect(Moments.of(values).skewness).toBe(0)
})

test('values near 1.7e12 keep the digits of their spread', () => {
  const far = Moments.of([1, 2, 3, 4].map((value) => 1.7e12 + value))
  expect(far.squaredDeviations).toBe(5)
})

test('the moments are those of two passes, for any values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2 }),
      (values) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
        const moments = Moments.of(values)
        expect(moments.mean).toBeCloseTo(mean, 6)
        expect(Math.abs(moments.squaredDeviations - squares)).toBeLessThanOrEqual(
          1e-9 * (squares + 1),
        )
      },
    ),
  )
})

test('how two values vary together is the same whichever is first', () => {
  const pairs = [
    [1, 2],
    [2, 3],
    [4, 4],
    [0, 1],
    [3, 5],
  ] as const
  const { products, units } = PairMoments.of(pairs)
  expect([products, units]).toEqual([expect.closeTo(9, 12), 5])
  expect(PairMoments.of(pairs.map(([a, b]) => [b, a])).products).toBeCloseTo(products, 12)
})

test('what a line leaves of two values is that of two passes, also of lists that were joined', () => {
  const value = fc.integer({ min: -1000, max: 1000 })
  const pair = fc.tuple(value, value)
  fc.assert(
    fc.property(
      fc.array(fc.array(pair, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -5, max: 5 }),
      (lists, slope) => {
        const pairs = lists.flat()
        const joined = PairMoments.joined(lists.map((list) => PairMoments.of(list)))
        const squares = (of: (pair: readonly [number, number]) => number): number => {
          const mean = pairs.reduce((sum, one) => sum + of(one), 0) / pairs.length
          return pairs.reduce((sum, one) => sum + (of(one) - mean) ** 2, 0)
        }
        const [second, first] = [
          squares(([x, y]) => y - slope * x),
          squares(([x, y]) => x - slope * y),
        ]
        expect(Math.abs(joined.squaresOfSecond(slope) - second)).toBeLessThan(1e-6 * (second + 1))
        expect(Math.abs(joined.squaresOfFirst(slope) - first)).toBeLessThan(1e-6 * (first + 1))
      },
    ),
  )
})
