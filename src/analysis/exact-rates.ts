import { atOnce } from '../runtime/time-slice'
import { conditionalP } from './conditional-test'
import type { Proportion } from './ratio-score'
import { isUsable, sizeOf, type Stratum, total } from './strata'

/**
 * With fewer expected somewhere, a normal test of rates is no good approximation: Cochran, Some
 * Methods for Strengthening the Common χ² Tests (1954), and for several phases Mantel and Fleiss,
 * Minimum Expected Cell Size Requirements for the Mantel-Haenszel One-Degree-of-Freedom Chi-Square
 * Test (1980).
 */
const LEAST_EXPECTED = 5
/** The skewness of a count of 25 that are expected in a group far smaller than the other. */
const MOST_SKEWED = 0.2

/** Whether so few are expected to convert, or not to, that rates must be compared by `exactP`. */
export function areFewExpected(strata: readonly Stratum<Proportion>[]): boolean {
  const usable = strata.filter(isUsable)
  const expected = total(usable, (one) => (one.ours.units * convertedIn(one)) / sizeOf(one))
  const least = total(usable, leastOf)
  const most = total(usable, mostOf)
  return (
    Math.min(expected - least, most - expected) < LEAST_EXPECTED ||
    Math.abs(skewnessOf(usable)) > MOST_SKEWED
  )
}

/** The p of two rates that do not differ, by `conditionalP`; null if nobody or everybody converted. */
export const exactP = (strata: readonly Stratum<Proportion>[]): number | null =>
  atOnce(
    conditionalP(
      strata.filter(isUsable).map((one) => ({
        units: one.ours.units,
        did: one.ours.converted,
        all: sizeOf(one),
        allDid: convertedIn(one),
      })),
    ),
  )

const convertedIn = ({ ours, theirs }: Stratum<Proportion>): number =>
  ours.converted + theirs.converted

/** The fewest and the most of ours that can be among those who converted. */
const leastOf = (one: Stratum<Proportion>): number =>
  Math.max(0, convertedIn(one) - one.theirs.units)
const mostOf = (one: Stratum<Proportion>): number => Math.min(one.ours.units, convertedIn(one))

/** Of how many of ours are among those who converted: of the hypergeometric distribution. */
function skewnessOf(strata: readonly Stratum<Proportion>[]): number {
  const moments = strata.map((one) => {
    const all = sizeOf(one)
    const [n, c] = [one.ours.units, convertedIn(one)]
    const variance = (n * c * (all - n) * (all - c)) / (all ** 2 * (all - 1))
    const third = all > 2 ? (variance * (all - 2 * c) * (all - 2 * n)) / (all * (all - 2)) : 0
    return { variance, third }
  })
  const variance = total(moments, (one) => one.variance)
  return variance === 0 ? 0 : total(moments, ({ third }) => third) / variance ** 1.5
}
