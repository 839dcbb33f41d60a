import {
  stratifiedDifference,
  stratifiedDifferenceOfMeans,
  stratifiedLift,
} from '../../src/analysis/strata'
import { differenceOfMeans } from '../../src/analysis/means'

/** Converted of units: ours, then the control's. */
const stratum = (a: number, n: number, c: number, m: number) => ({
  ours: { converted: a, units: n },
  theirs: { converted: c, units: m },
})

test('the difference and the ratio of deaths under tolbutamide, by age, are those of Rothman', () => {
  // Rothman, Greenland and Lash, Modern Epidemiology (2008), chapter 15: 0.035 and 1.33.
  const strata = [stratum(8, 106, 5, 120), stratum(22, 98, 16, 85)]
  const difference = stratifiedDifference(strata)
  expect(difference?.value).toBeCloseTo(0.0349, 4)
  expect(difference?.interval?.[0]).toBeCloseTo(-0.0276, 4)
  expect(difference?.interval?.[1]).toBeCloseTo(0.0974, 4)
  const lift = stratifiedLift(strata)
  expect((lift?.value ?? 0) + 1).toBeCloseTo(1.3256, 4)
  expect((lift?.interval?.[0] ?? 0) + 1).toBeCloseTo(0.7979, 4)
  expect((lift?.interval?.[1] ?? 0) + 1).toBeCloseTo(2.2021, 4)
})

test('of one phase, they are the difference and the ratio of the rates', () => {
  const strata = [stratum(30, 200, 20, 100)]
  expect(stratifiedDifference(strata)?.value).toBeCloseTo(30 / 200 - 20 / 100, 12)
  expect(stratifiedLift(strata)?.value).toBeCloseTo(30 / 200 / (20 / 100) - 1, 12)
})

test('a phase that lacks one of the two says nothing', () => {
  const both = stratum(30, 200, 20, 100)
  const alone = stratum(500, 900, 0, 0)
  expect(stratifiedDifference([both, alone])).toEqual(stratifiedDifference([both]))
  expect(stratifiedLift([both, alone])).toEqual(stratifiedLift([both]))
  expect(stratifiedDifference([alone])).toBeNull()
  expect(stratifiedLift([alone])).toBeNull()
})

test("Simpson's paradox: what holds in each phase holds for all of them", () => {
  const strata = [stratum(90, 100, 850, 1000), stratum(300, 1000, 25, 100)]
  expect((90 + 300) / 1100).toBeLessThan((850 + 25) / 1100)
  expect(stratifiedDifference(strata)?.value).toBeGreaterThan(0)
  expect(stratifiedLift(strata)?.value).toBeGreaterThan(0)
})

describe('means', () => {
  const sums = (values: readonly number[]) => {
    const sum = values.reduce((before, value) => before + value, 0)
    const mean = sum / values.length
    const squaredDeviations = values.reduce((before, value) => before + (value - mean) ** 2, 0)
    return { units: values.length, sum, squaredDeviations }
  }

  test("of one phase, the difference is Welch's", () => {
    const [ours, theirs] = [sums([1, 4, 2, 9, 3]), sums([2, 2, 5, 1])]
    const found = stratifiedDifferenceOfMeans([{ ours, theirs }])
    const welch = differenceOfMeans(ours, theirs)
    expect(found?.value).toBeCloseTo(welch?.value ?? NaN, 12)
    expect(found?.interval?.[0]).toBeCloseTo(welch?.interval?.[0] ?? NaN, 9)
  })

  test('a shift between phases is no difference', () => {
    const early = { ours: sums([1, 2, 3]), theirs: sums([1, 2, 3, 1, 2, 3]) }
    const late = { ours: sums([101, 102, 103, 101, 102, 103]), theirs: sums([101, 102, 103]) }
    expect(stratifiedDifferenceOfMeans([early, late])?.value).toBeCloseTo(0, 9)
  })

  test('values that are all equal have no interval', () => {
    const equal = { ours: sums([2, 2]), theirs: sums([2, 2]) }
    expect(stratifiedDifferenceOfMeans([equal])).toMatchObject({ value: 0, interval: null })
  })
})
