import { byCodePoint } from './variants'
import { freeOf, type Holding, type Range, sizeOf } from './ranges'

/**
 * Ranges for new sizes, in points, that move as few points as any can: the sum of what the growing
 * variants gain, or of what is set free if that is more. The points of no variant count as one more
 * holder (docs/spec/bucketing.md, section 7).
 *
 * A shrinking variant gives up what it gained last; a growing one takes first what others gave up
 * and then the lowest free points. So enlarging a variant and shrinking it again returns to the
 * same points. The order of `before` and of `sizes` decides nothing but the order of the result,
 * which is that of `sizes`. A variant that is not in `sizes` gives up everything. The sizes must sum
 * to no more than all points.
 */
export function reallocated(
  before: readonly Holding[],
  sizes: readonly (readonly [name: string, points: number])[],
): readonly Holding[] {
  const wanted = new Map(sizes)
  const kept = new Map<string, Range[]>()
  const pool: Range[] = []
  for (const { name, ranges } of [...before].sort((a, b) => byCodePoint(a.name, b.name))) {
    const { keeps, gives } = givenUp(ranges, sizeOf(ranges) - (wanted.get(name) ?? 0))
    kept.set(name, keeps)
    pool.push(...gives)
  }
  pool.push(...freeOf(before))
  for (const [name, points] of [...sizes].sort(([a], [b]) => byCodePoint(a, b))) {
    const holding = kept.get(name) ?? []
    kept.set(name, holding)
    take(points - sizeOf(holding), pool, holding)
  }
  return sizes.map(([name]) => ({ name, ranges: kept.get(name) ?? [] }))
}

/**
 * Takes `points` from the end of the ranges: what was gained last is given up first. It is handed on
 * in the order in which it was gained, so that the opposite edit hands each piece back to its owner.
 */
function givenUp(
  ranges: readonly Range[],
  points: number,
): { readonly keeps: Range[]; readonly gives: Range[] } {
  const keeps = [...ranges]
  const gives: Range[] = []
  for (let left = points; left > 0;) {
    const last = keeps.pop()
    if (last === undefined) break
    const [from, to] = last
    const cut = Math.max(from, to - left)
    if (cut > from) keeps.push([from, cut])
    gives.unshift([cut, to])
    left -= to - cut
  }
  return { keeps, gives }
}

/** Moves `points` from the front of the pool to the end of a holding. */
function take(points: number, pool: Range[], holding: Range[]): void {
  for (let left = points; left > 0;) {
    const next = pool.shift()
    if (next === undefined) break
    const [from, to] = next
    const cut = Math.min(to, from + left)
    if (cut < to) pool.unshift([cut, to])
    append([from, cut], holding)
    left -= cut - from
  }
}

/** Ranges that touch in the order of the list are one; others stay, because the order is kept. */
function append(range: Range, holding: Range[]): void {
  const last = holding.at(-1)
  if (last && last[1] === range[0]) holding[holding.length - 1] = [last[0], range[1]]
  else holding.push(range)
}

/** How many points change their holder, and from whom to whom; null is nobody. */
export interface Move {
  readonly from: string | null
  readonly to: string | null
  readonly points: number
}

/** Every change of holder between two allocations, those of most points first. */
export function movesBetween(
  before: readonly Holding[],
  after: readonly Holding[],
): readonly Move[] {
  const moved = new Map<string, Move>()
  for (const [name, ranges] of withNobody(before))
    for (const [newName, newRanges] of withNobody(after)) {
      const points = name === newName ? 0 : shared(ranges, newRanges)
      if (points > 0)
        moved.set(JSON.stringify([name, newName]), { from: name, to: newName, points })
    }
  return [...moved.values()].sort((a, b) => b.points - a.points)
}

const withNobody = (
  holdings: readonly Holding[],
): readonly (readonly [name: string | null, ranges: readonly Range[]])[] => [
  ...holdings.map(({ name, ranges }) => [name, ranges] as const),
  [null, freeOf(holdings)],
]

const shared = (a: readonly Range[], b: readonly Range[]): number =>
  a.reduce(
    (sum, [from, to]) =>
      sum +
      b.reduce(
        (inner, [start, end]) => inner + Math.max(0, Math.min(to, end) - Math.max(from, start)),
        0,
      ),
    0,
  )
