import type { JsonValue } from './json'

/** An experiment drew a variant for a unit, so an exposure is pending. */
export interface Assignment {
  /** `user` and `page`, or the name of the attribute that was hashed. */
  readonly kind: string
  /**
   * The entry's `experiment_id`, as it is written; missing when the entry has none. For a rule, its
   * key.
   */
  readonly experimentId?: JsonValue
  /** The feature's name; of a rule, its key. */
  readonly experiment: string
  readonly variant: string
  /** What was bucketed: the user's id, the loid, the page's id, or an attribute's value as text. */
  readonly unit: string
  /**
   * 0 to 999; of hash `sha256`, hundredths of a percent: 0 to 9,999; of hash `stable`, a point: 0 to
   * 999,999; of a rule, from 0 to 1.
   */
  readonly bucket: number
  /** Which hash drew it. Missing: r2's SHA-1 or, of a rule, GrowthBook's. */
  readonly hash?: 'sha256' | 'stable'
}
