import fc from 'fast-check'
import { bucketsBelow, limitsOf } from '../../src/experiments/decimal'

describe('weights as limits of ten thousand buckets', () => {
  test.each([
    ['halves', [50, 50], [5000, 10_000]],
    ['thirds that are written out leave nobody out', [33.33, 33.33, 33.34], [3333, 6666, 10_000]],
    ['equal thirds', [1, 1, 1], [3334, 6667, 10_000]],
    ['tenths that doubles cannot add', [0.1, 0.2, 0.7], [1000, 3000, 10_000]],
    ['a weight of nothing has no bucket', [0, 1, 0], [0, 10_000, 10_000]],
    ['weights that do not add up to a hundred', [1, 3], [2500, 10_000]],
    ['weights with exponents', [1e-7, 3e-7], [2500, 10_000]],
    ['large weights', [1e21, 1e21], [5000, 10_000]],
    ['nothing but nothing', [0, 0], [0, 0]],
    ['no weights', [], []],
  ])('%s: %j', (_, weights, limits) => {
    expect(limitsOf(weights, 10_000)).toEqual(limits)
  })

  test('the last weight that is not nothing ends at the last bucket, and limits never fall', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100),
          { minLength: 1, maxLength: 8 },
        ),
        (weights) => {
          const limits = limitsOf(weights, 10_000)
          expect([...limits].sort((a, b) => a - b)).toEqual(limits)
          expect(limits.at(-1)).toBe(weights.some((weight) => weight > 0) ? 10_000 : 0)
        },
      ),
    )
  })
})

test.each([
  [0, 0],
  [100, 10_000],
  [50, 5000],
  [0.01, 1],
  [99.99, 9999],
  [33.33, 3333],
  [0.07, 7],
  [0.29, 29],
  [12.345, 1235],
  [1.005, 101],
  [1e-9, 1],
])('%d percent takes in %i of ten thousand buckets', (percent, buckets) => {
  expect(bucketsBelow(percent, 10_000)).toBe(buckets)
})
