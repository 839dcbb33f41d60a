import { type Side, sideOfMeans } from './comparisons'
import { differenceInMeans } from './effects'
import type { Sums } from './means'
import type { PairMoments } from './moments'

/**
 * Below this the units differed before the experiment by more than chance: the assignment or the
 * record is wrong, and no adjustment repairs it. As small as for the split, since it is asked of
 * every experiment.
 */
export const IMBALANCE_BELOW = 0.001

/** The values of two variants, those before the experiment first. */
export interface Adjusted {
  /** In the order in which they were given; undefined of fewer than two units. */
  readonly sides: readonly (Side | undefined)[]
  /** The adjusted values of each variant, summed up. */
  readonly sums: readonly Sums[]
  /** How much of a value one of before foretells. */
  readonly theta: number
  /** How much of the variance went: 0.4 is 40 %. */
  readonly explained: number
  /** The smallest p of a variant against the first, of the values before; null without a spread. */
  readonly balanceP: number | null
  readonly isBalanced: boolean
}

/**
 * CUPED: takes from the value of each unit what its value before the experiment foretells. Deng, Xu,
 * Kohavi and Walker, Improving the Sensitivity of Online Controlled Experiments by Utilizing
 * Pre-Experiment Data (2013). θ is of all variants together, so it favours none.
 *
 * @param cohorts Which of the variants belong together, if not all do, in the same order: each is moved to the mean of its
 *   own cohort, so that none is by the values of people whom it is not compared with
 */
export function adjustByBefore(
  variants: readonly PairMoments[],
  cohorts: readonly number[] = [],
): Adjusted {
  const within = (of: (pairs: PairMoments) => number): number =>
    variants.reduce((sum, pairs) => sum + of(pairs), 0)
  const spread = within(({ first }) => first.squaredDeviations)
  const theta = spread === 0 ? 0 : within(({ products }) => products) / spread
  const after = within(({ second }) => second.squaredDeviations)
  const means = meansBefore(variants, cohorts)
  const left = within((pairs) => pairs.squaresOfSecond(theta))
  const balanceP = leastP(variants)
  const sums = variants.map((pairs, i) => {
    const { first, second } = pairs
    const mean = means[i] ?? 0
    return {
      units: pairs.units,
      sum: second.sum - theta * (first.sum - mean * pairs.units),
      squaredDeviations: pairs.squaresOfSecond(theta),
    }
  })
  return {
    sides: sums.map(sideOfMeans),
    sums,
    theta,
    explained: after === 0 ? 0 : 1 - left / after,
    balanceP,
    isBalanced: balanceP === null || balanceP >= IMBALANCE_BELOW,
  }
}

/** Of each, the mean of the values before of its cohort. */
function meansBefore(
  variants: readonly PairMoments[],
  cohorts: readonly number[],
): readonly number[] {
  const sums = new Map<number | undefined, { sum: number; units: number }>()
  for (const [i, { first, units }] of variants.entries()) {
    const known = sums.get(cohorts[i]) ?? { sum: 0, units: 0 }
    sums.set(cohorts[i], { sum: known.sum + first.sum, units: known.units + units })
  }
  return variants.map((_, i) => {
    const { sum, units } = sums.get(cohorts[i]) ?? { sum: 0, units: 0 }
    return sum / Math.max(1, units)
  })
}

/** Bonferroni's bound over the variants, by the test of the report. */
function leastP([control, ...others]: readonly PairMoments[]): number | null {
  const theirs = control?.first
  if (!theirs) return null
  const ps = others.flatMap(({ first }) => differenceInMeans(first, theirs)?.p ?? [])
  return ps.length === 0 ? null : Math.min(1, ps.length * Math.min(...ps))
}
