import fc from 'fast-check'
import { varianceAtDifference } from '../../src/analysis/difference-score'

// R: the rate of theirs by optimize() of dbinom(5, 80, q) · dbinom(10, 100, q + d), and N / (N − 1).
test.each([
  [-0.1, 0.00233106619954],
  [0, 0.00172835193329],
  [0.02, 0.00166544574006],
  [0.3, 0.00255400954509],
])('10 of 100 and 5 of 80, if they were %d apart', (difference, variance) => {
  const [ours, theirs] = [
    { converted: 10, units: 100 },
    { converted: 5, units: 80 },
  ]
  expect(varianceAtDifference(ours, theirs, difference)).toBeCloseTo(variance, 9)
})

const rate = fc
  .tuple(fc.nat(1000), fc.integer({ min: 1, max: 1000 }))
  .map(([converted, units]) => ({ converted: Math.min(converted, units), units }))

test('without a difference it is that of the common rate', () => {
  fc.assert(
    fc.property(rate, rate, (ours, theirs) => {
      const all = ours.units + theirs.units
      const common = (ours.converted + theirs.converted) / all
      const expected =
        common * (1 - common) * (1 / ours.units + 1 / theirs.units) * (all / (all - 1))
      expect(varianceAtDifference(ours, theirs, 0)).toBeCloseTo(expected, 9)
    }),
  )
})

test('rates of nobody have one at every difference but none', () => {
  const none = { converted: 0, units: 50 }
  expect(varianceAtDifference(none, none, 0)).toBe(0)
  for (const difference of [-0.5, -0.001, 0.001, 0.5])
    expect(varianceAtDifference(none, none, difference)).toBeGreaterThan(0)
})
