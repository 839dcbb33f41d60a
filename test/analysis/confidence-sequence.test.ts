/** Confidence sequences, held to their paper's formula and to what they promise. */
import { sequentialP, sequentialReach } from '../../src/analysis/confidence-sequence'

// Equation 9 of arXiv 2103.06476 over the standard error, with ρ of its equation 161, by numpy.
test.each([
  [10, 19.608121555821253],
  [1000, 3.3638877257827806],
  [5000, 3.035208990376253],
  [6461, 3.038517493444328],
  [1_000_000, 3.6565364661848063],
])('after %d units an interval reaches to %d standard errors', (units, reach) => {
  expect(sequentialReach(units)).toBeCloseTo(reach, 10)
})

test('another level, and another number of units at which intervals are narrowest', () => {
  expect(sequentialReach(1000, 0.99)).toBeCloseTo(3.8623244669773884, 10)
  expect(sequentialReach(1000, 0.95, 500)).toBeCloseTo(3.0614772188674166, 10)
})

test('intervals are narrowest where they are tuned for, and grow slowly beyond', () => {
  const reaches = [50, 500, 5000, 50_000, 1e9].map((units) => sequentialReach(units))
  expect(Math.min(...reaches)).toBe(reaches[2])
  expect(reaches[4]).toBeLessThan(5)
})

test.each([2, 100, 5000, 1e9])(
  'p is 0.05 where the interval of %d units ends, and less beyond',
  (units) => {
    const reach = sequentialReach(units)
    expect(reach).toBeGreaterThan(1.96)
    expect(sequentialP(reach, units)).toBeCloseTo(0.05, 12)
    expect(sequentialP(reach * 1.01, units)).toBeLessThan(0.05)
    expect(sequentialP(0, units)).toBe(1)
  },
)
