/** Whose spread is known, and whose is not. */
import fc from 'fast-check'
import { type Side, sideOfMeans } from '../../src/analysis/comparisons'
import { differenceInMeans } from '../../src/analysis/effects'
import { Moments } from '../../src/analysis/moments'
import { withKnownSpread } from '../../src/analysis/spread'
import { stratifiedDifferenceOfMeans } from '../../src/analysis/strata'

const buyers = (units: number, converted: number, value = 10) =>
  Moments.of(Array.from({ length: units }, (_, i) => (i < converted ? value : 0)))

function side(moments: Moments): Side {
  const found = sideOfMeans(moments)
  if (!found) throw new Error('too few units')
  return found
}

test('nobody of a small group bought: that is no known spread of nothing, in one phase or in two', () => {
  const [ours, theirs] = [buyers(22, 0), buyers(480, 25)]
  expect(differenceInMeans(ours, theirs)?.p).toBeGreaterThan(0.2)
  expect(differenceInMeans(ours, theirs)?.sequentialP).toBeGreaterThan(0.2)
  const phases = [
    { ours, theirs },
    { ours, theirs },
  ]
  expect(stratifiedDifferenceOfMeans(phases)?.p).toBeGreaterThan(0.05)
  expect(stratifiedDifferenceOfMeans(phases)?.sequentialP).toBeGreaterThan(0.2)
})

test('one of a small group bought where four were expected: its own spread is too small', () => {
  const found = differenceInMeans(buyers(80, 1), buyers(8000, 400))
  expect(found?.p).toBeGreaterThan(0.05)
})

test('groups of one size have their own spreads, however skewed', () => {
  const [ours, theirs] = [side(buyers(500, 5)), side(buyers(500, 9))]
  expect(withKnownSpread({ ours, theirs })).toEqual({ ours, theirs })
})

test('so have large groups of uneven size, and a small one that differs more than both together', () => {
  const [ours, theirs] = [side(buyers(20_000, 9000)), side(buyers(80_000, 41_000))]
  expect(withKnownSpread({ ours, theirs })).toEqual({ ours, theirs })
  const [wide, narrow] = [side(Moments.of([0, 50, 90])), side(Moments.of([8, 9, 10, 9, 8, 10]))]
  expect(withKnownSpread({ ours: wide, theirs: narrow }).ours).toEqual(wide)
})

test('values that are all equal on both sides show no spread', () => {
  const equal = side(Moments.of([0.1, 0.1, 0.1]))
  expect(withKnownSpread({ ours: equal, theirs: equal })).toEqual({ ours: equal, theirs: equal })
})

test('no error becomes smaller, and the means stay', () => {
  const values = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 2 })
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [ours, theirs] = [side(Moments.of(a)), side(Moments.of(b))]
      const known = withKnownSpread({ ours, theirs })
      expect([known.ours.mean, known.theirs.mean]).toEqual([ours.mean, theirs.mean])
      expect(known.ours.squaredError).toBeGreaterThanOrEqual(ours.squaredError)
      expect(known.theirs.squaredError).toBeGreaterThanOrEqual(theirs.squaredError)
    }),
  )
})
