/** How far a variant may be above the controls: sound where nobody converted, and where all did. */
import fc from 'fast-check'
import { sideOfMeans } from '../../src/analysis/comparisons'
import { boundsText, liftBounds } from '../../src/analysis/lift-bounds'
import type { Strata } from '../../src/analysis/strata'

type Counts = readonly [converted: number, units: number, other: number, others: number]

const ratesOf = (...phases: readonly Counts[]): Strata => ({
  rates: phases.map(([converted, units, other, others]) => ({
    ours: { converted, units },
    theirs: { converted: other, units: others },
  })),
  values: [],
})
const boundsOf = (...phases: readonly Counts[]) => liftBounds(ratesOf(...phases), 'rate', 0.95)

const mean = (units: number, value: number, deviation: number) => {
  const sums = { units, sum: units * value, squaredDeviations: (units - 1) * deviation ** 2 }
  const side = sideOfMeans(sums)
  if (!side) throw new Error('too few units')
  return side
}
const valuesOf = (ours: ReturnType<typeof mean>, theirs: ReturnType<typeof mean>) =>
  liftBounds({ rates: [], values: [{ ours, theirs }] }, 'value', 0.95)

test('are near the estimate of many', () => {
  const { value = 0, low = 0, high = 0 } = boundsOf([12_000, 100_000, 10_000, 100_000]) ?? {}
  expect(value).toBeCloseTo(0.2, 9)
  expect([low > 0.14, low < 0.18, high > 0.22, high < 0.26]).toEqual([true, true, true, true])
})

test.each<[string, Counts, string]>([
  ['none in the control', [500, 5000, 0, 5000], 'from none (+'],
  ['none in the variant', [0, 5000, 2500, 5000], '−100.0 % (−100.0 % … −9'],
  ['one in the control', [500, 5000, 1, 5000], 'no limit'],
])('%s: there are bounds', (_what, counts, text) => {
  const bounds = boundsOf(counts)
  expect(bounds && boundsText(bounds)).toContain(text)
})

test('nobody anywhere says nothing, and neither do no units', () => {
  expect(boundsOf([0, 5000, 0, 5000])).toBeUndefined()
  expect(boundsOf([0, 0, 0, 0])).toBeUndefined()
  expect(boundsOf()).toBeUndefined()
})

test('nobody of a small variant says little of a rare conversion', () => {
  // One in twenty such variants has none of 3 %, and no gate may fail by that.
  expect(boundsOf([0, 100, 300, 10_000])?.high).toBeGreaterThan(0)
})

test('always hold the estimate, and more confidence makes them wider', () => {
  const rate = fc.tuple(fc.nat(300), fc.nat(300), fc.integer({ min: 300, max: 5000 }))
  fc.assert(
    fc.property(fc.array(rate, { minLength: 1, maxLength: 3 }), (list) => {
      const strata = ratesOf(...list.map(([a, b, n]) => [a, n, b, n] as const))
      const [once, wide] = [0.95, 0.99].map((sure) => liftBounds(strata, 'rate', sure))
      if (!once || !wide) return
      expect(once.low).toBeLessThanOrEqual(once.value + 1e-9)
      expect(once.high).toBeGreaterThanOrEqual(once.value - 1e-9)
      expect(wide.low).toBeLessThanOrEqual(once.low + 1e-9)
      expect(wide.high).toBeGreaterThanOrEqual(once.high - 1e-9)
    }),
    { numRuns: 100 },
  )
})

test('of means they are those of Fieller, also beside a control without any', () => {
  const { low = 0, high = 0 } = valuesOf(mean(1000, 12, 10), mean(1000, 10, 10)) ?? {}
  expect([low < 0.2, low > 0, high > 0.2, high < 0.5]).toEqual([true, true, true, true])
  expect(valuesOf(mean(1000, 3, 5), mean(1000, 0, 0))).toMatchObject({ value: Infinity })
  expect(valuesOf(mean(1000, 3, 5), mean(1000, 0, 0))?.low).toBeGreaterThan(1)
  expect(valuesOf(mean(1000, 0, 0), mean(1000, 3, 5))?.high).toBeLessThan(-0.5)
  expect(valuesOf(mean(1000, 0, 0), mean(1000, 0, 0))).toBeUndefined()
  expect(valuesOf(mean(1000, 5, 0), mean(1000, 5, 0))).toBeUndefined()
  expect(valuesOf(mean(1000, 1, 5), mean(1000, -1, 5))).toBeUndefined()
})

test('a mean below 0 beside one above it is worse without end', () => {
  const { low = 0, high = 0 } = valuesOf(mean(1000, -5, 5), mean(1000, 5, 5)) ?? {}
  expect(low).toBeLessThan(-2)
  expect(high).toBeLessThan(-1)
})
