/** Rates over phases, by Mantel and Haenszel, and by the score tests of Miettinen and Nurminen. */
import fc from 'fast-check'
import { differenceInRates, liftInRates } from '../../src/analysis/effects'
import { stratifiedDifference, stratifiedLift } from '../../src/analysis/stratified-rates'

/** Converted of units: ours, then the control's. */
const stratum = (a: number, n: number, c: number, m: number) => ({
  ours: { converted: a, units: n },
  theirs: { converted: c, units: m },
})

test('the difference and the ratio of deaths under tolbutamide, by age, are those of Rothman', () => {
  // Rothman, Greenland and Lash, Modern Epidemiology (2008), chapter 15: 0.035 and 1.33. The
  // intervals are those of the score tests, written out in R with optimize and uniroot, and the p is
  // that of mantelhaen.test(…, correct = FALSE).
  const strata = [stratum(8, 106, 5, 120), stratum(22, 98, 16, 85)]
  const difference = stratifiedDifference(strata)
  expect(difference?.value).toBeCloseTo(0.0349, 4)
  expect(difference?.interval?.[0]).toBeCloseTo(-0.0287092598, 8)
  expect(difference?.interval?.[1]).toBeCloseTo(0.1002696006, 8)
  expect(difference?.p).toBeCloseTo(0.275047303784706, 12)
  const lift = stratifiedLift(strata)
  expect((lift?.value ?? 0) + 1).toBeCloseTo(1.3256, 4)
  expect((lift?.interval?.[0] ?? 0) + 1).toBeCloseTo(0.8027992212, 7)
  expect((lift?.interval?.[1] ?? 0) + 1).toBeCloseTo(2.2020848672, 7)
  expect(lift?.p).toBe(difference?.p)
})

test('nobody of a small variant in two phases is no effect, at one look and at every look', () => {
  // 2 % of the units, of whom 1.2 % convert: nobody of 135 does in one experiment of five.
  const found = stratifiedDifference([stratum(0, 70, 46, 3930), stratum(0, 65, 46, 3935)])
  expect(found?.value).toBeCloseTo(-0.0117, 4)
  expect(found?.p).toBeCloseTo(0.409836984491325, 12)
  expect(found?.interval?.[1]).toBeCloseTo(0.0159825754, 8)
  expect(found?.sequentialP).toBe(1)
  expect(found?.sequential?.[0]).toBeLessThan(-0.0143)
  expect(found?.sequential?.[1]).toBeGreaterThan(0.02)
})

const few = fc
  .tuple(fc.nat(30), fc.integer({ min: 1, max: 30 }), fc.nat(200), fc.integer({ min: 1, max: 900 }))
  .map(([a, n, c, m]) => stratum(Math.min(a, n), n, Math.min(c, m), m))

test('of one phase, also beside one that lacks a side, they are those of the rates', () => {
  fc.assert(
    fc.property(few, (only) => {
      const phases = [only, stratum(500, 900, 0, 0)]
      expect(stratifiedDifference(phases)).toEqual(differenceInRates(only.ours, only.theirs))
      const { value, interval, p } = stratifiedLift(phases) ?? {}
      expect({ value, interval, p }).toMatchObject({
        value: liftInRates(only.ours, only.theirs)?.value,
        interval: liftInRates(only.ours, only.theirs)?.interval,
      })
    }),
    { numRuns: 50 },
  )
})

test('an interval leaves out no effect only where p is below 0.05', () => {
  fc.assert(
    fc.property(fc.array(few, { minLength: 2, maxLength: 4 }), (phases) => {
      for (const found of [stratifiedDifference(phases), stratifiedLift(phases)]) {
        if (!found?.interval || (found.p ?? 1) < 0.05) continue
        expect(found.interval[0]).toBeLessThanOrEqual(1e-9)
        expect(found.interval[1]).toBeGreaterThanOrEqual(-1e-9)
      }
    }),
    { numRuns: 100 },
  )
})

test('without a phase that has both there is nothing', () => {
  expect(stratifiedDifference([stratum(500, 900, 0, 0)])).toBeNull()
  expect(stratifiedLift([stratum(500, 900, 0, 0)])).toBeNull()
  expect(stratifiedLift([stratum(0, 90, 3, 90), stratum(0, 90, 3, 90)])).toBeNull()
})

test("Simpson's paradox: what holds in each phase holds for all of them", () => {
  const strata = [stratum(90, 100, 850, 1000), stratum(300, 1000, 25, 100)]
  expect((90 + 300) / 1100).toBeLessThan((850 + 25) / 1100)
  expect(stratifiedDifference(strata)?.value).toBeGreaterThan(0)
  expect(stratifiedLift(strata)?.value).toBeGreaterThan(0)
})
