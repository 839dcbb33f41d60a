import type { Side } from './comparisons'
import { isSkewedDifference, leastSkewness } from './outliers'

/**
 * Values are taken to be at least as skewed as an exponential distribution: sums of money and times
 * are, and a small group does not show how much more.
 */
const LEAST_SKEWNESS = 2

/** Two sides of one comparison. */
interface Compared {
  readonly ours: Side
  readonly theirs: Side
}

/**
 * Two sides whose errors can be gone by. The spread of values in a small group is not known where all
 * of them are equal, mostly 0, nor where a few large ones decide it: a group that has seen none of
 * these has a small mean and a small spread at once. Such a side is taken to differ as both together
 * do, if that is more. Groups of one size have their own spreads: there skewness cancels. To be asked
 * once, since what it returns has other spreads.
 */
export function withKnownSpread({ ours, theirs }: Compared): Compared {
  const common = commonSpread(ours, theirs)
  const largest = Math.max(Math.abs(ours.mean), Math.abs(theirs.mean))
  const skewness = Math.max(LEAST_SKEWNESS, leastSkewness(allOf(ours, theirs)))
  const isSkewed = isSkewedDifference(skewness, ours.units, theirs.units)
  const known = (side: Side): Side => {
    const isFlat = side.squaredError <= (10 * Number.EPSILON * largest) ** 2
    const squaredError = Math.max(side.squaredError, common / side.units)
    return isSkewed || isFlat ? { ...side, squaredError } : side
  }
  return { ours: known(ours), theirs: known(theirs) }
}

/** The variance of values around the mean of their own side. */
const commonSpread = (ours: Side, theirs: Side): number =>
  (squaresIn(ours) + squaresIn(theirs)) / Math.max(1, ours.units + theirs.units - 2)

const squaresIn = ({ squaredError, units }: Side): number => squaredError * units * (units - 1)

/** As sums; a mean below 0 is as skewed as its opposite. */
const allOf = (ours: Side, theirs: Side) => ({
  units: ours.units + theirs.units,
  sum: Math.abs(ours.mean * ours.units + theirs.mean * theirs.units),
  squaredDeviations: squaresIn(ours) + squaresIn(theirs),
})
