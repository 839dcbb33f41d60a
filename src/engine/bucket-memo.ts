import type { Bucketing, PointOf } from '../core/bucketing'

/** Bytes of one entry: 16 in the tables, and the unit's text when nothing else holds it. */
const BYTES_PER_ENTRY = 64
const DEFAULT_BYTES = 4 * 1024 * 1024
/**
 * A longer text is not remembered, because it would take more than its share; a UUID has 36
 * characters.
 */
const LONGEST_UNIT = 40
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
 * A table of fixed size from a unit and a salt to a point. Each pair has two places. A new pair
 * takes the first and moves what was there to the second, so the older of the two is forgotten.
 */
export class PointTable {
  private readonly mask: number
  private readonly units: (string | undefined)[]
  private readonly salts: Int32Array
  private readonly points: Int32Array

  constructor(bytes: number) {
    const entries = 2 ** Math.max(1, Math.floor(Math.log2(bytes / BYTES_PER_ENTRY)))
    this.mask = entries - 1
    this.units = new Array<string | undefined>(entries).fill(undefined)
    this.salts = new Int32Array(entries)
    this.points = new Int32Array(entries)
  }

  /** How many points there is room for. */
  get entries(): number {
    return this.mask + 1
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
    const at = this.placeOf(hash, salt)
    const other = at ^ 1
    this.units[other] = this.units[at]
    this.salts[other] = this.salts[at] ?? 0
    this.points[other] = this.points[at] ?? 0
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
