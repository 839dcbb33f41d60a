import type { Bucketing, PointOf } from '../core/bucketing'
import { boundedCache } from '../runtime/bounded-cache'

const EMPTY = -1
/**
 * A unit that was asked about more salts than this starts over, so that no visitor can hold much
 * memory.
 */
const MOST = 1024

/** A plain array: V8 makes a small one several times faster than a typed array. */
const empty = (length: number): number[] => new Array<number>(length).fill(EMPTY)

/**
 * The points of one unit by slot: open addressing in one array of pairs, which allocates nothing
 * when it is read. Most units are asked about a few dozen features, so it starts small and doubles.
 */
export class UnitPoints {
  private pairs = empty(32)
  private count = 0

  /** -1 when it is not known. */
  get(slot: number): number {
    const { pairs } = this
    const mask = pairs.length - 1
    for (let at = (slot << 1) & mask; ; at = (at + 2) & mask) {
      const found = pairs[at]
      if (found === slot) return pairs[at + 1] ?? EMPTY
      if (found === EMPTY) return EMPTY
    }
  }

  set(slot: number, point: number): void {
    if (this.count * 4 >= this.pairs.length) this.grow()
    this.put(slot, point)
  }

  private put(slot: number, point: number): void {
    const { pairs } = this
    const mask = pairs.length - 1
    let at = (slot << 1) & mask
    while (pairs[at] !== EMPTY && pairs[at] !== slot) at = (at + 2) & mask
    if (pairs[at] === EMPTY) this.count++
    pairs[at] = slot
    pairs[at + 1] = point
  }

  private grow(): void {
    const old = this.count < MOST ? this.pairs : []
    this.pairs = empty(Math.max(32, old.length * 2))
    this.count = 0
    for (let at = 0; at < old.length; at += 2) {
      const slot = old[at] ?? EMPTY
      if (slot !== EMPTY) this.put(slot, old[at + 1] ?? EMPTY)
    }
  }
}

/** How much is remembered. */
export interface MemoOptions {
  /**
   * Units (users, loids, pages) whose points are kept; the least recently asked is forgotten.
   * Default 20,000.
   */
  readonly units?: number
}

/**
 * The same points as the given scheme's, remembered across requests: each unit's points stand
 * together, so that a request looks its visitor up once, and each further feature costs a probe of
 * a small array.
 */
export function memoise(bucketing: Bucketing, { units = 20_000 }: MemoOptions = {}): Bucketing {
  const known = boundedCache<UnitPoints>(units)
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
