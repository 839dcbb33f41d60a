/** Ratios of two values of a unit, held to numpy. */
import { PairMoments } from '../../src/analysis/moments'
import { sideOfRatio } from '../../src/analysis/ratio-metric'

test('the error is that of units', () => {
  const pairs = PairMoments.of([
    [1, 2],
    [2, 3],
    [4, 4],
    [0, 1],
    [3, 5],
    [2, 2.5],
  ])
  expect(sideOfRatio(pairs)).toEqual({
    mean: expect.closeTo(0.6857142857142857, 12),
    squaredError: expect.closeTo(0.00962798833819242, 12),
    units: 6,
    degreesOfFreedom: 5,
  })
})

test('a ratio that is the same of every unit has no error', () => {
  expect(
    sideOfRatio(
      PairMoments.of([
        [1, 2],
        [2, 4],
        [5, 10],
      ]),
    )?.squaredError,
  ).toBeCloseTo(0, 12)
})

test.each([
  ['one unit', [[1, 2]]],
  [
    'a second value of 0 in sum',
    [
      [1, 0],
      [2, 0],
    ],
  ],
])('there is no ratio of %s', (_, pairs) => {
  expect(
    sideOfRatio(PairMoments.of(pairs.map(([a = 0, b = 0]) => [a, b] as const))),
  ).toBeUndefined()
})
