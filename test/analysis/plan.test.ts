/** What an experiment can find before it starts. */
import fc from 'fast-check'
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

// scipy and the formula of the delta method: two equal halves, 10 % to 11 %.
test('how many units a rate needs', () => {
  const units = unitsFor(
    { metric: { rate: 0.1 }, shares: [0.5, 0.5] },
    { effect: 0.1, power: 0.8, looks: 'once' },
  )
  expect(units).toBe(32_463)
})

test('the units, the effect and the power say one thing', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.6, noNaN: true }),
      fc.double({ min: 0.02, max: 0.5, noNaN: true }),
      fc.constantFrom('once' as const, 'often' as const),
      (rate, effect, looks) => {
        const question = { metric: { rate }, shares: [0.4, 0.3, 0.3] }
        const units = unitsFor(question, { effect, power: 0.8, looks }) ?? 0
        expect(powerOf(question, { units, effect, looks })).toBeGreaterThanOrEqual(0.8)
        expect(powerOf(question, { units: units - 1, effect, looks })).toBeLessThan(0.8)
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
