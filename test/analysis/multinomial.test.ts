/** The exact test of a split of which some variant expects few. */
import { exactMultinomialP } from '../../src/analysis/multinomial'

const splitOf = (observed: readonly number[], shares: readonly number[]) =>
  observed.map((units, i) => ({ variant: `v${i}`, observed: units, share: shares[i] ?? 0 }))

// All outcomes enumerated with scipy's multinomial.
test.each([
  [[255, 5, 121], [0.495, 0.01, 0.495], 1.777804614388855e-11],
  [[7, 2], [0.5, 0.5], 0.1796875],
  [[3, 3, 3], [1 / 3, 1 / 3, 1 / 3], 1],
  [[10, 0, 1], [0.4, 0.3, 0.3], 0.0024739804],
  [[1, 2, 3, 14], [0.25, 0.25, 0.25, 0.25], 0.00025311860372312416],
  [[8, 1, 1, 2], [0.1, 0.2, 0.3, 0.4], 7.323090999999995e-6],
  [[30, 4, 60], [0.33, 0.01, 0.66], 0.02855712714439613],
  [[0, 20], [0.3, 0.7], 0.0010589696700355879],
  [[0, 0, 5], [0.5, 0.3, 0.2], 0.00032],
])('%j by the shares %j', (observed, shares, p) => {
  const found = exactMultinomialP(splitOf(observed, shares))
  expect((found ?? 0) / p).toBeCloseTo(1, 8)
})

test('the order of the variants does not matter', () => {
  const [a, b] = [
    splitOf([8, 1, 1, 2], [0.1, 0.2, 0.3, 0.4]),
    splitOf([2, 1, 8, 1], [0.4, 0.3, 0.1, 0.2]),
  ]
  expect(exactMultinomialP(a)).toBeCloseTo(exactMultinomialP(b) ?? 0, 12)
})

test.each([
  ['two variants of a hundred million units', [50_003_000, 49_997_000], [0.5, 0.5], 0.548573],
  ['three of ten thousand', [5010, 4, 4986], [0.4998, 0.0004, 0.4998], undefined],
])('%s take a moment', (_, observed, shares, p) => {
  const found = exactMultinomialP(splitOf(observed, shares))
  expect(found).toBeGreaterThan(0.5)
  if (p !== undefined) expect(found).toBeCloseTo(p, 5)
})

test.each([
  [[500, 500, 500, 500], 0.25],
  [[100, 100, 100, 100, 100, 100], 1 / 6],
])('%j has too many outcomes to visit', (observed, share) => {
  expect(
    exactMultinomialP(
      splitOf(
        observed,
        observed.map(() => share),
      ),
    ),
  ).toBeUndefined()
})

test('nobody is as expected', () => {
  expect(exactMultinomialP(splitOf([0, 0, 0], [0.2, 0.3, 0.5]))).toBe(1)
})
