import type { Bucketing, PointOf } from '../core/bucketing'

/** Bytes of one entry: 16 in the tables, and the unit's text when nothing else holds it. */
const BYTES_PER_ENTRY = 64
const DEFAULT_BYTES = 4 * 1024 * 1024
/**
 * A longer text is not remembered, because it would take more than its share; a UUID has 36
 * characters.
 */
const LONGEST_UNIT = 40
const FIRST_ENTRIES = 4096
const GROWTH = 4
/** Most salts with a number of their own; with more, numbering starts again. */
const MOST_SALTS = 100_000

/** How much memory the points may take. */
export interface MemoOptions {
  /**
   * Memory for the points of units (users, loids, pages), whatever the number of features and
   * visitors. Default 4 MiB, which is 65,536 points.
   */
  readonly bytes?: number
}

/**
 * A table of bounded size from a unit and a salt to a point. Each pair has two places. A new pair
 * takes the first and moves what was there to the second, so the older of the two is forgotten. The
 * table begins small, as most engines of tests and commands stay, and grows while it fills.
 */
export class PointTable {
  /** How many points there is room for when the table is full-grown. */
  readonly entries: number
  private mask = 0
  private units: (string | undefined)[] = []
  private salts = new Int32Array()
  private points = new Int32Array()
  /** Points that were stored since the table grew. */
  private stored = 0

  constructor(bytes: number) {
    this.entries = 2 ** Math.max(1, Math.floor(Math.log2(bytes / BYTES_PER_ENTRY)))
    this.allocate(Math.min(this.entries, FIRST_ENTRIES))
  }

  private allocate(entries: number): void {
    this.mask = entries - 1
    this.units = new Array<string | undefined>(entries).fill(undefined)
    this.salts = new Int32Array(entries)
    this.points = new Int32Array(entries)
    this.stored = 0
  }

  private grow(): void {
    const { units, salts, points } = this
    this.allocate(Math.min(this.entries, units.length * GROWTH))
    units.forEach((unit, at) => {
      if (unit !== undefined) this.set(unit, hashOf(unit), salts[at] ?? 0, points[at] ?? 0)
    })
  }

  /** Returns -1 when the point is not known. `hash` is `hashOf(unit)`. */
  get(unit: string, hash: number, salt: number): number {
    const at = this.placeOf(hash, salt)
    if (this.salts[at] === salt && this.units[at] === unit) return this.points[at] ?? -1
    const other = at ^ 1
    if (this.salts[other] === salt && this.units[other] === unit) return this.points[other] ?? -1
    return -1
  }

  set(unit: string, hash: number, salt: number, point: number): void {
    if (++this.stored > this.mask >> 2 && this.mask + 1 < this.entries) this.grow()
    const at = this.placeOf(hash, salt)
    // An empty place has nothing to move, and the other one may be taken.
    if (this.units[at] !== undefined) {
      const other = at ^ 1
      this.units[other] = this.units[at]
      this.salts[other] = this.salts[at] ?? 0
      this.points[other] = this.points[at] ?? 0
    }
    this.units[at] = unit
    this.salts[at] = salt
    this.points[at] = point
  }

  /** Spreads both parts over all bits, so that neighbouring salts do not share places. */
  private placeOf(hash: number, salt: number): number {
    const mixed = Math.imul(hash ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) & this.mask
  }
}

/** FNV-1a over the UTF-16 code units: for places in the table, never for buckets. */
function hashOf(unit: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < unit.length; i++) hash = Math.imul(hash ^ unit.charCodeAt(i), 0x01000193)
  return hash
}

/**
 * Wraps a bucketing scheme with a memory of its points across requests. A request asks about one
 * visitor many times, so the hash of the last unit is remembered as well.
 */
export function memoise(
  bucketing: Bucketing,
  { bytes = DEFAULT_BYTES }: MemoOptions = {},
): Bucketing {
  const table = new PointTable(bytes)
  const salts = new Map<string, number>()
  let numbered = 0
  const last = { unit: '', hash: hashOf('') }

  function numberOf(salt: string): number {
    if (salts.size >= MOST_SALTS) salts.clear()
    const number = salts.get(salt) ?? (numbered += 1) | 0
    salts.set(salt, number)
    return number
  }

  return {
    name: bucketing.name,
    pointOf: (salt) => memoised(bucketing.pointOf(salt), numberOf(salt), table, last),
  }
}

function memoised(
  pointOf: PointOf,
  salt: number,
  table: PointTable,
  last: { unit: string; hash: number },
): PointOf {
  return (unit) => {
    if (unit.length > LONGEST_UNIT) return pointOf(unit)
    if (unit !== last.unit) {
      last.unit = unit
      last.hash = hashOf(unit)
    }
    const known = table.get(unit, last.hash, salt)
    if (known >= 0) return known
    const point = pointOf(unit)
    table.set(unit, last.hash, salt, point)
    return point
  }
}
