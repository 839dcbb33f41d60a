import { LRUCache } from 'lru-cache'
import type { Bucketing, PointOf } from './core/bucketing'

/** How much is remembered. */
export interface MemoOptions {
  /** Units (users, loids, pages) whose points are kept; the least recently asked is forgotten. Default 20,000. */
  readonly units?: number
  /** Salts (features) that get a place in each unit's row; any further is hashed anew each time. Default 4096. */
  readonly salts?: number
}

const UNKNOWN = -1

/**
 * The same points as the given scheme's, remembered across requests: one row per unit, one place in it per salt.
 * So a request looks its visitor up once, and each further feature costs an array read.
 */
export function memoise(bucketing: Bucketing, { units = 20_000, salts = 4096 }: MemoOptions = {}): Bucketing {
  const rows = new LRUCache<string, Int32Array>({ max: units })
  const slots = new Map<string, number>()
  let lastUnit = ''
  let lastRow: Int32Array = new Int32Array(0)

  function rowOf(unit: string, slot: number): Int32Array {
    let row = unit === lastUnit ? lastRow : rows.get(unit)
    if (row === undefined || row.length <= slot) rows.set(unit, (row = grow(row, slots.size)))
    lastUnit = unit
    return (lastRow = row)
  }

  return {
    name: bucketing.name,
    pointOf: (salt) => {
      const pointOf = bucketing.pointOf(salt)
      const slot = slots.get(salt) ?? (slots.size < salts ? slots.size : undefined)
      if (slot === undefined) return pointOf
      slots.set(salt, slot)
      return memoised(pointOf, slot, rowOf)
    },
  }
}

function memoised(pointOf: PointOf, slot: number, rowOf: (unit: string, slot: number) => Int32Array): PointOf {
  return (unit) => {
    const row = rowOf(unit, slot)
    const known = row[slot]
    if (known !== undefined && known !== UNKNOWN) return known
    const point = pointOf(unit)
    row[slot] = point
    return point
  }
}

function grow(row: Int32Array | undefined, slots: number): Int32Array {
  const grown = new Int32Array(slots + 16).fill(UNKNOWN)
  if (row) grown.set(row)
  return grown
}
