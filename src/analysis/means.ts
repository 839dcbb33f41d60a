import { type Interval, studentReach } from './distributions'

/** Values of so many units, summarised. */
export interface Sums {
  readonly units: number
  readonly sum: number
  /** Of the distances to the mean. */
  readonly squaredDeviations: number
}

/** A mean, or a difference of means. */
export interface MeanEstimate {
  readonly value: number
  /** Null if the values are all equal: they do not show how much others would differ. */
  readonly interval: Interval | null
}

/**
 * The mean of a unit with its t interval; undefined of fewer than two units, whose spread nobody
 * knows.
 */
export function meanOf(sums: Sums): MeanEstimate | undefined {
  if (sums.units < 2) return undefined
  const value = mean(sums)
  return around(value, squaredError(sums), sums.units - 1, Math.abs(value))
}

const mean = ({ sum, units }: Sums): number => sum / units

const squaredError = ({ units, squaredDeviations }: Sums): number =>
  squaredDeviations / (units - 1) / units

/**
 * There is no interval if the standard error is no more than the rounding of the `largest` mean. R's
 * t.test draws the same line, and stops with "data are essentially constant".
 */
function around(
  value: number,
  squaredError: number,
  degreesOfFreedom: number,
  largest: number,
): MeanEstimate {
  const error = Math.sqrt(squaredError)
  if (error <= 10 * Number.EPSILON * largest) return { value, interval: null }
  const half = studentReach(degreesOfFreedom) * error
  return { value, interval: [value - half, value + half] }
}
