import { type Interval, normalReach } from './distributions'
import { type Proportion, scoreIntervalOfRatio } from './ratio-score'

/** What was estimated, and where it is with 95 % confidence. */
export interface Estimate {
  readonly value: number
  readonly interval: Interval
}

/**
 * A rate with Wilson's score interval (1927): within 0 and 1, and right for few units, too (Brown,
 * Cai and DasGupta, 2001).
 */
export function rateOf({ converted, units }: Proportion, z = normalReach()): Estimate | undefined {
  if (units === 0) return undefined
  const value = converted / units
  const shrink = 1 + z ** 2 / units
  const centre = (value + z ** 2 / (2 * units)) / shrink
  const half = (z / shrink) * Math.sqrt((value * (1 - value)) / units + z ** 2 / (4 * units ** 2))
  // Exactly 0 and 1 at the ends, where rounding would give a little more or less.
  return {
    value,
    interval: [converted === 0 ? 0 : centre - half, converted === units ? 1 : centre + half],
  }
}

/**
 * By how much one rate is above another, with Newcombe's interval (1998, his method 10), made of
 * the two of Wilson.
 */
export function differenceOfRates(ours: Proportion, theirs: Proportion): Estimate | undefined {
  const [a, b] = [rateOf(ours), rateOf(theirs)]
  if (!a || !b) return undefined
  const value = a.value - b.value
  const below = Math.hypot(a.value - a.interval[0], b.interval[1] - b.value)
  const above = Math.hypot(a.interval[1] - a.value, b.value - b.interval[0])
  return { value, interval: [value - below, value + above] }
}

/**
 * By which part one rate is above another: 0.1 is 10 % more. The interval is that of Katz and
 * others (1978) for the logarithm of the ratio. Where all units of one side converted, its standard
 * error leaves that side out as if its rate were known, so the interval is then Koopman's (1984).
 * Undefined while nobody converted in one of the two.
 */
export function liftOfRates(ours: Proportion, theirs: Proportion): Estimate | undefined {
  if (ours.converted === 0 || theirs.converted === 0) return undefined
  const ratio = ours.converted / ours.units / (theirs.converted / theirs.units)
  const [low, high] =
    ours.converted === ours.units || theirs.converted === theirs.units
      ? scoreIntervalOfRatio(ours, theirs)
      : logIntervalOfRatio(ours, theirs, ratio)
  return { value: ratio - 1, interval: [low - 1, high - 1] }
}

function logIntervalOfRatio(ours: Proportion, theirs: Proportion, ratio: number): Interval {
  const error = Math.sqrt(
    1 / ours.converted - 1 / ours.units + 1 / theirs.converted - 1 / theirs.units,
  )
  const reach = Math.exp(normalReach() * error)
  return [ratio / reach, ratio * reach]
}
