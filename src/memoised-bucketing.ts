import { LRUCache } from 'lru-cache'
import type { Bucketing, PointOf } from './core/bucketing'
import { UnitPoints } from './unit-points'

/** How much is remembered. */
export interface MemoOptions {
  /** Units (users, loids, pages) whose points are kept; the least recently asked is forgotten. Default 20,000. */
  readonly units?: number
}

/**
 * The same points as the given scheme's, remembered across requests: each unit's points stand together, so that a
 * request looks its visitor up once, and each further feature costs a probe of a small array.
 */
export function memoise(bucketing: Bucketing, { units = 20_000 }: MemoOptions = {}): Bucketing {
  const known = new LRUCache<string, UnitPoints>({ max: units })
  const slots = new Map<string, number>()
  let unit = ''
  let points = new UnitPoints()

  function pointsOf(asked: string): UnitPoints {
    if (asked === unit) return points
    const found = known.get(asked)
    if (found === undefined) known.set(asked, (points = new UnitPoints()))
    else points = found
    unit = asked
    return points
  }

  return {
    name: bucketing.name,
    pointOf: (salt) => {
      const slot = slots.get(salt) ?? slots.size
      slots.set(salt, slot)
      return memoised(bucketing.pointOf(salt), slot, pointsOf)
    },
  }
}

function memoised(pointOf: PointOf, slot: number, pointsOf: (unit: string) => UnitPoints): PointOf {
  return (unit) => {
    const points = pointsOf(unit)
    const known = points.get(slot)
    if (known >= 0) return known
    const point = pointOf(unit)
    points.set(slot, point)
    return point
  }
}
