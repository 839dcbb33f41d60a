/** Values that a few units make: limits, and when a mean is not normal. */
import { momentsOf, quantileOf, unitsForSkewness, winsorised } from '../../src/analysis/outliers'

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
