import { difference, type Side, sideOfMeans } from './comparisons'
import type { Sums } from './means'
import type { PairMoments } from './moments'
import { judge } from './uncertain'

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
 */
export function adjustByBefore(variants: readonly PairMoments[]): Adjusted {
  const within = (of: (pairs: PairMoments) => number): number =>
    variants.reduce((sum, pairs) => sum + of(pairs), 0)
  const spread = within(({ first }) => first.squaredDeviations)
  const theta = spread === 0 ? 0 : within(({ products }) => products) / spread
  const after = within(({ second }) => second.squaredDeviations)
  const units = within((pairs) => pairs.units)
  const mean = within(({ first }) => first.sum) / Math.max(1, units)
  const left = within((pairs) => pairs.squaresOfSecond(theta))
  const balanceP = leastP(variants)
  const sums = variants.map((pairs) => {
    const { first, second } = pairs
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

/** Bonferroni's bound over the variants. */
function leastP([control, ...others]: readonly PairMoments[]): number | null {
  const theirs = control && sideOfMeans(control.first)
  if (!theirs) return null
  const ps = others.flatMap(({ first }) => {
    const ours = sideOfMeans(first)
    const p =
      ours &&
      judge(difference(ours, theirs), Math.max(Math.abs(ours.mean), Math.abs(theirs.mean))).p
    return typeof p === 'number' ? [p] : []
  })
  return ps.length === 0 ? null : Math.min(1, ps.length * Math.min(...ps))
}
