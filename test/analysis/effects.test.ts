/** Rates, means, and what variants did to them, for one look and for every look. */
import fc from 'fast-check'
import {
  differenceInMeans,
  differenceInRates,
  figureOfMean,
  figureOfRate,
  liftInMeans,
  liftInRates,
} from '../../src/analysis/effects'

// R: fisher.test(matrix(c(83, 3, 90, 3), 2)), since prop.test warns that it may be wrong of three who
// did not, and prop.test(c(120, 90), c(1000, 1000), correct = FALSE)
test.each([
  [83, 86, 90, 93, 1],
  [120, 1000, 90, 1000, 0.029],
])('%d of %d against %d of %d: the p of R', (a, m, b, n, p) => {
  const ours = { converted: a, units: m }
  const theirs = { converted: b, units: n }
  expect(differenceInRates(ours, theirs)?.p).toBeCloseTo(p, 3)
  expect(liftInRates(ours, theirs)?.p).toBe(differenceInRates(ours, theirs)?.p)
})

test('no units have no figures', () => {
  const [none, some] = [
    { converted: 0, units: 0 },
    { converted: 1, units: 2 },
  ]
  expect([figureOfRate(none), differenceInRates(none, some), liftInRates(some, none)]).toEqual([
    null,
    null,
    null,
  ])
})

test('nobody or everybody on both sides has no p, and intervals with a width', () => {
  for (const converted of [0, 6]) {
    const rate = { converted, units: 6 }
    const found = differenceInRates(rate, rate)
    expect(found?.p).toBeNull()
    for (const [low = 0, high = 0] of [found?.interval ?? [], found?.sequential ?? []])
      expect(high - low).toBeGreaterThan(0.1)
  }
})

test('a mean that is not above 0 has no lift over it', () => {
  const theirs = { units: 10, sum: -5, squaredDeviations: 4 }
  const ours = { units: 10, sum: 5, squaredDeviations: 4 }
  expect(liftInMeans(ours, theirs)).toBeNull()
  expect(differenceInMeans(ours, theirs)).toMatchObject({ value: 1 })
  expect(figureOfMean({ units: 1, sum: 5, squaredDeviations: 0 })).toBeNull()
})

test('an interval for every look holds the one for one look, of many units', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 1e7 }),
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      (units, rate) => {
        const ours = { converted: Math.round(units * rate), units }
        for (const found of [figureOfRate(ours), differenceInRates(ours, ours)]) {
          const [low = 0, high = 0] = found?.interval ?? []
          const [lower = 1, higher = 0] = found?.sequential ?? []
          expect(lower).toBeLessThan(low)
          expect(higher).toBeGreaterThan(high)
        }
      },
    ),
  )
})
