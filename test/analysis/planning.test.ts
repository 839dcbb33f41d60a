/** What an experiment can find before it starts, as applications ask. */
import fc from 'fast-check'
import { effectsByDay, planExperiment, type PlanOptions } from '../../src/analysis/planning'

test("the figures of GrowthBook's calculator, for both ways to look", () => {
  const { shares, once, often } = planExperiment({
    metric: { mean: 10, variance: 3909.99977 },
    shares: [1, 1, 1],
    units: 400_000,
    effect: 0.05,
    unitsPerDay: 50_000,
  })
  expect(shares).toEqual([1 / 3, 1 / 3, 1 / 3])
  expect(once).toEqual({
    power: expect.closeTo(0.52144, 5),
    detectableEffect: expect.closeTo(0.07027, 5),
    units: expect.any(Number),
    daysToCome: Math.ceil((once.units ?? 0) / 50_000),
    days: Math.ceil((once.units ?? 0) / 50_000),
  })
  expect(often).toMatchObject({
    power: expect.closeTo(0.20596, 5),
    detectableEffect: expect.closeTo(0.12821, 5),
    powerAtEnd: expect.closeTo(0.07206, 4),
  })
  expect(often.units).toBeGreaterThan(once.units ?? Infinity)
})

test('what the question does not say is null', () => {
  const metric = { rate: 0.1 }
  expect(planExperiment({ metric, units: 1000 }).once).toMatchObject({ power: null, units: null })
  expect(planExperiment({ metric, effect: 0.1 }).often).toMatchObject({
    power: null,
    detectableEffect: null,
    days: null,
    powerAtEnd: null,
  })
})

test('with a window, the days end when that of the last unit is over', () => {
  const DAY = 86_400_000
  const question = { metric: { rate: 0.1 }, effect: 0.1, unitsPerDay: 1000 }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 * DAY }), (windowMs) => {
      const { once, often } = planExperiment({ ...question, windowMs })
      for (const { units, daysToCome, days } of [once, often]) {
        const toCome = (units ?? NaN) / question.unitsPerDay
        expect(daysToCome).toBe(Math.ceil(toCome))
        expect(days).toBe(Math.ceil(toCome + windowMs / DAY))
      }
    }),
  )
  expect(planExperiment({ ...question, windowMs: 7 * DAY }).windowMs).toBe(7 * DAY)
  expect(planExperiment(question).windowMs).toBeNull()
})

test('by the day, only units whose window is over find something', () => {
  const DAY = 86_400_000
  const question = { metric: { rate: 0.1 }, unitsPerDay: 1000 }
  const [plain, windowed] = [
    effectsByDay(question, 20),
    effectsByDay({ ...question, windowMs: 7 * DAY }, 20),
  ]
  expect(windowed.map(({ day }) => day)).toEqual(Array.from({ length: 13 }, (_, i) => i + 8))
  for (const [i, { units, once, often }] of windowed.entries())
    expect({ units, once, often }).toEqual({
      units: plain[i]?.units,
      once: plain[i]?.once,
      often: plain[i]?.often,
    })
})

test('an effect that is a loss needs units, too', () => {
  expect(planExperiment({ metric: { rate: 0.1 }, effect: -0.1 }).once.units).toBeGreaterThan(20_000)
})

test.each<[string, PlanOptions]>([
  ['shares need a control', { metric: { rate: 0.1 }, shares: [1] }],
  ['each is above 0', { metric: { rate: 0.1 }, shares: [1, 0] }],
  ['a rate of 1.5 is not valid', { metric: { rate: 1.5 } }],
  ['a rate of 0 is not valid', { metric: { rate: 0 } }],
  ['the variance of a metric are above 0', { metric: { mean: 1, variance: 0 } }],
  ['a power of 1 is not valid', { metric: { rate: 0.1 }, power: 1 }],
  ['an effect of 0 is not valid', { metric: { rate: 0.1 }, effect: 0 }],
  ['an effect of -1 is not valid', { metric: { rate: 0.1 }, effect: -1 }],
  ['no rate is above 1', { metric: { rate: 0.6 }, effect: 0.9 }],
  ['a window is 0 or more', { metric: { rate: 0.1 }, windowMs: -1 }],
  ['units and units of a day', { metric: { rate: 0.1 }, units: 0 }],
  ['units and units of a day', { metric: { rate: 0.1 }, unitsPerDay: NaN }],
])('%s is refused', (message, options) => {
  expect(() => planExperiment(options)).toThrow(message)
})
