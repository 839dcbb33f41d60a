import type { Asker } from '../core/asker'
import { POINTS } from '../core/bucketing'
import type { Place } from '../core/selector'
import { HUNDREDTHS } from '../hash/sha256'
import { bucketsBelow } from './decimal'
import { isStable, stablePoints } from './scheme'
import { unitKindOf, type UnitSource } from './unit'

/** A unit takes part when its bucket, of `size`, is below `below`. */
export interface Traffic {
  readonly below: number
  readonly size: number
  readonly bucketOf: (asker: Asker, unit: string) => number
}

/** Compiles `traffic`, a percentage; a bucket that it cuts takes part. */
export function compileTraffic(
  experiment: string,
  traffic: number,
  source: UnitSource,
  place: Place,
): Traffic {
  const percent = Math.min(100, Math.max(0, traffic))
  if (isStable(place.entry, place.compat)) {
    const pointsOf = stablePoints(place, 'traffic')
    return {
      below: bucketsBelow(percent, POINTS),
      size: POINTS,
      bucketOf: (asker, unit) => pointsOf(unitKindOf(source, asker))(unit),
    }
  }
  const { hundredthOf } = place.bucketing
  return {
    below: bucketsBelow(percent, HUNDREDTHS),
    size: HUNDREDTHS,
    bucketOf: (_asker, unit) => hundredthOf(unit, experiment, 'allocation'),
  }
}
