import type { Side } from './comparisons'
import type { PairMoments } from './moments'

/** What an error of a ratio takes of two values of each unit. */
export type RatioOf = Pick<PairMoments, 'first' | 'second' | 'units' | 'squaresOfFirst'>

/**
 * A ratio of two values of a unit, such as clicks for each view, as a side of a comparison: the sum
 * of the first over the sum of the second. Units are what was drawn, so the error is that of units
 * and not of views: Deng, Knoblich and Lu, Applying the Delta Method in Metric Analytics (2018),
 * section 3.2. Undefined of fewer than two units, or if the second is 0 in sum.
 */
export function sideOfRatio(pairs: RatioOf): Side | undefined {
  const { first, second, units } = pairs
  if (units < 2 || second.mean === 0) return undefined
  const ratio = first.mean / second.mean
  const spread = pairs.squaresOfFirst(ratio)
  return {
    mean: ratio,
    squaredError: spread / (units - 1) / units / second.mean ** 2,
    units,
    degreesOfFreedom: units - 1,
  }
}
