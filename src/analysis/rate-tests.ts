import { sideOfRates } from './comparisons'
import { edge } from './bisection'
import { sequentialP, sequentialReach } from './confidence-sequence'
import { varianceAtDifference } from './difference-score'
import { CONFIDENCE, type Interval, normalTail } from './distributions'
import { areFewExpected, exactP } from './exact-rates'
import type { Proportion } from './ratio-score'
import { isUsable, sizeOf, type Stratum, total, weighing } from './strata'
import { judge } from './uncertain'

// Whether two rates differ, in one phase or over several. Everything here asks of a difference how
// far it is from what was seen, by the error that rates so far apart would have. The error of the
// rates that were seen is nothing where nobody converted, as if that were known of all others.

type Phases = readonly Stratum<Proportion>[]

/** A group of which so many converted, and so many did not, has a rate whose error is normal. */
const PLENTY = 50

export const isPlenty = ({ converted, units }: Proportion): boolean =>
  Math.min(converted, units - converted) >= PLENTY

/** By how much ours is above theirs, by Mantel and Haenszel's weights; all phases must be usable. */
export const differenceOf = (phases: Phases): number =>
  weighing(phases).mean(
    ({ ours, theirs }) => ours.converted / ours.units - theirs.converted / theirs.units,
  )

/**
 * How many standard errors what was seen is from a difference. Miettinen and Nurminen, Comparative
 * analysis of two rates (1985).
 */
export function scoreOf(phases: Phases): (difference: number) => number {
  const { variance } = weighing(phases)
  const seen = differenceOf(phases)
  return (difference) =>
    seen === difference
      ? 0
      : (seen - difference) /
        Math.sqrt(variance(({ ours, theirs }) => varianceAtDifference(ours, theirs, difference)))
}

/** All differences from which what was seen is not so many standard errors away. */
export function scoreInterval(phases: Phases, reach: number): Interval {
  const score = scoreOf(phases)
  const seen = differenceOf(phases)
  const isOutside = (at: number): boolean => Math.abs(score(at)) > reach
  return [edge(seen, -1, isOutside), edge(seen, 1, isOutside)]
}

/**
 * The p of two rates that do not differ, for one look: of one phase Pearson's chi-square test (1900),
 * of several that of Mantel and Haenszel (1959), without a correction for continuity, and where few
 * are expected an exact one. Null if nobody or everybody converted.
 */
export function pOfRates(phases: Phases): number | null {
  const usable = phases.filter(isUsable)
  if (areFewExpected(usable)) return exactP(usable)
  const [only] = usable
  const score = scoreOf(usable)(0)
  const distance = usable.length === 1 && only ? score * withoutCorrection(only) : score
  return 2 * normalTail(Math.abs(distance))
}

/** Pearson's test has no N / (N − 1). */
const withoutCorrection = (one: Stratum<Proportion>): number =>
  Math.sqrt(sizeOf(one) / (sizeOf(one) - 1))

/**
 * An interval of an effect, for one look, beside the p of its test. Where the test is exact and does
 * not reject that there is no effect, the interval holds 0 as well.
 */
export const besideP = ([low, high]: Interval, p: number | null, phases: Phases): Interval =>
  areFewExpected(phases) && (p ?? 1) >= 1 - CONFIDENCE
    ? [Math.min(low, 0), Math.max(high, 0)]
    : [low, high]

/** What every look may say of a difference. */
export interface EveryLook {
  readonly sequential: Interval | null
  readonly sequentialP: number | null
}

/**
 * A difference of rates for every look. Of plenty in one phase it is by the error that was seen, as
 * GrowthBook has it. Else by the larger of two, at each difference: that one is too small where
 * hardly anybody of a small group converted, and that of rates so far apart where many did.
 */
export function differenceForEveryLook(phases: Phases): EveryLook {
  const units = total(phases, sizeOf)
  const { variance } = weighing(phases)
  const { sequential, sequentialP: p } = judge(
    {
      value: differenceOf(phases),
      squaredError: variance(({ ours, theirs }) => errorOf(ours) + errorOf(theirs)),
      degreesOfFreedom: Infinity,
      units,
    },
    0,
  )
  const arePlenty = phases.every(({ ours, theirs }) => isPlenty(ours) && isPlenty(theirs))
  if ((phases.length === 1 && arePlenty) || !sequential || p === null)
    return { sequential, sequentialP: p }
  const [low, high] = scoreInterval(phases, sequentialReach(units))
  return {
    sequential: [
      Math.max(-1, Math.min(low, sequential[0])),
      Math.min(1, Math.max(high, sequential[1])),
    ],
    sequentialP: Math.max(p, sequentialP(Math.abs(scoreOf(phases)(0)), units)),
  }
}

const errorOf = (rate: Proportion): number => sideOfRates(rate)?.squaredError ?? 0
