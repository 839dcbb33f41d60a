import { rootOf } from './bisection'
import type { Proportion } from './ratio-score'

/**
 * The variance of the difference of two rates if they were exactly `difference` apart: that of the
 * most likely rates of which this is true. Miettinen and Nurminen, Comparative analysis of two rates
 * (1985), with their N / (N − 1). Unlike the variance of the rates that were seen it is not 0 where
 * nobody converted.
 */
export function varianceAtDifference(
  ours: Proportion,
  theirs: Proportion,
  difference: number,
): number {
  const theirRate = likelyRate(ours, theirs, difference)
  const ourRate = Math.min(1, Math.max(0, theirRate + difference))
  const all = ours.units + theirs.units
  return (
    ((ourRate * (1 - ourRate)) / ours.units + (theirRate * (1 - theirRate)) / theirs.units) *
    (all / (all - 1))
  )
}

/**
 * The most likely rate of theirs if ours is so much above. Found step by step and not by the cubic
 * formula, in which rates of a millionth cancel: the slope of the likelihood only falls.
 */
function likelyRate(ours: Proportion, theirs: Proportion, difference: number): number {
  const least = Math.max(0, -difference)
  const most = Math.min(1, 1 - difference)
  const slopes = (above: number): readonly [number, number] => {
    const [their, our] = [least + above, least + above + difference]
    return [slopeOf(theirs, their) + slopeOf(ours, our), bendOf(theirs, their) + bendOf(ours, our)]
  }
  return least + rootOf(slopes, 0, most - least)
}

/** How fast the logarithm of the likelihood of a rate grows with it. */
function slopeOf({ converted, units }: Proportion, rate: number): number {
  const up = converted === 0 ? 0 : converted / rate
  const down = converted === units ? 0 : (units - converted) / (1 - rate)
  return up - down
}

/** How fast that growth itself changes. */
function bendOf({ converted, units }: Proportion, rate: number): number {
  const up = converted === 0 ? 0 : converted / rate ** 2
  const down = converted === units ? 0 : (units - converted) / (1 - rate) ** 2
  return -up - down
}
