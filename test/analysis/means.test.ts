/** Intervals for means, held to R's `t.test`. */
import { differenceOfMeans, meanOf } from '../../src/analysis/means'

const sums = (values: readonly number[]) => ({
  units: values.length,
  sum: values.reduce((sum, value) => sum + value, 0),
  sumOfSquares: values.reduce((sum, value) => sum + value * value, 0),
})

// R: t.test(extra ~ group, data = sleep), Student's own data.
const first = sums([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2])
const second = sums([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])

test("Welch's interval for Student's sleep data", () => {
  expect(differenceOfMeans(first, second)).toEqual({
    value: expect.closeTo(-1.58, 9),
    interval: [expect.closeTo(-3.3654832, 5), expect.closeTo(0.2054832, 5)],
  })
})

test('the mean of one group of it', () => {
  // R: t.test(sleep$extra[1:10])
  expect(meanOf(first)).toEqual({
    value: expect.closeTo(0.75, 9),
    interval: [expect.closeTo(-0.5297804, 5), expect.closeTo(2.0297804, 5)],
  })
})

test.each([
  ['nobody', sums([])],
  ['one unit', sums([5])],
])('of %s there is no spread to judge by', (_, few) => {
  expect([meanOf(few), differenceOfMeans(few, first), differenceOfMeans(first, few)]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('values that are all equal have an interval of no width, whatever rounding makes of their sums', () => {
  const equal = { units: 3, sum: 0.1 + 0.1 + 0.1, sumOfSquares: 0.03 }
  expect(meanOf(equal)?.interval[1]).toBeCloseTo(0.1, 9)
  expect(differenceOfMeans(equal, equal)).toEqual({
    value: 0,
    interval: [expect.closeTo(0, 9), expect.closeTo(0, 9)],
  })
})
