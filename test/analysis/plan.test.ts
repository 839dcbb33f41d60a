/** What an experiment can find before it starts. */
import fc from 'fast-check'
import { logFactorial } from '../../src/analysis/distributions'
import { liftInRates } from '../../src/analysis/effects'
import { detectableEffect, powerAtEnd, powerOf, unitsFor } from '../../src/analysis/plan'

// GrowthBook's power calculator: mean 10, variance 3909.99977, 400,000 units in three variants.
const published = {
  metric: { mean: 10, variance: 3909.99977 },
  shares: [1 / 3, 1 / 3, 1 / 3],
}

test.each([
  ['once', 0.52144],
  ['often', 0.20596],
] as const)('the power at an effect of 5 %% for who looks %s', (looks, power) => {
  expect(powerOf(published, { units: 400_000, effect: 0.05, looks })).toBeCloseTo(power, 5)
})

test.each([
  ['once', 0.07027],
  ['often', 0.12821],
] as const)('the effect that is found with a power of 0.8 by who looks %s', (looks, effect) => {
  expect(detectableEffect(published, { units: 400_000, power: 0.8, looks })).toBeCloseTo(effect, 5)
})

test('the last look alone has less power than GrowthBook says of a small effect, and more of a large one', () => {
  // Simulated: 40,000 walks of 1 step gave 0.072 and 0.932.
  expect(powerAtEnd(published, 400_000, 0.05)).toBeCloseTo(0.07206, 4)
  expect(powerAtEnd(published, 400_000, 0.12821)).toBeCloseTo(0.932, 2)
})

/** R: 2 * power.prop.test(p1 = rate, p2 = rate * (1 + effect), power = 0.8)$n */
test.each([
  [0.05, -0.5, 1810.732],
  [0.05, -0.3, 5675.87],
  [0.05, -0.1, 56_815.68],
  [0.05, 0.3, 7559.601],
  [0.05, 1, 868.864],
  [0.1, 0.1, 29_501.58],
])('of a rate of %d an effect of %d needs the units that R asks for: %d', (rate, effect, units) => {
  const question = { metric: { rate }, shares: [0.5, 0.5] }
  expect(unitsFor(question, { effect, power: 0.8, looks: 'once' })).toBe(Math.ceil(units))
})

// R: power.prop.test(n = 30000, p1 = 0.1, p2 = 0.105), and (n = 500, p1 = 0.9, p2 = 0.85)
test.each([
  [0.1, 0.05, 60_000, 0.5235394],
  [0.9, -0.05 / 0.9, 1000, 0.6670306],
])('of a rate of %d an effect of %d has the power that R says', (rate, effect, units, power) => {
  const question = { metric: { rate }, shares: [0.5, 0.5] }
  expect(powerOf(question, { units, effect, looks: 'once' })).toBeCloseTo(power, 4)
})

/** How probable each count is, near the one that is expected; others are less so than 1e-7. */
function binomial(units: number, rate: number): readonly (readonly [number, number])[] {
  const middle = Math.round(units * rate)
  const reach = Math.ceil(5.5 * Math.sqrt(units * rate * (1 - rate)))
  const counts = Array.from({ length: 2 * reach + 1 }, (_, i) => middle - reach + i)
  return counts
    .filter((count) => count >= 0 && count <= units)
    .map((count) => {
      const ways = logFactorial(units) - logFactorial(count) - logFactorial(units - count)
      const odds = count * Math.log(rate) + (units - count) * Math.log(1 - rate)
      return [count, Math.exp(ways + odds)]
    })
}

/** How probable it is that the report's own p is below 0.05, over all counts that there may be. */
function foundByReport(rate: number, effect: number, [m, n]: readonly [number, number]): number {
  const theirs = binomial(m, rate)
  return binomial(n, rate * (1 + effect)).reduce(
    (sum, [ours, often]) =>
      theirs.reduce((found, [count, times]) => {
        const sides = [
          { converted: ours, units: n },
          { converted: count, units: m },
        ] as const
        return found + ((liftInRates(...sides)?.p ?? 1) < 0.05 ? often * times : 0)
      }, sum),
    0,
  )
}

test.each([
  [0.05, -0.5, [1, 1]],
  [0.05, 1, [1, 1]],
  [0.3, -0.3, [1, 1]],
  [0.9, 0.08, [1, 1]],
  [0.1, -0.5, [3, 1]],
  [0.1, 0.5, [1, 3]],
  [0.1, -0.4, [2, 1, 1]],
])(
  'of a rate of %d the report finds an effect of %d in 80 %% of experiments with shares of %j',
  (rate, effect, parts) => {
    const whole = parts.reduce((sum, part) => sum + part, 0)
    const shares = parts.map((part) => part / whole)
    const question = { metric: { rate }, shares }
    const units = unitsFor(question, { effect, power: 0.8, looks: 'once' }) ?? 0
    const sides = [units * (shares[0] ?? 0), units * (shares[1] ?? 0)].map(Math.round)
    const found = foundByReport(rate, effect, [sides[0] ?? 0, sides[1] ?? 0])
    expect(Math.abs(found - 0.8)).toBeLessThan(0.025)
  },
)

// R: 2 * power.t.test(delta = 10 * effect, sd = 20, power = 0.8)$n is 504.3, 1397.3 and 198.2, by Student's t and not by the normal.
test.each([
  [-0.5, 503],
  [-0.3, 1396],
  [0.8, 197],
])(
  'of a mean that is hardly known by then, a loss needs as many as a gain: %d needs %d',
  (effect, units) => {
    const question = { metric: { mean: 10, variance: 400 }, shares: [0.5, 0.5] }
    expect(unitsFor(question, { effect, power: 0.8, looks: 'once' })).toBe(units)
  },
)

test('the units, the effect and the power say one thing', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.6, noNaN: true }),
      fc.double({ min: -0.5, max: 0.5, noNaN: true }).filter((one) => Math.abs(one) > 0.02),
      fc.constantFrom('once' as const, 'often' as const),
      (rate, effect, looks) => {
        const question = { metric: { rate }, shares: [0.4, 0.3, 0.3] }
        const units = unitsFor(question, { effect, power: 0.8, looks }) ?? 0
        expect(powerOf(question, { units, effect, looks })).toBeGreaterThanOrEqual(0.8)
        expect(powerOf(question, { units: units - 1, effect, looks })).toBeLessThan(0.8)
        if (effect < 0) return
        expect(detectableEffect(question, { units, power: 0.8, looks })).toBeLessThanOrEqual(
          effect + 1e-9,
        )
      },
    ),
    { numRuns: 30 },
  )
})

test('who has few units finds nothing, whatever the rate does', () => {
  const question = { metric: { rate: 0.5 }, shares: [0.5, 0.5] }
  expect(detectableEffect(question, { units: 5, power: 0.8, looks: 'often' })).toBeUndefined()
})
