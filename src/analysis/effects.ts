import { alone, difference, lift, type Side, sideOfMeans, sideOfRates } from './comparisons'
import { type Interval, normalTail } from './distributions'
import { differenceOfMeans, meanOf, type Sums } from './means'
import { differenceOfRates, liftOfRates, rateOf } from './proportions'
import type { Proportion } from './ratio-score'
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

/** A rate: Wilson's interval for one look. */
export function figureOfRate(rate: Proportion): Figure | null {
  const [once, side] = [rateOf(rate), sideOfRates(rate)]
  if (!once || !side) return null
  const { sequential } = judge(alone(side), 0)
  return { ...once, sequential: within(0, 1, sequential) }
}

/** No rate is outside of 0 and 1, whatever a normal approximation says. */
const within = (least: number, most: number, interval: Interval | null): Interval | null =>
  interval && [Math.max(least, interval[0]), Math.min(most, interval[1])]

/** A difference of rates: Newcombe's interval and the p of Pearson's test for one look. */
export function differenceInRates(ours: Proportion, theirs: Proportion): Effect | null {
  const [once, a, b] = [differenceOfRates(ours, theirs), sideOfRates(ours), sideOfRates(theirs)]
  if (!once || !a || !b) return null
  const { sequential, sequentialP } = judge(difference(a, b), 0)
  return {
    ...once,
    sequential: within(-1, 1, sequential),
    p: pOfRates(ours, theirs),
    sequentialP,
  }
}

/** A lift of rates: Katz's interval or Koopman's for one look, the delta method's for all. */
export function liftInRates(ours: Proportion, theirs: Proportion): Effect | null {
  const [once, a, b] = [liftOfRates(ours, theirs), sideOfRates(ours), sideOfRates(theirs)]
  const ratio = a && b && lift(a, b)
  if (!once || !ratio) return null
  const { sequential, sequentialP } = judge(ratio, 0)
  return {
    ...once,
    sequential: within(-1, Infinity, sequential),
    p: pOfRates(ours, theirs),
    sequentialP,
  }
}

/**
 * Pearson's chi-square test of two rates (1900), as the normal test that it is with one degree of
 * freedom; null if nobody or everybody converted.
 */
function pOfRates(ours: Proportion, theirs: Proportion): number | null {
  const rate = (ours.converted + theirs.converted) / (ours.units + theirs.units)
  const error = Math.sqrt(rate * (1 - rate) * (1 / ours.units + 1 / theirs.units))
  if (error === 0) return null
  const distance = ours.converted / ours.units - theirs.converted / theirs.units
  return 2 * normalTail(Math.abs(distance) / error)
}

/** A mean of values: Student's interval for one look. */
export function figureOfMean(sums: Sums): Figure | null {
  const [once, side] = [meanOf(sums), sideOfMeans(sums)]
  if (!once || !side) return null
  return { ...once, sequential: judge(alone(side), Math.abs(side.mean)).sequential }
}

/** A difference of means: Welch's interval and p for one look. */
export function differenceInMeans(ours: Sums, theirs: Sums): Effect | null {
  const [once, a, b] = [differenceOfMeans(ours, theirs), sideOfMeans(ours), sideOfMeans(theirs)]
  if (!once || !a || !b) return null
  const { p, sequential, sequentialP } = judge(difference(a, b), largest(a, b))
  return { ...once, p, sequential, sequentialP }
}

/** A lift of means: the delta method for one look and for all. Null if the control has no mean above 0. */
export function liftInMeans(ours: Sums, theirs: Sums): Judged | null {
  const [a, b] = [sideOfMeans(ours), sideOfMeans(theirs)]
  const ratio = a && b && lift(a, b)
  return ratio ? judge(ratio, largest(a, b) / b.mean) : null
}

const largest = (a: Side, b: Side): number => Math.max(Math.abs(a.mean), Math.abs(b.mean))
