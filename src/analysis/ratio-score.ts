import { type Interval, normalReach } from './distributions'

/** So many of so many units did it. */
export interface Proportion {
  readonly converted: number
  readonly units: number
}

/** Halvings of the logarithm: enough for all digits of a double. */
const HALVINGS = 100

/** No ratio of two rates of this machine is farther from 1: e^80. */
const FARTHEST = 80

/**
 * The 95 % interval of the ratio of two rates: all ratios that the score test does not reject.
 * Koopman, Confidence intervals for the ratio of two binomial proportions (1984). It has a width
 * for rates of 0 and 1, too. Both sides must have converted units.
 */
export function scoreIntervalOfRatio(ours: Proportion, theirs: Proportion): Interval {
  const estimate = Math.log((ours.converted * theirs.units) / (ours.units * theirs.converted))
  const reach = normalReach() ** 2
  const end = (farthest: number): number => {
    let [inside, outside] = [estimate, farthest]
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (inside + outside) / 2
      if (squaredScore(ours, theirs, Math.exp(middle)) < reach) inside = middle
      else outside = middle
    }
    return Math.exp(inside)
  }
  return [end(-FARTHEST), end(FARTHEST)]
}

/** How many standard errors the rates are from being `ratio` apart, squared. */
function squaredScore(ours: Proportion, theirs: Proportion, ratio: number): number {
  const distance = ours.converted / ours.units - (ratio * theirs.converted) / theirs.units
  return distance === 0 ? 0 : distance ** 2 / varianceAtRatio(ours, theirs, ratio)
}

/** The variance of ours − ratio · theirs if one rate were exactly `ratio` times the other. */
export function varianceAtRatio(ours: Proportion, theirs: Proportion, ratio: number): number {
  // The most likely rates of which one is `ratio` times the other: the smaller root of
  // ratio · N · x² − b · x + converted = 0, in the form that does not cancel.
  const converted = ours.converted + theirs.converted
  const b = ratio * (ours.units + theirs.converted) + ours.converted + theirs.units
  const square = b ** 2 - 4 * ratio * (ours.units + theirs.units) * converted
  const theirRate = (2 * converted) / (b + Math.sqrt(Math.max(0, square)))
  const ourRate = ratio * theirRate
  return (
    (ourRate * Math.max(0, 1 - ourRate)) / ours.units +
    (ratio ** 2 * theirRate * Math.max(0, 1 - theirRate)) / theirs.units
  )
}
