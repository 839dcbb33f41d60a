/** The lift for every look: one interval, in the table, in guardrails and in gates. */
import fc from 'fast-check'
import { createColors } from 'picocolors'
import { conversionLines } from '../../src/cli/commands/conversion-lines'
import { guardrailOf } from '../../src/analysis/guardrails'
import { liftBounds } from '../../src/analysis/lift-bounds'
import { type PhasedConversions, phasedConversions } from '../../src/analysis/phased-conversions'
import { sequentialLift } from '../../src/analysis/sequential-lift'
import type { ConversionReport } from '../../src/analysis/conversion-report'

const cell = (
  variant: string,
  converted: number,
  units: number,
  cohort = 0,
): PhasedConversions => ({
  ...{ variant, cohort, units, converted, conversions: converted },
  sum: converted * 10,
  squaredDeviations: converted * 100,
})

type Counts = readonly [converted: number, units: number, other: number, others: number]

const reported = (...phases: readonly Counts[]): ConversionReport =>
  phasedConversions(
    'buy',
    phases.flatMap(([a, n, b, m], phase) => [
      cell('control', b, m, phase),
      cell('new', a, n, phase),
    ]),
    phases.length,
    ['control'],
  )

const newIn = ({ variants }: ConversionReport) => variants.find(({ variant }) => variant === 'new')

test('of ordinary counts it is that of GrowthBook', () => {
  const { lift } = newIn(reported([2422, 3461, 1396, 3000])) ?? {}
  expect(lift?.value).toBeCloseTo(0.50386, 5)
  expect(lift?.sequential).toEqual([expect.closeTo(0.40098, 5), expect.closeTo(0.60675, 5)])
})

test.each<[string, Counts, string]>([
  ['few in the control', [60, 1000, 3, 1000], 'no limit'],
  ['few on both sides', [5, 1000, 4, 1000], 'no limit'],
])('of %s it is as wide as what is known', (_, counts, text) => {
  const report = reported(counts)
  const bounds = liftBounds(newIn(report)?.strata ?? { rates: [], values: [] }, 'rate', 0.95)
  expect(newIn(report)?.lift?.sequential).toEqual([bounds?.low, bounds?.high])
  const lines = conversionLines(report, ['control'], { paint: createColors(false) })
  expect(lines.join('\n')).toContain(text)
})

const counts = fc
  .tuple(fc.nat(2000), fc.nat(2000), fc.integer({ min: 2000, max: 20_000 }))
  .map(([a, b, n]): Counts => [a, n, b, n])
const phases = fc.array(counts, { minLength: 1, maxLength: 3 })

test('the table and a guardrail never say two things of one lift', () => {
  fc.assert(
    fc.property(phases, (list) => {
      const own = newIn(reported(...list))
      if (!own?.strata) return
      const rate = { type: 'rate', direction: 'down', margin: 0.1 } as const
      const { bounds, verdict } = guardrailOf(rate, 'new', own.strata)
      if (!own.lift?.sequential || !bounds) return
      expect(own.lift.sequential).toEqual([bounds.low, bounds.high])
      expect(verdict === 'fail').toBe(bounds.low > 0.1)
      const value = { ...rate, type: 'value' } as const
      const ofValue = guardrailOf(value, 'new', own.strata).bounds
      if (own.value?.lift?.sequential && ofValue)
        expect(own.value.lift.sequential).toEqual([ofValue.low, ofValue.high])
    }),
    { numRuns: 200 },
  )
})

test('its p is below 0.05 exactly when it leaves out no effect', () => {
  fc.assert(
    fc.property(phases, (list) => {
      const { strata } = newIn(reported(...list)) ?? {}
      const found = strata && sequentialLift(strata, 'rate')
      if (!found) return
      // At the edge itself the two may round apart.
      if (Math.abs(found.sequentialP - 0.05) < 1e-9) return
      expect(found.sequentialP < 0.05).toBe(found.low > 0 || found.high < 0)
    }),
    { numRuns: 200 },
  )
})

test('where the one method takes over from the other, they differ by less than a hundredth', () => {
  for (const units of [3000, 20_000, 1_000_000])
    for (const share of [0.05, 0.3, 0.7]) {
      const converted = Math.round(units * share)
      const report = reported([Math.round(converted * 1.05), units, converted, units])
      const { strata } = newIn(report) ?? {}
      if (!strata) throw new Error('there are phases')
      const [one, few] = [sequentialLift(strata, 'rate'), liftBounds(strata, 'rate', 0.95)]
      const isOrdinary = one?.low !== few?.low
      if (!isOrdinary) continue
      expect(Math.abs((one?.low ?? 9) - (few?.low ?? 0))).toBeLessThan(0.012)
      expect(Math.abs((one?.high ?? 9) - (few?.high ?? 0))).toBeLessThan(0.012)
    }
})

describe('of means, for one look', () => {
  /** Those who converted paid 10 or nothing like it; sums and spreads as they are. */
  const paid = (
    variant: string,
    units: number,
    sum: number,
    squaredDeviations: number,
  ): PhasedConversions => ({
    ...cell(variant, Math.round(units / 20), units),
    ...{ sum, squaredDeviations },
  })
  const liftOf = (...cells: readonly PhasedConversions[]) =>
    newIn(phasedConversions('buy', cells, 1, ['control']))?.value

  test('a control that is known to a tenth has the delta method of GrowthBook', () => {
    const value = liftOf(
      paid('new', 40_000, 42_000, 160_000),
      paid('control', 40_000, 40_000, 160_000),
    )
    const error = Math.sqrt((160_000 / 40_000 ** 2) * (1 + 1.05 ** 2))
    expect(value?.lift?.interval?.[0]).toBeCloseTo(0.05 - 1.96 * error, 4)
    expect(value?.lift?.interval?.[1]).toBeCloseTo(0.05 + 1.96 * error, 4)
  })

  test('a loss beside a control that is hardly known has the p of the difference, and an interval that says the same', () => {
    const value = liftOf(paid('new', 180, 100, 3000), paid('control', 180, 300, 30_000))
    expect(value?.lift?.value).toBeCloseTo(-2 / 3, 10)
    expect(value?.lift?.p).toBeCloseTo(value?.difference?.p ?? NaN, 10)
    expect(value?.lift?.p).toBeGreaterThan(0.1)
    expect(value?.lift?.interval?.[1]).toBeGreaterThan(0)
  })

  test('a control that may be nothing sets a gain no limit, in print too', () => {
    const cells = [paid('new', 180, 400, 30_000), paid('control', 180, 100, 20_000)]
    expect(liftOf(...cells)?.lift?.interval?.[1]).toBe(Infinity)
    const report = phasedConversions('buy', cells, 1, ['control'])
    const lines = conversionLines(report, ['control'], { paint: createColors(false) })
    expect(lines.join('\n')).toMatch(/lift of the mean .* no limit/)
  })
})

const few = fc
  .tuple(
    fc.integer({ min: 2, max: 40 }),
    fc.integer({ min: 2, max: 4000 }),
    fc.nat(1000),
    fc.nat(1000),
  )
  .map(([n, m, a, b]): Counts => [Math.round((n * a) / 1000), n, Math.round((m * b) / 1000), m])

test.each<[string, readonly Counts[]]>([
  ['2 of 2 against 2 of 165', [[2, 2, 2, 165]]],
  ['280 of 283 against 1 of 8', [[280, 283, 1, 8]]],
  ['1 of 8 against 280 of 283', [[1, 8, 280, 283]]],
])('every look of %s holds one look', (_, list) => holdsOneLook(list))

test('every look holds one look, of few on one side as well', () => {
  fc.assert(fc.property(fc.array(few, { minLength: 1, maxLength: 3 }), holdsOneLook), {
    numRuns: 300,
  })
})

function holdsOneLook(list: readonly Counts[]): void {
  const own = newIn(reported(...list))
  for (const effect of [own?.difference, own?.lift, own?.value?.difference, own?.value?.lift]) {
    if (!effect?.interval || !effect.sequential || effect.p === null) continue
    expect(effect.sequential[0]).toBeLessThanOrEqual(effect.interval[0] + 1e-7)
    expect(effect.sequential[1]).toBeGreaterThanOrEqual(effect.interval[1] - 1e-7)
    expect(effect.sequentialP).toBeGreaterThanOrEqual(effect.p)
  }
}
