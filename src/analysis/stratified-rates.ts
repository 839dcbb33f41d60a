import { edge } from './bisection'
import { CONFIDENCE, type Interval, normalReach } from './distributions'
import { differenceInRates, type Effect, liftInRates } from './effects'
import { liftBounds } from './lift-bounds'
import {
  besideP,
  differenceForEveryLook,
  differenceOf,
  pOfRates,
  scoreInterval,
} from './rate-tests'
import { type Proportion, varianceAtRatio } from './ratio-score'
import { isUsable, sizeOf, type Stratum, weighing } from './strata'

type Phases = readonly Stratum<Proportion>[]

/**
 * The difference of two rates over phases, by Mantel and Haenszel's weights, with the interval of
 * Miettinen and Nurminen, Comparative analysis of two rates (1985), section on stratified data: all
 * differences that the score test does not reject. One phase has the figures of
 * `differenceInRates`. Null without a phase in which both sides have units.
 */
export function stratifiedDifference(phases: Phases): Effect | null {
  const usable = phases.filter(isUsable)
  const [only] = usable
  if (!only) return null
  if (usable.length === 1) return differenceInRates(only.ours, only.theirs)
  const p = pOfRates(usable)
  return {
    value: differenceOf(usable),
    interval: besideP(scoreInterval(usable, normalReach()), p, usable),
    p,
    ...differenceForEveryLook(usable),
  }
}

/**
 * The lift of a rate over phases: Mantel and Haenszel's risk ratio less one, with the interval of
 * Miettinen and Nurminen (1985) for a ratio. The p is that of the difference: both test that the rates
 * are equal. Null while nobody converted in one of the two.
 */
export function stratifiedLift(phases: Phases): Effect | null {
  const usable = phases.filter(isUsable)
  const [only] = usable
  if (!only) return null
  if (usable.length === 1) return liftInRates(only.ours, only.theirs)
  const { mean } = weighing(usable)
  const [ours, theirs] = [mean((one) => rate(one.ours)), mean((one) => rate(one.theirs))]
  if (ours === 0 || theirs === 0) return null
  const ratio = ours / theirs
  const p = pOfRates(usable)
  const bounds = liftBounds({ rates: usable, values: [] }, 'rate', CONFIDENCE)
  const [low, high] = scoreIntervalOf(usable, ours, theirs)
  return {
    value: ratio - 1,
    interval: besideP([low - 1, high - 1], p, usable),
    p,
    sequential: bounds ? [bounds.low, bounds.high] : null,
    sequentialP: bounds?.sequentialP ?? null,
  }
}

/** No ratio of two rates of this machine is farther from 1: e^80. */
const FARTHEST = 80

/** All ratios from which what was seen is not more than 1.96 standard errors away. */
function scoreIntervalOf(phases: Phases, ours: number, theirs: number): Interval {
  const { variance } = weighing(phases)
  const isOutside = (logarithm: number): boolean => {
    const ratio = Math.exp(logarithm)
    const error = variance(
      (one) => (varianceAtRatio(one.ours, one.theirs, ratio) * sizeOf(one)) / (sizeOf(one) - 1),
    )
    const distance = ours - ratio * theirs
    return distance !== 0 && Math.abs(distance) / Math.sqrt(error) > normalReach()
  }
  const seen = Math.log(ours / theirs)
  return [Math.exp(edge(seen, -FARTHEST, isOutside)), Math.exp(edge(seen, FARTHEST, isOutside))]
}

const rate = ({ converted, units }: Proportion): number => converted / units
