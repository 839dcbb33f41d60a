import type { EntryUse, EntryUsesAsked } from './entry-use'
import type { JsonValue } from '../core/json'
import type {
  AskedFeature,
  EventsAsked,
  Member,
  MembersAsked,
  RecordedAttributes,
  RecordedEvent,
  RecordedLooks,
  RecordedUnit,
  SignIn,
} from './recorded'

export type {
  AskedFeature,
  EventsAsked,
  Member,
  MembersAsked,
  RecordedAttributes,
  RecordedEvent,
  RecordedLooks,
  RecordedUnit,
  SignIn,
} from './recorded'

/** What a row says of the answer that it records, so that anybody can decide it again. */
export interface Provenance {
  /** SHA-256 of the entry that decided, hex: `liveflag_configs` has its text. */
  readonly revision?: string | null
  /** SHA-256 of the whole content in force, hex. */
  readonly config?: string | null
  /** A UUID of the start of the process that answered. */
  readonly process?: string | null
}

/**
 * One answer of the decide service. `decisionId` is unique: writing a row again changes nothing.
 */
export interface DecisionRow extends Provenance {
  readonly decisionId: string
  readonly flag: string
  readonly subject: string
  readonly experimentId: string | null
  readonly variantId: string | null
  /** A scalar. Stored as text, and null as the empty text. */
  readonly value: JsonValue
  /** A code such as `no_active_experiment`. Rows with `ASSIGNED` form the subject's history. */
  readonly reason: string
  /** Of the draw that assigned, and which hash drew it; GrowthBook's in ten-thousandths. */
  readonly bucket?: number | null
  readonly hash?: string | null
  /** It was decided without the subject's history, because the store was away. */
  readonly degraded?: boolean | null
  /** What the entry declares in `report_by`, of the subject. */
  readonly attributes?: RecordedAttributes | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The reason of decisions that count for limits, cooldown and domains. */
export const ASSIGNED = 'experiment_assigned'

/**
 * A unit saw a variant. Unique by unit, experiment and variant: the earliest one is stored, with the
 * time and the revision of the latest. Of a user, each `loid` is kept besides: see `SignIn`.
 */
export interface ExposureRow extends Provenance {
  readonly unit: string
  /** What was bucketed: `user`, `page`, or the name of an attribute. */
  readonly kind: string
  readonly experiment: string
  readonly variant: string
  readonly feature: string
  /** Which side reported it. */
  readonly source: 'backend' | 'client'
  /** Of GrowthBook's hash, in ten-thousandths. */
  readonly bucket: number | null
  readonly generation: number | null
  /** Which hash drew it. */
  readonly hash: string | null
  /** The visitor's ids, both when both are known. */
  readonly user?: string | null
  readonly loid?: string | null
  /** What the entry declares in `report_by`, of the visitor. */
  readonly attributes?: RecordedAttributes | null
  /** Further details. Default null. */
  readonly data?: JsonValue
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A feature was asked about: one row for each check. `id` is unique: a replay adds nothing. */
export interface UsageRow {
  /** A UUID. */
  readonly id: string
  readonly feature: string
  readonly user: string | null
  /** The value of the feature; null is stored as JSON's null. */
  readonly value: JsonValue
  readonly reason: string | null
  readonly generation: number | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/**
 * Something that an experiment hopes for happened. The first row of an event is kept, by its name,
 * its decision, its unit and, of a value below 0, which is a refund, by the value: see
 * `keyedConversions`. So two refunds of one order with the same value need ids of their own.
 */
export interface ConversionRow {
  /** The event: the id of an order. The same row sent again changes nothing. */
  readonly eventId: string
  /**
   * The event of a row whose `eventId` is its key already, as a store has it. Null: no other row is
   * about that event, so its id is the key. Default: `eventId`, and the key is made of the row.
   */
  readonly event?: string | null
  /** What happened: `purchase`. */
  readonly name: string
  /** The decision that it follows from, if known. */
  readonly decisionId: string | null
  /** Who did it: the unit of exposures, the subject of decisions. */
  readonly unit: string | null
  /** How much: money, seconds. Null counts as 0 in sums. */
  readonly value: number | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The text of an entry that decided. Unique by its revision: the earliest time is kept. */
export interface ConfigRow {
  readonly revision: string
  readonly feature: string
  /** What `revision` is the SHA-256 of; see `EntryInForce`. */
  readonly text: string
  /** When it was first seen to decide: milliseconds since 1970. */
  readonly at: number
}

/** Rows that are written together. */
export interface Batch {
  readonly configs?: readonly ConfigRow[]
  readonly decisions?: readonly DecisionRow[]
  readonly exposures?: readonly ExposureRow[]
  readonly usages?: readonly UsageRow[]
  readonly conversions?: readonly ConversionRow[]
}

/** Why rows were lost, as `liveflag_drops` has it. */
export type DropReason = 'full' | 'timeout' | 'closed' | 'exit' | 'refused'

/**
 * Rows that a writer took and that no store has: counts of their experiment are not complete. `id`
 * is unique: a replay adds nothing.
 */
export interface DropRow {
  /** A UUID. */
  readonly id: string
  readonly kind: keyof Batch
  /** Of exposures and decisions. Null: they have none, or `name` is null as well. */
  readonly experiment: string | null
  /** The feature; of conversions, their name. Null: of rows of too many names, or of none. */
  readonly name: string | null
  readonly reason: DropReason
  readonly rows: number
  /** The earliest and the latest `at` of the rows. */
  readonly firstAt: number
  readonly lastAt: number
  /** When the process that dropped them started: milliseconds since 1970. */
  readonly processStartedAt: number
}

/** A batch and the counts of rows that its writer lost before. */
export interface CountedBatch extends Batch {
  readonly drops?: readonly DropRow[]
}

/** The recorded decisions of one subject with reason `ASSIGNED` in one experiment, in short. */
export interface Assigned {
  readonly experimentId: string
  /** Of the latest of them. */
  readonly variantId: string
  readonly firstAt: number
  readonly lastAt: number
}

/**
 * What limits, cooldown and conflict domains of one subject are judged by. The lists are ordered by
 * experiment and by domain.
 */
export interface History {
  readonly assigned: readonly Assigned[]
  /** Which experiment holds the subject in a conflict domain. */
  readonly domains: readonly DomainHolder[]
}

export interface DomainHolder {
  readonly domain: string
  readonly experimentId: string
}

/** What one admission writes: a decision and, if it assigns, the domains that it reserves. */
export interface Admission {
  readonly decision: DecisionRow
  /** Goes with a decision of reason `ASSIGNED`. */
  readonly assignment?: {
    readonly experimentId: string
    readonly variantId: string
    /** Domains in which the experiment holds the subject from now on. */
    readonly domains: readonly string[]
    /**
     * Holders to remove first, because their experiments have ended. One that is gone is skipped.
     */
    readonly releases?: readonly DomainHolder[]
  }
}

/**
 * A question whose answer depends on what was decided for its subject before. No other admission of
 * the subject may come between reading that history and writing the answer.
 */
export interface Ask {
  readonly subject: string
  /**
   * Pure and synchronous. It is called again, with a new history, when the transaction is tried
   * again; what the last call returned is written. When it throws, the whole `admit` fails and
   * nothing is written.
   */
  readonly decide: (history: History) => readonly Admission[]
}

/**
 * Where records are stored. Every promise settles in bounded time. Each method opens the store if it
 * is not open. Errors are LiveflagErrors: `LIVEFLAG_STORE_UNAVAILABLE` may pass, so the call may be
 * repeated; `LIVEFLAG_BAD_ROW` means that a row can never be stored; `LIVEFLAG_CLOSED` comes after
 * `close()`.
 */
export interface Store extends Reports {
  /** For log lines; has no password. */
  readonly name: string
  /**
   * Connects, and brings the tables up to date. Idempotent, and may be called again after it failed.
   * Rejects with `LIVEFLAG_SCHEMA_NEWER` on a newer schema, which it does not change.
   */
  open(): Promise<void>
  /**
   * One transaction: all or nothing, durable once it resolves. A row that is stored already changes
   * nothing; conversions have the keys that `ConversionRow` says.
   */
  write(batch: CountedBatch): Promise<void>
  /**
   * Admits in one transaction: locks the subjects, reads their histories, calls `decide` of each ask
   * in order, and writes. Two admissions of a subject never overlap, in any process. A later ask
   * sees what an earlier one reserved.
   */
  admit(asks: readonly Ask[]): Promise<void>
  /** The history of each subject, in the order of `subjects`. Takes no lock. */
  histories(subjects: readonly string[]): Promise<readonly History[]>
  /** Whether a decision is stored. Left out, conversions are recorded without that check. */
  hasDecision?(decisionId: string): Promise<boolean>
  /** Counts that somebody saw the figures of an experiment, at a time. */
  countLook?(experiment: string, at: number): Promise<void>
  /**
   * Writes in the `exit` event of the process, in which nothing asynchronous happens. Blocks for at
   * most `ms`. Returns whether all rows are durable. Nothing is called afterwards.
   */
  writeAtExit?(batch: CountedBatch, ms: number): boolean
  /**
   * Calls `read` with reports of one moment: rows that arrive meanwhile are in no answer. Other calls
   * of the store may have to wait until `read` has settled, so `read` waits for none of them. It is
   * called again when another process blocked it.
   */
  snapshot<T>(read: (reports: Reports) => Promise<T>): Promise<T>
  /** Waits for calls in progress, then disconnects. Idempotent. */
  close(): Promise<void>
}

/** What reports read. `experiment` is the id that exposures and decisions were written with. */
export interface Reports {
  /**
   * Ordered by start and variant. Starts are multiples of `stepMs` since 1970, so days are those of
   * UTC.
   */
  exposuresOverTime(
    experiment: string,
    stepMs: number,
    span?: Span,
  ): Promise<readonly ExposureStep[]>
  /**
   * Calls `each` with every variant that each unit saw, in no order. Other work gets its turns in
   * between, however many there are; `each` asks the store nothing.
   */
  eachMember(asked: MembersAsked, each: (member: Member) => void): Promise<void>
  /**
   * Calls `each` with every logged-out id and every user who was exposed with it, each pair once, as
   * `eachMember` does. Left out, of each user and variant one such id is known: that of the row.
   */
  eachSignIn?(experiment: string, each: (signIn: SignIn) => void): Promise<void>
  /** Calls `each` with every conversion from a time on, in no order, as `eachMember` does. */
  eachEvent(asked: EventsAsked, each: (event: RecordedEvent) => void): Promise<void>
  /** The texts of entries that decided, by their revisions; those that are known. */
  configs(revisions: readonly string[]): Promise<readonly ConfigRow[]>
  /**
   * When each entry decided, by the rows that name it, of one feature or of all. In no order. Left out,
   * nobody knows.
   */
  entryUses?(asked: EntryUsesAsked): Promise<readonly EntryUse[]>
  /** Rows for an audit, in the order of their keys, behind `after`. */
  ledger(asked: LedgerAsked): Promise<readonly LedgerRow[]>
  /** What the store has without what it belongs to. */
  orphans(span?: Span): Promise<Orphans>
  /** Ordered by variant. */
  exposedUnits(experiment: string, span?: Span): Promise<readonly VariantUnits[]>
  /** Ordered by variant. Variants without a conversion are included. */
  conversions(question: ConversionQuestion): Promise<readonly VariantConversions[]>
  /** The names of conversions that units of the experiment have, by either join, in order. */
  conversionNames(experiment: string): Promise<readonly string[]>
  /**
   * How many conversions of each name the store has, of all experiments: an event counts once for each of its
   * units, and once if it is for decisions alone. Ordered by name.
   */
  conversionCounts(span?: Span): Promise<readonly ConversionCount[]>
  /** What was recorded of an experiment at any time, by kind. Ordered by kind. */
  recorded(experiment: string): Promise<readonly Recorded[]>
  /** The ids of all experiments that have exposures or assigning decisions, in order. */
  experiments(): Promise<readonly string[]>
  /**
   * Those that were recorded last, of all experiments: units of exposures, and subjects of decisions
   * of reason `ASSIGNED`. Each once, the newest first, at most `most`. Left out, nobody is known.
   */
  recentUnits?(most: number): Promise<readonly RecordedUnit[]>
  /**
   * What usage has of each feature that was asked about. Ordered by feature. Left out, nobody knows.
   */
  askedFeatures?(span?: Span): Promise<readonly AskedFeature[]>
  /** Ordered by reason. */
  decisionsByReason(experiment: string, span?: Span): Promise<readonly ReasonCount[]>
  /**
   * The rows with a time in the span that are lost: those of the experiment, those that may be of
   * it, and conversions. Ordered by kind, name and reason. Left out, no report knows of lost rows.
   */
  drops?(experiment: string, span?: Span): Promise<readonly Dropped[]>
  /** How often `countLook` was called of an experiment. Left out, nobody knows. */
  looks?(experiment: string): Promise<RecordedLooks>
}

/** A part of the exposures or decisions. */
export interface LedgerAsked {
  readonly of: 'exposures' | 'decisions'
  readonly since?: number
  /** The last row of the part before. */
  readonly after?: LedgerRow
  readonly most: number
}

/** An exposure or a decision, as an audit reads it. */
export interface LedgerRow {
  /** The decision's id; null of an exposure. */
  readonly decisionId: string | null
  readonly unit: string
  /** What was bucketed, of an exposure; `loid` of a visitor who was not signed in. */
  readonly kind: string
  readonly feature: string
  /** Null of a decision without one. */
  readonly experiment: string | null
  readonly variant: string | null
  /** The reason of a decision; of an exposure, `ASSIGNED`. */
  readonly reason: string
  readonly bucket: number | null
  readonly hash: string | null
  readonly revision: string | null
  readonly config: string | null
  /** A variant that was kept for the unit, and not drawn. */
  readonly isSticky: boolean
  /** Decided without the subject's history. */
  readonly isDegraded: boolean
  readonly at: number
}

/**
 * Conversions that name a decision which the store does not have, assignments without a decision
 * that made them, reservations of conflict domains without an assignment, and sign-ins of users
 * without an exposure.
 */
export type Orphans = Readonly<
  Record<'conversions' | 'assignments' | 'domains' | 'signIns', number>
>

/** `from` ≤ at < `to`, in milliseconds since 1970. One that is missing sets no bound. */
export interface Span {
  readonly from?: number
  readonly to?: number
}

export interface ExposureStep {
  readonly start: number
  readonly variant: string
  /** First exposures in this step. */
  readonly units: number
}

export interface VariantUnits {
  readonly variant: string
  readonly units: number
  /** Those of them that saw another variant of the experiment as well. */
  readonly crossed: number
}

export interface ConversionQuestion {
  readonly experiment: string
  readonly name: string
  /**
   * `unit`: exposed units, and their conversions since their first exposure. `decision`: subjects
   * with a decision of reason `ASSIGNED`, and the conversions that name such a decision.
   */
  readonly by: 'unit' | 'decision'
  /** Of exposures and decisions; conversions count until its end. */
  readonly span?: Span
}

export interface VariantConversions {
  readonly variant: string
  readonly units: number
  /** Units with at least one conversion. */
  readonly converted: number
  readonly conversions: number
  /** Of the units' totals; a unit without a conversion counts as 0. */
  readonly sum: number
  /** Of the units' totals from their mean, so that large totals of a small spread do not cancel. */
  readonly squaredDeviations: number
}

export interface ConversionCount {
  readonly name: string
  readonly conversions: number
}

/** Exposures of one kind of unit, or the decisions. */
export interface Recorded {
  readonly what: 'exposures' | 'decisions'
  /** Of exposures, what was bucketed: `user`, `page`, or the name of an attribute. */
  readonly kind: string | null
  readonly firstAt: number
  readonly lastAt: number
}

export interface ReasonCount {
  readonly reason: string
  readonly decisions: number
}

/** Lost rows of one kind, experiment, name and reason. */
export interface Dropped extends Omit<DropRow, 'id' | 'processStartedAt'> {
  /** How many processes lost them. */
  readonly processes: number
}
