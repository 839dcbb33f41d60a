/** Intervals for means, held to R's `t.test`. */
import { differenceInMeans } from '../../src/analysis/effects'
import { meanOf } from '../../src/analysis/means'

function sums(values: readonly number[]) {
  const sum = values.reduce((before, value) => before + value, 0)
  const mean = sum / values.length
  const squaredDeviations = values.reduce((before, value) => before + (value - mean) ** 2, 0)
  return { units: values.length, sum, squaredDeviations }
}

// R: t.test(extra ~ group, data = sleep), Student's own data.
const sleep = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
const first = sums(sleep)
const second = sums([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])

test("Welch's interval for Student's sleep data", () => {
  expect(differenceInMeans(first, second)).toMatchObject({
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
  expect([meanOf(few), differenceInMeans(few, first), differenceInMeans(first, few)]).toEqual([
    undefined,
    null,
    null,
  ])
})

test.each([
  ['all 0.1, whose sum is rounded', [0.1, 0.1, 0.1], 0.1],
  ['all 5', [5, 5, 5, 5], 5],
  ['all 0, as where nobody converted', [0, 0, 0], 0],
  ['all -1.7e12', [-1.7e12, -1.7e12], -1.7e12],
])(
  'values that are %s have a mean, and no interval that would claim to know their spread',
  (_, values, value) => {
    const equal = sums(values)
    expect(meanOf(equal)).toEqual({ value: expect.closeTo(value, 9), interval: null })
    expect(differenceInMeans(equal, equal)).toMatchObject({ value: 0, interval: null })
  },
)

test('where only one side is all equal, it is taken to differ as all of them do', () => {
  // R takes it for known: t.test(c(4, 5, 6), c(0, 0, 0)). Here the variances are 1 and 0.5, of 3 each,
  // with (1/3 + 1/6)² / ((1/3)² / 2 + (1/6)² / 2) = 3.6 degrees of freedom: qt(0.975, 3.6) = 2.902445.
  const half = 2.902445 * Math.sqrt(0.5)
  expect(differenceInMeans(sums([4, 5, 6]), sums([0, 0, 0]))).toMatchObject({
    value: 5,
    interval: [expect.closeTo(5 - half, 4), expect.closeTo(5 + half, 4)],
  })
})

test.each([0, 1e6, 1.7e12, -1.7e12])(
  'values that are %d larger have the same interval around the larger mean',
  (more) => {
    const moved = sums(sleep.map((value) => value * 100 + more))
    const found = meanOf(moved)
    expect((found?.value ?? 0) - more).toBeCloseTo(75, 2)
    expect((found?.interval?.[1] ?? 0) - (found?.interval?.[0] ?? 0)).toBeCloseTo(255.95608, 2)
  },
)
