/**
 * A bucketing scheme: turns a unit into a point, and says what percentages mean in points. One file
 * per scheme; `bucketing-r2.ts` is the first. Which variant has a point is `experiments/variants.ts`.
 */
export interface Bucketing {
  readonly name: string
  /**
   * The point of a unit under a salt: a whole number from 0 to POINTS - 1. Prepared once per salt,
   * at load.
   */
  pointOf(salt: string): PointOf
}

export type PointOf = (unit: string) => number

/** A point is a millionth; a percentage is exact to 0.0001. */
export const POINTS = 1_000_000

/** r2's buckets, 0 to 999, are the points' leading digits. */
export const POINTS_PER_BUCKET = 1000
