import type { JsonValue } from '../core/json'

/** Who was recorded. */
export interface RecordedUnit {
  readonly unit: string
  /**
   * Of an exposure, what was bucketed: `user`, `loid` of a visitor who was not signed in, `page`, or
   * the name of an attribute. Of a decision: `subject`.
   */
  readonly kind: string
  /** Of its newest row. */
  readonly at: number
}

/** A feature by its rows of usage. */
export interface AskedFeature {
  readonly feature: string
  readonly asked: number
  /** How many different values it had. */
  readonly values: number
  /** Its value when it had no other; null when it had several. */
  readonly value: JsonValue
  readonly firstAt: number
  readonly lastAt: number
}
