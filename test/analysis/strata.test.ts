import { differenceInMeans } from '../../src/analysis/effects'
import { stratifiedDifferenceOfMeans } from '../../src/analysis/strata'

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
    const welch = differenceInMeans(ours, theirs)
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
