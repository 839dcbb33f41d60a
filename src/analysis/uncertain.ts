import { sequentialP, sequentialReach } from './confidence-sequence'
import { CONFIDENCE, type Interval, studentReach, studentTails } from './distributions'

/** An estimate whose error is close to normal, as that of every mean of many units. */
export interface Uncertain {
  readonly value: number
  /** The standard error, squared. */
  readonly squaredError: number
  /** Of Student's t; infinite where the error follows from the rate and is not estimated. */
  readonly degreesOfFreedom: number
  /** All units that it was made of: the time of a confidence sequence. */
  readonly units: number
}

/** What one look at an estimate says, and what every look may say. */
export interface Judged {
  readonly value: number
  /** Right for one look, at the end that was planned. Null if there is no spread to judge by. */
  readonly interval: Interval | null
  /** Right for all looks together. */
  readonly sequential: Interval | null
  /** How probable a distance from 0 of that size is by chance, for one look. */
  readonly p: number | null
  /** The same for all looks together. */
  readonly sequentialP: number | null
}

/**
 * Judges an estimate, by one look and by all looks. One whose standard error is no more than the
 * rounding of the `largest` figure in it has no interval: equal values do not show how much others
 * would differ. R's t.test draws the same line, and stops with "data are essentially constant".
 */
export function judge(estimate: Uncertain, largest: number, confidence = CONFIDENCE): Judged {
  const { value, squaredError, units, degreesOfFreedom } = estimate
  const error = Math.sqrt(squaredError)
  if (!(error > 10 * Number.EPSILON * largest))
    return { value, interval: null, sequential: null, p: null, sequentialP: null }
  const around = (reach: number): Interval => [value - reach * error, value + reach * error]
  const distance = Math.abs(value) / error
  const [once, p] = [
    studentReach(degreesOfFreedom, confidence),
    studentTails(distance, degreesOfFreedom),
  ]
  return {
    value,
    interval: around(once),
    // All looks know no more than one: of three units or so, Student's reach is the larger.
    sequential: around(Math.max(once, sequentialReach(units, confidence))),
    p,
    sequentialP: Math.max(p, sequentialP(distance, units)),
  }
}

/** All looks together know no more than one, so their p is not below its, which of few is exact. */
export const ofAllLooks = <One extends Pick<Judged, 'p' | 'sequentialP'>>(effect: One): One =>
  effect.sequentialP === null
    ? effect
    : { ...effect, sequentialP: Math.max(effect.p ?? 0, effect.sequentialP) }
