import { studentReach } from './distributions'
import type { Estimate } from './proportions'

/** Values of so many units, as sums. */
export interface Sums {
  readonly units: number
  readonly sum: number
  readonly sumOfSquares: number
}

/**
 * The mean of a unit with its t interval; undefined of fewer than two units, whose spread nobody
 * knows.
 */
export function meanOf(sums: Sums): Estimate | undefined {
  if (sums.units < 2) return undefined
  const value = sums.sum / sums.units
  const half = studentReach(sums.units - 1) * Math.sqrt(squaredError(sums))
  return { value, interval: [value - half, value + half] }
}

/**
 * By how much one mean is above another: Welch's interval (1947), for spreads that need not be
 * equal, with Satterthwaite's degrees of freedom.
 */
export function differenceOfMeans(ours: Sums, theirs: Sums): Estimate | undefined {
  if (ours.units < 2 || theirs.units < 2) return undefined
  const value = ours.sum / ours.units - theirs.sum / theirs.units
  const [a, b] = [squaredError(ours), squaredError(theirs)]
  if (a + b === 0) return { value, interval: [value, value] }
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (ours.units - 1) + b ** 2 / (theirs.units - 1))
  const half = studentReach(degreesOfFreedom) * Math.sqrt(a + b)
  return { value, interval: [value - half, value + half] }
}

/**
 * The squared standard error of the mean. Sums of equal values may differ by their rounding; a
 * spread is never negative.
 */
function squaredError({ units, sum, sumOfSquares }: Sums): number {
  return Math.max(0, sumOfSquares - sum ** 2 / units) / (units - 1) / units
}
