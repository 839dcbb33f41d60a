import { lift, type Side, sideOfRates } from './comparisons'
import { sequentialReach } from './confidence-sequence'
import { CONFIDENCE } from './distributions'
import type { Effect } from './effects'
import { liftBounds, type JudgedBounds } from './lift-bounds'
import { isPlenty } from './rate-tests'
import type { Proportion } from './ratio-score'
import { withKnownSpread } from './spread'
import { isUsable, sizeOf, type Strata, stratifiedLiftOfSides, type Stratum, total } from './strata'
import { judge, ofAllLooks } from './uncertain'

/** A side is precise when no look is off by more than this part of it. */
export const PRECISE = 0.1

/**
 * By which part a variant is above the controls, for every look: the one answer of the report, of
 * guardrails and of gates. Where both sides are known precisely it is GrowthBook's, by the delta
 * method; of fewer the error of a ratio is not normal, and it is asked how far each ratio is from what
 * was seen. Undefined while there is nothing to compare.
 */
export function sequentialLift(
  strata: Strata,
  type: 'rate' | 'value' | 'ratio',
  confidence = CONFIDENCE,
): JudgedBounds | undefined {
  const ordinary =
    type === 'rate'
      ? liftOfPreciseRates(strata.rates.filter(isUsable), confidence)
      : liftOfPreciseSides(strata.values, confidence)
  const { value, sequential, sequentialP } = ordinary ?? {}
  if (value === undefined || !sequential || typeof sequentialP !== 'number')
    return liftBounds(strata, type, confidence)
  // Nothing is less than all of it.
  const low = type === 'rate' ? Math.max(-1, sequential[0]) : sequential[0]
  return { value, low, high: sequential[1], sequentialP }
}

type Ordinary = Pick<Effect, 'value' | 'sequential' | 'sequentialP'> | null

/** Of one phase; over several there is no method that others print, and the bounds hold of any. */
function liftOfPreciseRates(rates: readonly Stratum<Proportion>[], confidence: number): Ordinary {
  const [only] = rates
  if (!only || rates.length > 1 || !isPlenty(only.ours) || !isPlenty(only.theirs)) return null
  const [ours, theirs] = [sideOfRates(only.ours), sideOfRates(only.theirs)]
  const reach = reachOf(rates, confidence)
  if (!ours || !theirs || !isPrecise(ours, reach) || !isPrecise(theirs, reach)) return null
  const ratio = lift(ours, theirs)
  return ratio ? judge(ratio, 0, confidence) : null
}

/** Of means only the one below the line has to be precise: that above it is normal at any value. */
function liftOfPreciseSides(values: readonly Stratum<Side>[], confidence: number): Ordinary {
  return arePreciseControls(values, confidence) ? stratifiedLiftOfSides(values, confidence) : null
}

function arePreciseControls(values: readonly Stratum<Side>[], confidence: number): boolean {
  const reach = reachOf(values, confidence)
  return values
    .map(withKnownSpread)
    .every(
      ({ ours, theirs }) =>
        isPrecise(theirs, reach) && ours.squaredError > 0 && theirs.squaredError > 0,
    )
}

const reachOf = (
  strata: readonly Stratum<{ readonly units: number }>[],
  confidence: number,
): number => sequentialReach(total(strata, sizeOf), confidence)

const isPrecise = ({ mean, squaredError }: Side, reach: number): boolean =>
  reach * Math.sqrt(squaredError) <= PRECISE * mean

/**
 * A lift as the report has it. Of means and ratios whose control is not known to a tenth, one look too goes by the bounds:
 * by the delta method a control that is small by chance makes the error of a loss too small, and the p is that of the difference.
 */
export function reportedLift<Lift extends Effect>(
  effect: Lift | null,
  strata: Strata,
  type: 'rate' | 'value',
): Lift | null {
  if (!effect?.sequential) return effect
  const bounds = sequentialLift(strata, type)
  if (!bounds) return effect
  const scored =
    type === 'rate' || arePreciseControls(strata.values, CONFIDENCE)
      ? undefined
      : liftBounds(strata, type, CONFIDENCE)
  return ofAllLooks({
    ...effect,
    ...(scored && { p: scored.p, interval: scored.once() }),
    ...{ sequential: [bounds.low, bounds.high] as const, sequentialP: bounds.sequentialP },
  })
}
