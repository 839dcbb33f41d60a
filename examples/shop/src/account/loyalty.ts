import type { Money } from '../text/money'

const CENTS_FOR_A_POINT = 250

export const pointsFor = ({ cents }: Money): number => Math.floor(cents / CENTS_FOR_A_POINT)

const LEVELS = [
  { name: 'gold', from: 100 },
  { name: 'silver', from: 40 },
  { name: 'bronze', from: 0 },
] as const

export type Level = (typeof LEVELS)[number]['name']

export const levelOf = (points: number): Level =>
  LEVELS.find(({ from }) => points >= from)?.name ?? 'bronze'

/** How many points are missing for the next level; undefined for the highest. */
export function missingFor(points: number): number | undefined {
  const next = [...LEVELS].reverse().find(({ from }) => from > points)
  return next && next.from - points
}
