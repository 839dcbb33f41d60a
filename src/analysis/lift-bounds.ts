import { edge } from './bisection'
import { type Side, sideOfRates } from './comparisons'
import { sequentialP, sequentialReach } from './confidence-sequence'
import { type Proportion, varianceAtRatio } from './ratio-score'
import { type Interval, studentReach, studentTails } from './distributions'
import { signedPercent } from './figures'
import { withKnownSpread } from './spread'
import {
  isUsable,
  satterthwaiteOf,
  sizeOf,
  type Strata,
  type Stratum,
  total,
  weighing,
} from './strata'

// How far a variant may be above the controls or below. It is asked for each ratio k whether
// ours − k · theirs is too far from 0: the error of a difference stays normal where hardly anybody
// converted, while that of the ratio itself does not. So what became infinitely worse is seen, too.

/** A lift as every look may read it. 0.1 is 10 % more. */
export interface LiftBounds {
  /** Infinite where the controls have nothing. */
  readonly value: number
  /** Of means minus infinite where none is too small. */
  readonly low: number
  /** Infinite where no lift is too large; JSON has null for infinite. */
  readonly high: number
}

/** With how probable no effect is, for all looks together. */
export interface JudgedBounds extends LiftBounds {
  readonly sequentialP: number
}

/** `+40.0 % (+21.3 % … +61.2 %)`; a lift over nothing has no percentage. */
export const boundsText = ({ value, low, high }: LiftBounds): string =>
  `${liftText(value)} (${liftText(low)} … ${high === Infinity ? 'no limit' : liftText(high)})`

const liftText = (part: number): string =>
  part === -Infinity ? 'no limit' : part === Infinity ? 'from none' : signedPercent(part)

/** Doublings in the search of a ratio that is too far away. */
const DOUBLINGS = 60

/** How many standard errors ours − ratio · theirs is from 0. */
type Distance = (ratio: number) => number

/** What is asked of ratios, for one look as well. */
export interface ScoredBounds extends JudgedBounds {
  /** How probable no effect is, for one look. */
  readonly p: number
  /** The ends for one look. */
  readonly once: () => Interval
}

/** Sound of any counts. Undefined while there is nothing to compare. */
export function liftBounds(
  { rates, values }: Strata,
  type: 'rate' | 'value' | 'ratio',
  confidence: number,
): ScoredBounds | undefined {
  return type === 'rate'
    ? boundsOf(rates.filter(isUsable), distanceOfRates, { kind: 'rate', confidence })
    : boundsOf(values.map(withKnownSpread), distanceOfMeans, { kind: 'mean', confidence })
}

function boundsOf<Counted extends { readonly units: number }>(
  strata: readonly Stratum<Counted>[],
  distanceIn: (strata: readonly Stratum<Counted>[]) => Weighed,
  { kind, confidence }: { readonly kind: 'rate' | 'mean'; readonly confidence: number },
): ScoredBounds | undefined {
  const units = total(strata, sizeOf)
  if (units === 0) return undefined
  const { ours, theirs, distance, freedomOf } = distanceIn(strata)
  // Nothing on both sides, or a part of less than nothing, says nothing.
  if (theirs < 0 || (theirs === 0 && ours <= 0)) return undefined
  if (!Number.isFinite(distance(0)) && !Number.isFinite(distance(1))) return undefined
  const ratio = ours / theirs
  const least = kind === 'rate' ? 0 : -Infinity
  // As in `judge`, all looks know no more than one.
  const freedom = freedomOf(ratio)
  const once = studentReach(freedom, confidence)
  const distanceOfNone = Math.abs(distance(1))
  const p = studentTails(distanceOfNone, freedom)
  const within = (reach: number): Interval => [
    lowest(distance, ratio, least, reach) - 1,
    highest(distance, ratio, reach) - 1,
  ]
  const [low, high] = within(Math.max(once, sequentialReach(units, confidence)))
  return {
    ...{ value: ratio - 1, low, high, p, once: () => within(once) },
    sequentialP: Math.max(p, sequentialP(distanceOfNone, units)),
  }
}

interface Weighed {
  readonly ours: number
  readonly theirs: number
  readonly distance: Distance
  /** Of Student's t, by which the distances of a ratio are judged. */
  readonly freedomOf: (ratio: number) => number
}

/** The smallest ratio from which ours is not too far above. */
function lowest(distance: Distance, ratio: number, least: number, reach: number): number {
  const isOutside = (k: number): boolean => distance(k) > reach
  if (!Number.isFinite(ratio)) {
    const inside = firstBeyond(0, 1, (k) => !isOutside(k))
    return isOutside(0) ? (inside === undefined ? Infinity : edge(inside, 0, isOutside)) : 0
  }
  const outside =
    least === -Infinity ? firstBeyond(ratio, -1, isOutside) : isOutside(least) ? least : undefined
  return outside === undefined ? least : edge(ratio, outside, isOutside)
}

/** The largest ratio from which ours is not too far below. */
function highest(distance: Distance, ratio: number, reach: number): number {
  if (!Number.isFinite(ratio)) return Infinity
  const isOutside = (k: number): boolean => distance(k) < -reach
  const outside = firstBeyond(ratio, 1, isOutside)
  return outside === undefined ? Infinity : edge(ratio, outside, isOutside)
}

/** The first of ratios that are twice as far away each time. */
function firstBeyond(
  from: number,
  direction: 1 | -1,
  is: (ratio: number) => boolean,
): number | undefined {
  let step = Math.max(1, Math.abs(from)) / 1024
  for (let i = 0; i < DOUBLINGS; i++, step *= 2) {
    const ratio = from + direction * step
    if (is(ratio)) return ratio
  }
  return undefined
}

/**
 * The larger of two errors: that of the rates as they were seen, which is too small where nearly
 * nobody of a small variant converted, and that of the most likely rates of this ratio, which is too
 * small where many of them did.
 */
function distanceOfRates(strata: readonly Stratum<Proportion>[]): Weighed {
  const { mean, variance } = weighing(strata)
  const ours = mean((one) => one.ours.converted / one.ours.units)
  const theirs = mean((one) => one.theirs.converted / one.theirs.units)
  const ourError = variance((one) => sideOfRates(one.ours)?.squaredError ?? 0)
  const theirError = variance((one) => sideOfRates(one.theirs)?.squaredError ?? 0)
  return {
    ...{ ours, theirs, freedomOf: () => Infinity },
    distance: (ratio) => {
      const expected = variance((one) => varianceAtRatio(one.ours, one.theirs, ratio))
      const seen = ourError + ratio ** 2 * theirError
      return (ours - ratio * theirs) / Math.sqrt(Math.max(seen, expected))
    },
  }
}

/**
 * Fieller, Some Problems in Interval Estimation (1954), with Satterthwaite's degrees of freedom: the fewer of those of no
 * effect, at which it is Welch's test of the difference, and of what was seen.
 */
function distanceOfMeans(strata: readonly Stratum<Side>[]): Weighed {
  const { mean, variance } = weighing(strata)
  const freedomAt = (ratio: number): number => satterthwaiteOf(strata, ratio)
  const [ours, theirs] = [mean((one) => one.ours.mean), mean((one) => one.theirs.mean)]
  const ourError = variance((one) => one.ours.squaredError)
  const theirError = variance((one) => one.theirs.squaredError)
  return {
    ...{ ours, theirs },
    freedomOf: (ratio) =>
      Math.min(freedomAt(1), Number.isFinite(ratio) ? freedomAt(ratio) : Infinity),
    distance: (ratio) => (ours - ratio * theirs) / Math.sqrt(ourError + ratio ** 2 * theirError),
  }
}
