/** Values that a few units make: limits, and when a mean is not normal. */
import fc from 'fast-check'
import { Moments } from '../../src/analysis/moments'
import {
  leastSkewness,
  momentsOf,
  quantileOf,
  unitsForSkewness,
  winsorised,
} from '../../src/analysis/outliers'

// numpy: quantile([0, 0, 0, 5, 7, -2, 100], q)
test.each([
  [0.9, 44.2],
  [0.1, -0.8],
  [0.5, 0],
  [1, 100],
  [0, -2],
])('the quantile %d of two variants together, their zeros included', (quantile, value) => {
  const variants = [
    { units: 4, values: [5, 100] },
    { units: 3, values: [-2, 7] },
  ]
  expect(quantileOf(variants, quantile)).toBeCloseTo(value, 10)
})

test('values above the limit count as the limit', () => {
  expect(winsorised({ units: 5, values: [1, 50, 7, 9] }, 7)).toEqual({
    units: 5,
    values: [1, 7, 7, 7],
    limited: 2,
  })
})

test('units without a value count as 0', () => {
  expect(momentsOf({ units: 4, values: [4, 8] })).toMatchObject({ units: 4, mean: 3 })
})

test.each([
  [0, 0],
  [1, 355],
  [-2, 1420],
])('a mean of skewness %d needs %d units', (skewness, units) => {
  expect(unitsForSkewness(skewness)).toBe(units)
})

test('of values that are 0 or one amount, sums say the skewness', () => {
  const moments = momentsOf({ units: 100, values: Array.from({ length: 4 }, () => 25) })
  expect(leastSkewness(moments)).toBeCloseTo(moments.skewness, 10)
})

test('of any values that are not below 0, the skewness is at least what sums say', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 2, maxLength: 50 }), (values) => {
      const moments = Moments.of(values)
      expect(leastSkewness(moments)).toBeLessThanOrEqual(Math.max(0, moments.skewness) + 1e-6)
    }),
  )
})

test.each([
  ['all 0', { units: 5, sum: 0, squaredDeviations: 0 }],
  ['all equal', { units: 5, sum: 10, squaredDeviations: 0 }],
  ['below 0', { units: 5, sum: -10, squaredDeviations: 4 }],
])('values that are %s say none', (_, sums) => {
  expect(leastSkewness(sums)).toBe(0)
})
