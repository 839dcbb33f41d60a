/**
 * A bucketing scheme: it turns a unit into a point and says what percentages are in points. There
 * is one file per scheme. `experiments/variants.ts` says which variant owns a point.
 */
export interface Bucketing {
  readonly name: string
  /**
   * Prepares, once per salt at load, the function that returns a unit's point: a whole number from
   * 0 to POINTS - 1.
   */
  pointOf(salt: string): PointOf
  /**
   * The bucket of the decide service, 0 to 9,999, of a unit in an experiment; `allocation` and
   * `variant` are independent of each other.
   */
  readonly hundredthOf: (unit: string, experiment: string, salt: 'allocation' | 'variant') => number
  /**
   * The stable scheme (docs/spec/bucketing.md, section 6): prepares, once at load, the function that
   * returns a unit's point for one purpose. Points of different keys are independent.
   */
  readonly stablePointOf: (key: StableKey) => PointOf
  /** The bucket, 0 to 99, of a logged-out id, the same for all features; undefined without one. */
  readonly loidBucket: (loid: string) => number | undefined
}

export type PointOf = (unit: string) => number

/** What the stable scheme hashes before the unit. None of its texts holds a NUL. */
export interface StableKey {
  /** The entry's `salt`, else the feature's name. */
  readonly salt: string
  /** The entry's `shuffle`; a higher number draws everybody anew. */
  readonly shuffle: number
  /**
   * Which question the draw answers: a percentage, an experiment's traffic, its variant, the part of
   * a domain, a holdout.
   */
  readonly purpose: 'gate' | 'traffic' | 'split' | 'domain' | 'holdout'
  readonly kind: UnitKind
}

/** What is bucketed: a signed-in user, a logged-out id, a page. */
export type UnitKind = 'user' | 'loid' | 'page'

/** The number of points: a percentage is exact to 0.0001. */
export const POINTS = 1_000_000

/** r2's buckets, 0 to 999, are the points' leading digits. */
export const POINTS_PER_BUCKET = 1000
