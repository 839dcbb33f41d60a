/** The score interval of a ratio, held to the example of the paper. */
import { scoreIntervalOfRatio } from '../../src/analysis/ratio-score'

test("36 of 40 against 16 of 80: Koopman's own example", () => {
  // Koopman, Confidence intervals for the ratio of two binomial proportions (1984): 2.94 to 7.15.
  expect(scoreIntervalOfRatio({ converted: 36, units: 40 }, { converted: 16, units: 80 })).toEqual([
    expect.closeTo(2.94, 2),
    expect.closeTo(7.15, 2),
  ])
})

test('exchanging the two sides inverts the interval', () => {
  const [a, b] = [
    { converted: 6, units: 6 },
    { converted: 3, units: 9 },
  ]
  const [low, high] = scoreIntervalOfRatio(a, b)
  expect(scoreIntervalOfRatio(b, a)).toEqual([
    expect.closeTo(1 / high, 9),
    expect.closeTo(1 / low, 9),
  ])
})
