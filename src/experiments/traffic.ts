import type { Asker } from '../core/asker'
import { POINTS } from '../core/bucketing'
import type { Place } from '../core/selector'
import { HUNDREDTHS } from '../hash/sha256'
import { bucketsBelow } from './decimal'
import type { LifeText } from './life-keys'
import type { Ramp } from './ramp-course'
import { heldInWords } from './ramp-words'
import { isStable, stablePoints } from './scheme'
import { unitKindOf, type UnitSource } from './unit'

/** How the units of an experiment are drawn for its traffic. */
interface Draw {
  readonly size: number
  readonly bucketOf: (asker: Asker, unit: string) => number
}

/**
 * Whether a unit is within the share of traffic, at the time of the request; a bucket that a
 * percentage cuts takes part.
 */
export function compileTraffic(
  experiment: string,
  traffic: LifeText['traffic'],
  source: UnitSource,
  place: Place,
): (asker: Asker, unit: string) => boolean {
  const path = [...place.path, 'traffic']
  const { size, bucketOf } = drawOf(experiment, source, place)
  const limitAt = limitOf(traffic, size)
  return (asker, unit) => {
    const below = limitAt(asker)
    if (below >= size) return true
    const bucket = bucketOf(asker, unit)
    const passed = bucket < below
    const now = typeof traffic === 'number' ? '' : atNow(traffic, below / size, asker)
    asker.trace?.enter({ selector: 'traffic', path }, asker)
    asker.trace?.drew({ unit, bucket, passed, test: `bucket < ${below} of ${size}${now}` })
    asker.trace?.leave(passed ? 'claimed' : 'passed on')
    return passed
  }
}

function atNow(ramp: Ramp, share: number, asker: Asker): string {
  const held = heldInWords(ramp, asker.rules.participation.now())
  return `, ${Number((share * 100).toFixed(4))} % now${held === '' ? '' : `, ${held}`}`
}

function drawOf(experiment: string, source: UnitSource, place: Place): Draw {
  if (isStable(place.entry, place.compat)) {
    const pointsOf = stablePoints(place, 'traffic')
    return {
      size: POINTS,
      bucketOf: (asker, unit) => pointsOf(unitKindOf(source, asker))(unit),
    }
  }
  const { hundredthOf } = place.bucketing
  return {
    size: HUNDREDTHS,
    bucketOf: (_asker, unit) => hundredthOf(unit, experiment, 'allocation'),
  }
}

function limitOf(traffic: LifeText['traffic'], size: number): (asker: Asker) => number {
  if (typeof traffic === 'number') {
    const below = bucketsBelow(Math.min(100, Math.max(0, traffic)), size)
    return () => below
  }
  return (asker) => bucketsBelow(traffic.percentAt(asker.rules.participation.now()), size)
}
