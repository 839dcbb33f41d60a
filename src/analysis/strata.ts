import { type Side, sideOfMeans } from './comparisons'
import { CONFIDENCE } from './distributions'
import type { Sums } from './means'
import type { Proportion } from './ratio-score'
import { withKnownSpread } from './spread'
import { judge, type Judged } from './uncertain'

// What a variant does beside the controls, over phases in which people came by different draws:
// within each phase the two are compared, and the phases are averaged. A phase without people in one
// of the two says nothing and weighs nothing.

/** One phase of a variant and of the controls. */
export interface Stratum<Counted> {
  readonly ours: Counted
  readonly theirs: Counted
}

/** A variant and the controls in each phase. */
export interface Strata {
  /** Those who converted. */
  readonly rates: readonly Stratum<Proportion>[]
  /** Means of values or ratios; none where there are no values. */
  readonly values: readonly Stratum<Side>[]
}

type Counts = Stratum<{ readonly units: number }>

export const sizeOf = ({ ours, theirs }: Counts): number => ours.units + theirs.units
/** Mantel and Haenszel's: as if the two were one group of the size of the smaller one, or so. */
export const weightOf = (one: Counts): number => (one.ours.units * one.theirs.units) / sizeOf(one)

/** As `stratifiedDifferenceOfSides`, of means. */
export const stratifiedDifferenceOfMeans = (strata: readonly Stratum<Sums>[]): Judged | null =>
  stratifiedDifferenceOfSides(meansOf(strata))

/** As `stratifiedLiftOfSides`, of means. */
export const stratifiedLiftOfMeans = (strata: readonly Stratum<Sums>[]): Judged | null =>
  stratifiedLiftOfSides(meansOf(strata))

/** The means of phases, without those of too few units. */
export const meansOf = (strata: readonly Stratum<Sums>[]): readonly Stratum<Side>[] =>
  strata.flatMap(ofMeans)

function ofMeans({ ours, theirs }: Stratum<Sums>): readonly Stratum<Side>[] {
  const [a, b] = [sideOfMeans(ours), sideOfMeans(theirs)]
  return a && b ? [{ ours: a, theirs: b }] : []
}

/**
 * The difference of two means or ratios: that of each phase weighed by n·m / (n + m), the weights of
 * Mantel and Haenszel, which no phase's own spread decides; with Welch's error of each, and
 * Satterthwaite's degrees of freedom over all of them.
 */
export function stratifiedDifferenceOfSides(strata: readonly Stratum<Side>[]): Judged | null {
  const sides = sidesOf(strata)
  if (sides === undefined) return null
  const { ours, theirs, units, freedom, largest } = sides
  return judge(
    {
      value: ours.mean - theirs.mean,
      squaredError: ours.squaredError + theirs.squaredError,
      degreesOfFreedom: freedom,
      units,
    },
    largest,
  )
}

/** The lift by the same weights and the delta method; null without a mean above 0. */
export function stratifiedLiftOfSides(
  strata: readonly Stratum<Side>[],
  confidence = CONFIDENCE,
): Judged | null {
  const sides = sidesOf(strata)
  if (sides === undefined || sides.theirs.mean <= 0) return null
  const { ours, theirs, units, freedom, largest } = sides
  const ratio = ours.mean / theirs.mean
  return judge(
    {
      value: ratio - 1,
      squaredError: (ours.squaredError + ratio ** 2 * theirs.squaredError) / theirs.mean ** 2,
      degreesOfFreedom: freedom,
      units,
    },
    largest / theirs.mean,
    confidence,
  )
}

/** Both sides as weighed means of their phases. */
function sidesOf(seen: readonly Stratum<Side>[]) {
  const strata = seen.map(withKnownSpread)
  const weight = total(strata, weightOf)
  if (weight === 0) return undefined
  const side = (of: (one: Stratum<Side>) => Side) => ({
    mean: total(strata, (one) => (weightOf(one) / weight) * of(one).mean),
    squaredError: total(strata, (one) => (weightOf(one) / weight) ** 2 * of(one).squaredError),
  })
  return {
    ours: side(({ ours }) => ours),
    theirs: side(({ theirs }) => theirs),
    units: total(strata, sizeOf),
    freedom: satterthwaiteOf(strata, 1),
    largest: Math.max(
      ...strata.flatMap(({ ours, theirs }) => [ours.mean, theirs.mean].map(Math.abs)),
    ),
  }
}

/**
 * The degrees of freedom of ours − ratio · theirs, over all strata: Satterthwaite, An approximate distribution of estimates
 * of variance components (1946).
 */
export function satterthwaiteOf(strata: readonly Stratum<Side>[], ratio: number): number {
  const parts = strata.flatMap((one) => [
    { error: weightOf(one) ** 2 * one.ours.squaredError, side: one.ours },
    { error: (weightOf(one) * ratio) ** 2 * one.theirs.squaredError, side: one.theirs },
  ])
  const error = total(parts, (part) => part.error)
  const spread = total(parts, (part) => part.error ** 2 / part.side.degreesOfFreedom)
  return spread === 0 ? Infinity : error ** 2 / spread
}

export const isUsable = ({ ours, theirs }: Stratum<Proportion>): boolean =>
  ours.units > 0 && theirs.units > 0

export const total = <One>(list: readonly One[], of: (one: One) => number): number =>
  list.reduce((sum, one) => sum + of(one), 0)

/** Means over phases by Mantel and Haenszel's weights, and the variances of these. */
export function weighing<Counted extends { readonly units: number }>(
  strata: readonly Stratum<Counted>[],
) {
  const weight = total(strata, weightOf)
  const weights = strata.map((one) => weightOf(one) / weight)
  return {
    mean: (of: (one: Stratum<Counted>) => number): number =>
      strata.reduce((sum, one, i) => sum + (weights[i] ?? 0) * of(one), 0),
    variance: (of: (one: Stratum<Counted>) => number): number =>
      strata.reduce((sum, one, i) => sum + (weights[i] ?? 0) ** 2 * of(one), 0),
  }
}
