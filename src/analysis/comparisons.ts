import type { Sums } from './means'
import type { Proportion } from './ratio-score'
import type { Uncertain } from './uncertain'

/** One side of a comparison: a mean or a rate of so many units. */
export interface Side {
  readonly mean: number
  /** The standard error of the mean, squared. */
  readonly squaredError: number
  readonly units: number
  /** Of the error: infinite for a rate. */
  readonly degreesOfFreedom: number
}

/** A mean as a side; undefined of fewer than two units, whose spread nobody knows. */
export const sideOfMeans = ({ units, sum, squaredDeviations }: Sums): Side | undefined =>
  units < 2
    ? undefined
    : {
        mean: sum / units,
        squaredError: squaredDeviations / (units - 1) / units,
        units,
        degreesOfFreedom: units - 1,
      }

/**
 * A rate as a side. A rate of 0 or 1 would claim to have no error, so the error of these is that of
 * half a unit more on each side: Agresti and Coull, Approximate is better than exact (1998).
 */
export function sideOfRates({ converted, units }: Proportion): Side | undefined {
  if (units === 0) return undefined
  const isEnd = converted === 0 || converted === units
  const rate = isEnd ? (converted + 0.5) / (units + 1) : converted / units
  return {
    mean: converted / units,
    squaredError: (rate * (1 - rate)) / units,
    units,
    degreesOfFreedom: Infinity,
  }
}

/** One side alone. */
export const alone = ({ mean, squaredError, units, degreesOfFreedom }: Side): Uncertain => ({
  value: mean,
  squaredError,
  units,
  degreesOfFreedom,
})

/** By how much one mean is above another. */
export const difference = (ours: Side, theirs: Side): Uncertain => ({
  value: ours.mean - theirs.mean,
  squaredError: ours.squaredError + theirs.squaredError,
  units: ours.units + theirs.units,
  degreesOfFreedom: satterthwaite(ours, theirs),
})

/**
 * By which part one mean is above another: 0.1 is 10 % more. The error is that of the ratio by the
 * delta method: Deng, Knoblich and Lu, Applying the Delta Method in Metric Analytics (2018), section
 * 3.1. Undefined if their mean is not above 0: a part of nothing, or of less, says nothing.
 */
export function lift(ours: Side, theirs: Side): Uncertain | undefined {
  if (theirs.mean <= 0) return undefined
  const ratio = ours.mean / theirs.mean
  return {
    value: ratio - 1,
    squaredError: (ours.squaredError + ratio ** 2 * theirs.squaredError) / theirs.mean ** 2,
    units: ours.units + theirs.units,
    degreesOfFreedom: satterthwaite(ours, theirs),
  }
}

/** Satterthwaite, An approximate distribution of estimates of variance components (1946). */
function satterthwaite(ours: Side, theirs: Side): number {
  const [a, b] = [ours.squaredError, theirs.squaredError]
  const spread = a ** 2 / ours.degreesOfFreedom + b ** 2 / theirs.degreesOfFreedom
  return spread === 0 ? Infinity : (a + b) ** 2 / spread
}
