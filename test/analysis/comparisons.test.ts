/** Differences and lifts of two variants, by one look and by all looks. */
import { alone, difference, lift, sideOfMeans, sideOfRates } from '../../src/analysis/comparisons'
import { judge } from '../../src/analysis/uncertain'

const rate = (converted: number, units: number) => {
  const side = sideOfRates({ converted, units })
  if (!side) throw new Error('no units')
  return side
}

/** From the sum of values and the sum of their squares, as reference figures are given. */
const mean = (sum: number, squares: number, units: number) => {
  const side = sideOfMeans({ units, sum, squaredDeviations: squares - sum ** 2 / units })
  if (!side) throw new Error('too few units')
  return side
}

const judged = (estimate: ReturnType<typeof lift>) => {
  if (!estimate) throw new Error('no lift')
  return judge(estimate, 1)
}

// Reference figures of GrowthBook's statistics engine.
test('the lift of 2422/3461 over 1396/3000, with its sequential interval', () => {
  const { value, sequential } = judged(lift(rate(2422, 3461), rate(1396, 3000)))
  expect(value).toBeCloseTo(0.50386, 5)
  expect(sequential).toEqual([expect.closeTo(0.40098, 5), expect.closeTo(0.60675, 5)])
})

test('the lift of means, with its interval by one look and its p', () => {
  const control = mean(1396.87, 52377.9767, 3407)
  const { value, interval, p } = judged(lift(mean(2422.7, 134698.29, 3461), control))
  expect(value).toBeCloseTo(0.70732, 5)
  expect(interval).toEqual([expect.closeTo(-0.03526, 5), expect.closeTo(1.44989, 5)])
  expect(p).toBeCloseTo(0.06191, 5)
})

test("a difference of means is Welch's", () => {
  // R: t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p-value = 0.07939
  const first = sideOfMeans({ units: 10, sum: 7.5, squaredDeviations: 28.805 })
  const second = sideOfMeans({ units: 10, sum: 23.3, squaredDeviations: 36.081 })
  if (!first || !second) throw new Error('too few units')
  const { value, interval, p } = judge(difference(first, second), 3)
  expect(value).toBeCloseTo(-1.58, 9)
  expect(interval).toEqual([expect.closeTo(-3.3654832, 5), expect.closeTo(0.2054832, 5)])
  expect(p).toBeCloseTo(0.07939414, 5)
})

test.each([
  ['nobody', 0, 6],
  ['everybody', 6, 6],
  ['nobody of many', 0, 100_000],
])(
  'the rate of a side on which %s converted has an interval with a width',
  (_, converted, units) => {
    const { value, interval, sequential } = judge(alone(rate(converted, units)), 1)
    expect(value).toBe(converted / units)
    for (const [low = 0, high = 0] of [interval ?? [], sequential ?? []])
      expect(high - low).toBeGreaterThan(1 / units)
  },
)

test.each([
  [0, 10],
  [-5, 10],
])('there is no lift over a mean of %d', (sum, units) => {
  const control = sideOfMeans({ units, sum, squaredDeviations: 10 })
  const ours = sideOfMeans({ units: 10, sum: 20, squaredDeviations: 10 })
  if (!control || !ours) throw new Error('too few units')
  expect(lift(ours, control)).toBeUndefined()
})

test('values that are all equal have an estimate and no interval', () => {
  const equal = sideOfMeans({ units: 5, sum: 5, squaredDeviations: 0 })
  if (!equal) throw new Error('too few units')
  expect(judge(difference(equal, equal), 1)).toEqual({
    value: 0,
    interval: null,
    sequential: null,
    p: null,
    sequentialP: null,
  })
})

test.each([0, 1])('of %d units no spread is known', (units) => {
  expect(sideOfMeans({ units, sum: 5, squaredDeviations: 0 })).toBeUndefined()
})

test('no units have no rate', () => {
  expect(sideOfRates({ converted: 0, units: 0 })).toBeUndefined()
})
