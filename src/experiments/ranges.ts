import { POINTS } from '../core/bucketing'
import { byCodePoint } from './variants'

/** The points from `from` up to, and not with, `to`. */
export type Range = readonly [from: number, to: number]

/** What one variant owns. The order of its ranges is the order in which it gained them. */
export interface Holding {
  readonly name: string
  readonly ranges: readonly Range[]
}

/** How many points the ranges hold. */
export const sizeOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, [from, to]) => sum + to - from, 0)

/** Variants side by side, in their order, from point 0. */
export function laidOut(sizes: readonly (readonly [name: string, points: number])[]): Holding[] {
  let from = 0
  return sizes.map(([name, points]) => {
    const range: Range = [from, from + points]
    from += points
    return { name, ranges: points > 0 ? [range] : [] }
  })
}

/** The points that nobody holds, in ascending order. */
export function freeOf(holdings: readonly Holding[]): readonly Range[] {
  const free: Range[] = []
  let from = 0
  for (const { range } of inOrder(holdings)) {
    if (range[0] > from) free.push([from, range[0]])
    from = Math.max(from, range[1])
  }
  if (from < POINTS) free.push([from, POINTS])
  return free
}

interface Held {
  readonly name: string
  readonly range: Range
}

const inOrder = (holdings: readonly Holding[]): readonly Held[] =>
  holdings
    .flatMap(({ name, ranges }) => ranges.map((range) => ({ name, range })))
    .sort((a, b) => a.range[0] - b.range[0] || byCodePoint(a.name, b.name))

/** Two ranges that share points; undefined when there are none. */
export function overlapOf(holdings: readonly Holding[]): readonly [Held, Held] | undefined {
  const held = inOrder(holdings)
  for (let i = 1; i < held.length; i++) {
    const [before, after] = [held[i - 1], held[i]]
    if (before && after && after.range[0] < before.range[1]) return [before, after]
  }
  return undefined
}

/** Prepares the search for the owner of a point: its index among the holdings, or undefined. */
export function ownerSearch(holdings: readonly Holding[]): (point: number) => number | undefined {
  const indexes = new Map(holdings.map(({ name }, i) => [name, i]))
  const held = inOrder(holdings)
  const starts = held.map(({ range }) => range[0])
  const ends = held.map(({ range }) => range[1])
  const owners = held.map(({ name }) => indexes.get(name))
  return (point) => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= point) low = middle + 1
      else high = middle
    }
    const at = low - 1
    return at >= 0 && point < (ends[at] ?? 0) ? owners[at] : undefined
  }
}
