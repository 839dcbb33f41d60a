import type { JsonValue } from '../core/json'

/**
 * One answer of the decide service. `decisionId` is unique: writing a row again changes nothing.
 */
export interface DecisionRow {
  readonly decisionId: string
  readonly flag: string
  readonly subject: string
  readonly experimentId: string | null
  readonly variantId: string | null
  /** A scalar. Stored as text, and null as the empty text. */
  readonly value: JsonValue
  /** A code such as `no_active_experiment`. Rows with `ASSIGNED` form the subject's history. */
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The reason of decisions that count for limits, cooldown and domains. */
export const ASSIGNED = 'experiment_assigned'

/** A unit saw a variant. Unique by unit, experiment and variant: the earliest one is stored. */
export interface ExposureRow {
  readonly unit: string
  /** What was bucketed: `user`, `page`, or the name of an attribute. */
  readonly kind: string
  readonly experiment: string
  readonly variant: string
  readonly feature: string
  /** Which side reported it. */
  readonly source: 'backend' | 'client'
  readonly bucket: number | null
  readonly generation: number | null
  /** Which hash drew it. */
  readonly hash: string | null
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

/** Something that an experiment hopes for happened. `eventId` is unique: the first one is kept. */
export interface ConversionRow {
  readonly eventId: string
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

/** Rows that are written together. */
export interface Batch {
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
   * nothing.
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
  /** Ordered by variant. */
  exposedUnits(experiment: string, span?: Span): Promise<readonly VariantUnits[]>
  /** Ordered by variant. Variants without a conversion are included. */
  conversions(question: ConversionQuestion): Promise<readonly VariantConversions[]>
  /** The names of conversions that units of the experiment have, by either join, in order. */
  conversionNames(experiment: string): Promise<readonly string[]>
  /** How many conversions of each name the store has, of all experiments. Ordered by name. */
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
  /** Ordered by reason. */
  decisionsByReason(experiment: string, span?: Span): Promise<readonly ReasonCount[]>
  /**
   * The rows with a time in the span that are lost: those of the experiment, those that may be of
   * it, and conversions. Ordered by kind, name and reason. Left out, no report knows of lost rows.
   */
  drops?(experiment: string, span?: Span): Promise<readonly Dropped[]>
}

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
