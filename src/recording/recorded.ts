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

/** Texts by the names of attributes that an experiment declares: `{ country: 'NZ' }`. */
export type RecordedAttributes = Readonly<Record<string, string>>

/** Whose rows `eachMember` passes on. */
export interface MembersAsked {
  readonly experiment: string
  /** Units that were exposed, or subjects that a decision assigned. */
  readonly by: 'unit' | 'decision'
  /** They were first seen before: milliseconds since 1970. */
  readonly until: number
}

/** A variant that a unit saw, or that a decision gave a subject. */
export interface Member {
  readonly unit: string
  /** What was bucketed; null of a decision. */
  readonly kind: string | null
  readonly user: string | null
  readonly loid: string | null
  readonly variant: string
  /** The entry by which it was first seen, and last; null where the row does not say it. */
  readonly revision: string | null
  readonly lastRevision: string | null
  readonly at: number
  readonly lastAt: number
  /** The recorded attributes as JSON, and null of a row without any. */
  readonly attributes: string | null
}

/** A signed-in user was exposed with a logged-out id, as the browser has one besides. */
export interface SignIn {
  readonly loid: string
  /** Of the user. */
  readonly unit: string
  /** The first time, in milliseconds since 1970. */
  readonly at: number
}

/** Which conversions `eachEvent` passes on. */
export interface EventsAsked {
  /** The one whose decisions count. */
  readonly experiment: string
  /** Those that happened from then on: milliseconds since 1970. */
  readonly from: number
}

/** A conversion, with the subject of the decision that it names. */
export interface RecordedEvent {
  readonly name: string
  /** The event that several rows tell of. */
  readonly event: string | null
  readonly unit: string | null
  /** Of a decision that assigned in the experiment; else null. */
  readonly subject: string | null
  /** It names a decision that the store does not have. */
  readonly isOrphan: boolean
  readonly value: number | null
  readonly at: number
}

/** How often the figures of an experiment were shown. */
export interface RecordedLooks {
  readonly looks: number
  /** On how many days of UTC. */
  readonly days: number
  /** When the last of these days began, in milliseconds since 1970; null without any. */
  readonly lastDay: number | null
}
