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
