/** Rates of which few are expected, compared exactly. */
import fc from 'fast-check'
import { areFewExpected, exactP } from '../../src/analysis/exact-rates'
import { pOfRates } from '../../src/analysis/rate-tests'

type Counts = readonly [converted: number, units: number, other: number, others: number]

const stratum = ([a, n, c, m]: Counts) => ({
  ours: { converted: a, units: n },
  theirs: { converted: c, units: m },
})

// R: fisher.test(matrix(c(1, 3, 1, 94), 2)), and mantelhaen.test(…, exact = TRUE) of two phases.
test.each<[string, Counts[], number]>([
  ['one of two against three of 97', [[1, 2, 3, 97]], 0.0795712224283653],
  [
    'nobody of 135 in two phases against 92 of 7,865',
    [
      [0, 70, 46, 3930],
      [0, 65, 46, 3935],
    ],
    0.409836984491325,
  ],
])('%s: the p of R', (_, counts, p) => {
  expect(areFewExpected(counts.map(stratum))).toBe(true)
  expect(exactP(counts.map(stratum))).toBeCloseTo(p, 12)
})

test('nobody or everybody has no p', () => {
  expect(exactP([stratum([0, 5, 0, 50])])).toBeNull()
  expect(exactP([stratum([5, 5, 50, 50]), stratum([0, 7, 0, 3])])).toBeNull()
  expect(exactP([])).toBeNull()
})

test('few is what a normal test is wrong of: below five, or below 25 in a group that is far smaller', () => {
  expect(areFewExpected([stratum([6, 100, 4, 100])])).toBe(false)
  expect(areFewExpected([stratum([4, 100, 4, 100])])).toBe(true)
  expect(areFewExpected([stratum([96, 100, 96, 100])])).toBe(true)
  expect(areFewExpected([stratum([20, 1000, 1980, 99_000])])).toBe(true)
  expect(areFewExpected([stratum([30, 1000, 2970, 99_000])])).toBe(false)
  // Few in each of many phases are many together.
  const phase = stratum([2, 50, 2, 50])
  expect(areFewExpected([phase, phase, phase])).toBe(false)
})

const counts = fc
  .tuple(fc.nat(40), fc.integer({ min: 1, max: 40 }), fc.nat(400), fc.integer({ min: 1, max: 400 }))
  .map(([a, n, b, m]): Counts => [Math.min(a, n), n, Math.min(b, m), m])

test('the two sides may be exchanged, and who converted with who did not', () => {
  fc.assert(
    fc.property(fc.array(counts, { minLength: 1, maxLength: 3 }), (list) => {
      const p = exactP(list.map(stratum)) ?? 1
      const exchanged = list.map(([a, n, b, m]) => stratum([b, m, a, n]))
      const others = list.map(([a, n, b, m]) => stratum([n - a, n, m - b, m]))
      expect(exactP(exchanged) ?? 1).toBeCloseTo(p, 9)
      expect(exactP(others) ?? 1).toBeCloseTo(p, 9)
    }),
  )
})

test('without an effect, of one in twenty that is expected p is never below 0.05 too often', () => {
  // Exact by definition: over all divisions of those who converted, p ≤ 0.05 has at most 5 %.
  for (const converted of [1, 2, 3, 5, 8, 13, 21]) {
    const [n, m] = [20, 380]
    const choose = (all: number, some: number): number =>
      Array.from({ length: some }).reduce((sum: number, _, i) => (sum * (all - i)) / (i + 1), 1)
    let found = 0
    for (let ours = 0; ours <= Math.min(n, converted); ours++) {
      const p = pOfRates([stratum([ours, n, converted - ours, m])]) ?? 1
      if (p < 0.05)
        found += (choose(n, ours) * choose(m, converted - ours)) / choose(n + m, converted)
    }
    expect(found).toBeLessThanOrEqual(0.05)
  }
})
