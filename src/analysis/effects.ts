import { alone, difference, lift, type Side, sideOfMeans, sideOfRates } from './comparisons'
import { sequentialReach } from './confidence-sequence'
import type { Interval } from './distributions'
import { meanOf, type Sums } from './means'
import { differenceOfRates, liftOfRates, rateOf } from './proportions'
import { besideP, differenceForEveryLook, isPlenty, pOfRates } from './rate-tests'
import { type Proportion, scoreIntervalOfRatio } from './ratio-score'
import { withKnownSpread } from './spread'
import { type Judged, judge } from './uncertain'

/** A rate or a mean, as one look and as every look may read it. */
export interface Figure {
  readonly value: number
  /** 95 % for one look. Null if the values are all equal: they do not show how others would differ. */
  readonly interval: Interval | null
  /** 95 % for all looks together. */
  readonly sequential: Interval | null
}

/** What a variant did, against the control. */
export interface Effect extends Figure {
  /** How probable an effect of that size is by chance, for one look. */
  readonly p: number | null
  /** The same for all looks together. */
  readonly sequentialP: number | null
}

/** A rate: Wilson's interval for one look. Of few every look has it, too: there the seen error is too small. */
export function figureOfRate(rate: Proportion): Figure | null {
  const [once, side] = [rateOf(rate), sideOfRates(rate)]
  if (!once || !side) return null
  const { sequential } = judge(alone(side), 0)
  const wide = isPlenty(rate) ? undefined : rateOf(rate, sequentialReach(rate.units))
  return { ...once, sequential: within(0, 1, sequential && spanOf(sequential, wide?.interval)) }
}

const spanOf = ([low, high]: Interval, other: Interval = [low, high]): Interval => [
  Math.min(low, other[0]),
  Math.max(high, other[1]),
]

/** No rate is outside of 0 and 1, whatever a normal approximation says. */
const within = (least: number, most: number, interval: Interval | null): Interval | null =>
  interval && [Math.max(least, interval[0]), Math.min(most, interval[1])]

/** A difference of rates: Newcombe's interval for one look, and the p of `pOfRates`. */
export function differenceInRates(ours: Proportion, theirs: Proportion): Effect | null {
  const once = differenceOfRates(ours, theirs)
  if (!once) return null
  const phases = [{ ours, theirs }]
  const p = pOfRates(phases)
  return {
    value: once.value,
    interval: besideP(once.interval, p, phases),
    p,
    ...differenceForEveryLook(phases),
  }
}

/**
 * A lift of rates. For one look it is Katz's interval, and of few Koopman's, whose score is that of the p; for all, the
 * delta method's.
 */
export function liftInRates(ours: Proportion, theirs: Proportion): Effect | null {
  const [once, a, b] = [liftOfRates(ours, theirs), sideOfRates(ours), sideOfRates(theirs)]
  const ratio = a && b && lift(a, b)
  if (!once || !ratio) return null
  const { sequential, sequentialP } = judge(ratio, 0)
  const phases = [{ ours, theirs }]
  const p = pOfRates(phases)
  const interval = isPlenty(ours) && isPlenty(theirs) ? once.interval : liftByScore(ours, theirs)
  return {
    value: once.value,
    interval: besideP(interval, p, phases),
    sequential: within(-1, Infinity, sequential),
    p,
    sequentialP,
  }
}

/** A mean of values: Student's interval for one look. */
export function figureOfMean(sums: Sums): Figure | null {
  const [once, side] = [meanOf(sums), sideOfMeans(sums)]
  if (!once || !side) return null
  return { ...once, sequential: judge(alone(side), Math.abs(side.mean)).sequential }
}

function liftByScore(ours: Proportion, theirs: Proportion): Interval {
  const [low, high] = scoreIntervalOfRatio(ours, theirs)
  return [low - 1, high - 1]
}

/** A difference of means: Welch's interval and p for one look. Null of fewer than two units. */
export function differenceInMeans(ours: Sums, theirs: Sums): Effect | null {
  const [a, b] = knownSides(ours, theirs)
  return a && b ? judge(difference(a, b), largest(a, b)) : null
}

/** A lift of means: the delta method for one look and for all. Null if the control has no mean above 0. */
export function liftInMeans(ours: Sums, theirs: Sums): Judged | null {
  const [a, b] = knownSides(ours, theirs)
  const ratio = a && b && lift(a, b)
  return ratio ? judge(ratio, largest(a, b) / b.mean) : null
}

function knownSides(ours: Sums, theirs: Sums): readonly Side[] {
  const [a, b] = [sideOfMeans(ours), sideOfMeans(theirs)]
  if (!a || !b) return []
  const known = withKnownSpread({ ours: a, theirs: b })
  return [known.ours, known.theirs]
}

const largest = (a: Side, b: Side): number => Math.max(Math.abs(a.mean), Math.abs(b.mean))
