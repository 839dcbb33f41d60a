/** Intervals for rates, held to the examples of the papers that they come from. */
import { differenceOfRates, liftOfRates, rateOf } from '../../src/analysis/proportions'

const interval = (low: number, high: number, digits: number) => [
  expect.closeTo(low, digits),
  expect.closeTo(high, digits),
]

test.each([
  // Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [29, 29, 0.883, 1],
])('%d of %d converted: Wilson gives %d to %d', (converted, units, low, high) => {
  expect(rateOf({ converted, units })).toEqual({
    value: converted / units,
    interval: interval(low, high, 4),
  })
})

test('nothing is known of nobody', () => {
  expect(rateOf({ converted: 0, units: 0 })).toBeUndefined()
  expect(differenceOfRates({ converted: 0, units: 0 }, { converted: 1, units: 2 })).toBeUndefined()
  expect(differenceOfRates({ converted: 1, units: 2 }, { converted: 0, units: 0 })).toBeUndefined()
})

test.each([
  // Newcombe, Interval estimation for the difference between independent proportions (1998), table
  // II, method 10.
  [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.6, 0.1705, 0.809],
  [10, 10, 0, 10, 1, 0.6075, 1],
])('%d of %d against %d of %d: the difference', (a, m, b, n, value, low, high) => {
  expect(differenceOfRates({ converted: a, units: m }, { converted: b, units: n })).toEqual({
    value: expect.closeTo(value, 9),
    interval: interval(low, high, 4),
  })
})

test("the lift is that of Katz: the aspirin trial of the Physicians' Health Study", () => {
  // 104 of 11,037 against 189 of 11,034: relative risk 0.55, 95 % from 0.43 to 0.70.
  const lift = liftOfRates({ converted: 104, units: 11_037 }, { converted: 189, units: 11_034 })
  expect(lift).toEqual({ value: expect.closeTo(-0.4499, 4), interval: interval(-0.57, -0.3, 2) })
})

test.each([
  [0, 5],
  [5, 0],
])('there is no lift while nobody converted on one side: %d and %d', (ours, theirs) => {
  expect(
    liftOfRates({ converted: ours, units: 10 }, { converted: theirs, units: 10 }),
  ).toBeUndefined()
})

test('a variant against one like it: no difference, no lift, and intervals around both', () => {
  const same = { converted: 50, units: 100 }
  expect(differenceOfRates(same, same)).toEqual({
    value: 0,
    interval: interval(-0.1357, 0.1357, 3),
  })
  expect(liftOfRates(same, same)?.value).toBe(0)
})

// Koopman's interval as found with scipy 1.17: the roots of the score test by optimize.brentq, with
// rates from optimize.minimize_scalar on the likelihood.
test.each([
  [500, 1000, 1, 1, -0.530931, 1.422648],
  [6, 6, 6, 6, -0.390334, 0.640243],
  [1, 1, 1, 1, -0.793451, 3.841459],
  [1, 1, 500, 1000, -0.587229, 1.131881],
  [1000, 1000, 990, 1000, 0.005471, 0.018651],
  [3, 4, 2, 2, -0.699358, 1.350608],
])(
  'where a rate is 100 %%, the lift of %d of %d over %d of %d has the width of its score interval',
  (a, m, b, n, low, high) => {
    expect(liftOfRates({ converted: a, units: m }, { converted: b, units: n })).toEqual({
      value: a / m / (b / n) - 1,
      interval: [expect.closeTo(low, 4), expect.closeTo(high, 4)],
    })
  },
)

test.each([
  [1, 1],
  [6, 6],
  [1000, 1000],
  [0, 1],
  [0, 6],
  [1, 2],
])(
  'no interval of %d of %d has zero width, on its own or against one like it',
  (converted, units) => {
    const rate = { converted, units }
    const found = [rateOf(rate), differenceOfRates(rate, rate), liftOfRates(rate, rate)]
    for (const one of found.filter((estimate) => estimate !== undefined))
      expect(one.interval[1] - one.interval[0]).toBeGreaterThan(0.001)
  },
)
