/** Whether rates differ, for one look and for every look. */
import fc from 'fast-check'
import { sequentialReach } from '../../src/analysis/confidence-sequence'
import {
  besideP,
  differenceForEveryLook,
  pOfRates,
  scoreInterval,
  scoreOf,
} from '../../src/analysis/rate-tests'

type Counts = readonly [converted: number, units: number, other: number, others: number]

const stratum = ([a, n, c, m]: Counts) => ({
  ours: { converted: a, units: n },
  theirs: { converted: c, units: m },
})

test("of one phase with plenty the p is Pearson's, and of two that of Mantel and Haenszel", () => {
  // R: prop.test(c(120, 90), c(1000, 1000), correct = FALSE), mantelhaen.test(…, correct = FALSE)
  expect(pOfRates([stratum([120, 1000, 90, 1000])])).toBeCloseTo(0.0286502404, 7)
  const tolbutamide = [stratum([8, 106, 5, 120]), stratum([22, 98, 16, 85])]
  expect(pOfRates(tolbutamide)).toBeCloseTo(0.275047303784706, 12)
})

test('of plenty in one phase every look has the error that was seen, as GrowthBook does', () => {
  const { sequential } = differenceForEveryLook([stratum([2422, 3461, 1396, 3000])])
  const error = Math.sqrt(
    ((2422 / 3461) * (1 - 2422 / 3461)) / 3461 + ((1396 / 3000) * (1 - 1396 / 3000)) / 3000,
  )
  const half = error * sequentialReach(6461)
  expect((sequential?.[1] ?? 0) - (sequential?.[0] ?? 0)).toBeCloseTo(2 * half, 12)
})

test.each<[string, Counts[]]>([
  ['nobody of a small group, in one phase', [[0, 500, 1000, 100_000]]],
  [
    'nobody of a small group, in two phases',
    [
      [0, 250, 500, 50_000],
      [0, 250, 500, 50_000],
    ],
  ],
  ['one where none was expected', [[1, 5, 40, 20_000]]],
])('%s is within what every look may see', (_, counts) => {
  const { sequential, sequentialP } = differenceForEveryLook(counts.map(stratum))
  expect(sequentialP).toBeGreaterThan(0.05)
  expect(sequential?.[0]).toBeLessThan(0)
  expect(sequential?.[1]).toBeGreaterThan(0)
})

const counts = fc
  .tuple(
    fc.nat(300),
    fc.integer({ min: 1, max: 300 }),
    fc.nat(300),
    fc.integer({ min: 1, max: 300 }),
  )
  .map(([a, n, b, m]): Counts => [Math.min(a, n), n, Math.min(b, m), m])
const phases = fc.array(counts, { minLength: 1, maxLength: 3 }).map((list) => list.map(stratum))

test('an interval of the score ends where what was seen is as far as it reaches', () => {
  fc.assert(
    fc.property(phases, fc.double({ min: 1, max: 4, noNaN: true }), (list, reach) => {
      const [low, high] = scoreInterval(list, reach)
      const score = scoreOf(list)
      if (low > -1 + 1e-6) expect(score(low)).toBeCloseTo(reach, 4)
      if (high < 1 - 1e-6) expect(score(high)).toBeCloseTo(-reach, 4)
      expect(high).toBeGreaterThan(low)
    }),
    { numRuns: 50 },
  )
})

test('the p for every look is below 0.05 exactly when its interval leaves out no difference', () => {
  fc.assert(
    fc.property(phases, (list) => {
      const { sequential, sequentialP } = differenceForEveryLook(list)
      if (!sequential || sequentialP === null || Math.abs(sequentialP - 0.05) < 1e-6) return
      expect(sequentialP < 0.05).toBe(sequential[0] > 0 || sequential[1] < 0)
    }),
    { numRuns: 100 },
  )
})

test('an interval beside an exact p that finds nothing holds no effect', () => {
  const few = [stratum([1, 2, 3, 97])]
  expect(besideP([0.06, 0.88], 0.08, few)).toEqual([0, 0.88])
  expect(besideP([0.06, 0.88], 0.04, few)).toEqual([0.06, 0.88])
  const many = [stratum([100, 200, 90, 200])]
  expect(besideP([0.01, 0.2], 0.08, many)).toEqual([0.01, 0.2])
})
