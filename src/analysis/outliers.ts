import type { Sums } from './means'
import { Moments } from './moments'

/**
 * A mean of fewer units than 355 times the squared skewness is not normal, so its interval is wrong:
 * Kohavi, Deng, Longbotham and Xu, Seven Rules of Thumb for Web Site Experimenters (2014), rule 7.
 */
const UNITS_PER_SQUARED_SKEWNESS = 355

/** How many units a mean of such values needs. */
export const unitsForSkewness = (skewness: number): number =>
  Math.ceil(UNITS_PER_SQUARED_SKEWNESS * skewness ** 2)

/**
 * Whether the difference of two means of values of such skewness is further from normal than rule 7
 * allows one mean to be: its own skewness is g·(1/n² − 1/m²)/(1/n + 1/m)^(3/2), which is nothing in
 * groups of one size, and that of the smaller one where it is far smaller.
 */
export function isSkewedDifference(skewness: number, units: number, others: number): boolean {
  const ofDifference =
    (Math.abs(skewness) * Math.abs(others - units)) / Math.sqrt(units * others * (units + others))
  return ofDifference ** 2 * UNITS_PER_SQUARED_SKEWNESS > 1
}

/**
 * The least skewness that values of 0 and more can have, by their mean and their deviation: it is that
 * of values of which all but 0 are equal. So sums are enough to see that a mean is not normal.
 */
export function leastSkewness({ units, sum, squaredDeviations }: Sums): number {
  if (sum <= 0 || squaredDeviations <= 0) return 0
  const variation = Math.sqrt(squaredDeviations / units) / (sum / units)
  return Math.max(0, variation - 1 / variation)
}

/** The values of one variant; units without a value count as 0 and are not in the list. */
export interface Values {
  readonly units: number
  readonly values: readonly number[]
}

/** The moments of all units, those without a value as 0. */
export function momentsOf({ units, values }: Values): Moments {
  const moments = Moments.of(values)
  for (let i = values.length; i < units; i++) moments.add(0)
  return moments
}

/**
 * The value below which the share `quantile` of all units is, all variants together: a limit for
 * each of them would differ by what the variants did. Type 7 of Hyndman and Fan (1996), R's own.
 */
export function quantileOf(variants: readonly Values[], quantile: number): number {
  const units = variants.reduce((sum, one) => sum + one.units, 0)
  const sorted = Float64Array.from(variants.flatMap(({ values }) => values)).sort()
  const zeros = units - sorted.length
  const negatives = sorted.findIndex((value) => value >= 0)
  const below = negatives < 0 ? sorted.length : negatives
  const at = (rank: number): number =>
    rank < below ? (sorted[rank] ?? 0) : rank < below + zeros ? 0 : (sorted[rank - zeros] ?? 0)
  const place = (units - 1) * quantile
  const low = Math.floor(place)
  return at(low) + (place - low) * (at(Math.min(units - 1, low + 1)) - at(low))
}

/** The same of a list of all units that is in order. */
export function quantileOfSorted(sorted: Float64Array, quantile: number): number {
  const place = (sorted.length - 1) * quantile
  const low = Math.floor(place)
  const at = (rank: number): number => sorted[Math.min(rank, sorted.length - 1)] ?? 0
  return at(low) + (place - low) * (at(low + 1) - at(low))
}

/** Values above the limit count as the limit; `limited` is how many were. */
export function winsorised(
  { units, values }: Values,
  limit: number,
): Values & { readonly limited: number } {
  return {
    units,
    values: values.map((value) => Math.min(value, limit)),
    limited: values.filter((value) => value > limit).length,
  }
}
