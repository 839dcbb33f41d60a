import { chiSquareTail, logFactorial } from './distributions'
import { exactMultinomialP } from './multinomial'
import { sequentialSampleRatio } from './sequential-sample-ratio'
import type { Split } from './split'
import {
  addedChiSquare,
  type ChiSquare,
  chiSquareOf,
  commonChiSquare,
  sequentialOfStrata,
  type Stratum,
  withEnough,
} from './stratified-split'

export type { Split } from './split'

/**
 * Below this the split is not as configured, and no figure of the experiment can be trusted. So
 * small because the test is made of every experiment, again and again: Kohavi, Tang and Xu,
 * Trustworthy Online Controlled Experiments (2020), chapter 21.
 */
const MISMATCH_BELOW = 0.001

/**
 * With fewer expected somewhere, chi-square is no good approximation: Cochran, Some Methods for
 * Strengthening the Common χ² Tests (1954).
 */
const LEAST_EXPECTED = 5

/** Null where there is nothing to compute. */
export interface SampleRatio {
  /**
   * `too-few`: no split of so few units would be a mismatch. `incomplete`: none was
   * found, but the data are not complete.
   */
  readonly verdict: 'no-mismatch' | 'incomplete' | 'mismatch' | 'too-few' | 'nothing-to-test'
  /** Null where the test was exact. */
  readonly chiSquare: number | null
  readonly degreesOfFreedom: number | null
  readonly p: number | null
  /** The p of all looks together. */
  readonly sequentialP: number | null
  /** The verdict goes by the p of all looks: it was looked at on several days. */
  readonly isOfAllLooks: boolean
}

/**
 * Whether the observed counts can be a draw by the shares: Pearson's chi-square test of goodness of
 * fit (1900), or an exact test where too few units are expected for it. These hold for one look: read
 * on several days, the p of all looks decides. Of several cohorts, each of which has shares of its own, the
 * split is their sum.
 */
export function sampleRatio(
  split: readonly Split[],
  daysOfLooks = 1,
  cohorts: readonly Stratum[] = [],
): SampleRatio {
  const total = split.reduce((sum, { observed }) => sum + observed, 0)
  const sequentialP =
    cohorts.length > 1 ? sequentialOfStrata(cohorts) : sequentialSampleRatio(split)
  const isOfAllLooks = daysOfLooks > 1
  const verdictOf = (p: number, sequentialP: number | null): SampleRatio['verdict'] =>
    (!isOfAllLooks && p < MISMATCH_BELOW) || (sequentialP ?? 1) < MISMATCH_BELOW
      ? 'mismatch'
      : 'no-mismatch'
  const none = { chiSquare: null, degreesOfFreedom: null, p: null, sequentialP, isOfAllLooks }
  if (split.length < 2) return { verdict: 'nothing-to-test', ...none }
  const strata = withEnough(cohorts, LEAST_EXPECTED)
  if (strata.length > 1) {
    const found = leastOfTwo(addedChiSquare(strata), commonChiSquare(strata))
    return { ...none, verdict: verdictOf(found.p, sequentialP), ...found }
  }
  if (split.some(({ share }) => share * total < LEAST_EXPECTED)) {
    if (leastExactP(split, total) >= MISMATCH_BELOW) return { verdict: 'too-few', ...none }
    const p = exactP(split, total)
    return { ...none, verdict: verdictOf(p, sequentialP), p }
  }
  const chiSquare = chiSquareOf(split)
  const degreesOfFreedom = split.length - 1
  const p = chiSquareTail(chiSquare, degreesOfFreedom)
  return { ...none, verdict: verdictOf(p, sequentialP), chiSquare, degreesOfFreedom, p }
}

/** The test with the smaller p, which is twice that, as there were two (Bonferroni). */
const leastOfTwo = (one: ChiSquare, other: ChiSquare): ChiSquare => {
  const least = one.p < other.p ? one : other
  return { ...least, p: Math.min(1, 2 * least.p) }
}

/**
 * The exact multinomial test; where it has too many outcomes to visit, an exact binomial test of each
 * variant against all others, and Bonferroni's bound over them, which never raises more false alarms
 * than it says.
 */
const exactP = (split: readonly Split[], total: number): number =>
  exactMultinomialP(split) ??
  bounded(
    split,
    split.map(({ observed, share }) => binomialP(observed, total, share)),
  )

/** The smallest `exactP` that any split of so many units has: all in the variant of the least share. */
function leastExactP(split: readonly Split[], total: number): number {
  const least = Math.min(...split.map(({ share }) => share))
  const alike = split.filter(({ share }) => share === least).length
  return Math.min(1, alike * least ** total)
}

/** Of two variants, one test says all. */
const bounded = ({ length }: readonly Split[], ps: readonly number[]): number =>
  Math.min(1, (length === 2 ? 1 : length) * Math.min(...ps))

/** Two-sided: twice the smaller tail, the observed count included. */
function binomialP(observed: number, total: number, share: number): number {
  const above = observed >= total * share
  // The lower tail is the upper one of the others.
  const [count, rate] = above ? [observed, share] : [total - observed, 1 - share]
  return Math.min(1, 2 * upperTail(count, total, rate))
}

/** The probability of at least `count`, which is not below what is expected: its terms only fall. */
function upperTail(count: number, total: number, rate: number): number {
  let term = Math.exp(
    logFactorial(total) -
      logFactorial(count) -
      logFactorial(total - count) +
      count * Math.log(rate) +
      (total - count) * Math.log1p(-rate),
  )
  let sum = 0
  for (let k = count; k <= total && term > sum * Number.EPSILON; k++) {
    sum += term
    term *= ((total - k) / (k + 1)) * (rate / (1 - rate))
  }
  return sum
}
