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
/** Outcomes less probable than the most probable one by this factor add nothing to a double. */
const NEGLIGIBLE = 1e-20
/** Outcomes as probable as the observed one may differ by rounding. R has the same factor. */
const ROUNDING = 1 + 1e-7

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

/**
 * How probable a division of those who converted is by chance that is no more probable than the one
 * that was seen, given how many did in each phase: Fisher's exact test (1935), and over several
 * phases the exact form of Mantel and Haenszel's. R's fisher.test, and its mantelhaen.test with
 * exact = TRUE. Null if nobody or everybody converted.
 */
export function exactP(strata: readonly Stratum<Proportion>[]): number | null {
  const usable = strata.filter(isUsable)
  const outcomes = usable.map(outcomesOf).reduce(added, { from: 0, weights: [1] })
  if (outcomes.weights.length < 2) return null
  const seen = outcomes.weights[total(usable, ({ ours }) => ours.converted) - outcomes.from] ?? 0
  const all = outcomes.weights.reduce((sum, weight) => sum + weight, 0)
  const rare = outcomes.weights.filter((weight) => weight <= seen * ROUNDING)
  return Math.min(1, rare.reduce((sum, weight) => sum + weight, 0) / all)
}

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

/** How probable each count is beside the others, from the first that is not negligible on. */
interface Outcomes {
  readonly from: number
  readonly weights: readonly number[]
}

/** Outwards from a count near the most probable one, so that nothing is lost to rounding. */
function outcomesOf(one: Stratum<Proportion>): Outcomes {
  const [n, m, c] = [one.ours.units, one.theirs.units, convertedIn(one)]
  const middle = Math.floor(((n + 1) * (c + 1)) / (n + m + 2))
  const up = (count: number): number =>
    ((n - count) * (c - count)) / ((count + 1) * (m - c + count + 1))
  const above = outwards(mostOf(one) - middle, (step) => up(middle + step))
  const below = outwards(middle - leastOf(one), (step) => 1 / up(middle - step - 1))
  return { from: middle - below.length, weights: [...below.toReversed(), 1, ...above] }
}

function outwards(steps: number, ratio: (step: number) => number): number[] {
  const weights: number[] = []
  for (let step = 0, weight = 1; step < steps; step++) {
    weight *= ratio(step)
    if (weight < NEGLIGIBLE) break
    weights.push(weight)
  }
  return weights
}

/** Of the sum of two counts that know nothing of each other. */
function added(one: Outcomes, other: Outcomes): Outcomes {
  const weights = new Array<number>(one.weights.length + other.weights.length - 1).fill(0)
  one.weights.forEach((weight, i) =>
    other.weights.forEach((second, j) => {
      weights[i + j] = (weights[i + j] ?? 0) + weight * second
    }),
  )
  return { from: one.from + other.from, weights }
}
