/**
 * What the routes of a live config in a store take and return: types alone, shared with the page. Each
 * takes `source`, the name of a source in a store, which may be left out where there is one. 404
 * `not_found` where there is none; 503 `store_away` while the store does not answer.
 */
import type { Generation } from '../../../fleet/history'
import type { AckProblem, Health, Quarantined } from '../../../sources/fleet-records'
import type { PopulationInfo } from '../contract'
import type { EntryDiff, ImpactView } from '../edits/contract'

export type { AckProblem, Generation, Health, Quarantined }

/** `GET /api/v1/generations?source=&before=&limit=`: the newest first; `before` is a number. */
export interface Generations {
  readonly source: string
  /** In words: `Redis live at cache.internal:6379`. */
  readonly title: string
  readonly generations: readonly Generation[]
  readonly hasMore: boolean
  /** The text in force was written by another tool since the last generation. */
  readonly isOutside: boolean
  /** There is no text: nothing was published yet, or somebody removed the key. */
  readonly isEmpty: boolean
  /** The number of the generation in force; null: what is there is none. */
  readonly current: number | null
  readonly stores: readonly StoreName[]
}

/** One of the sources that are in stores. */
export interface StoreName {
  readonly source: string
  readonly title: string
}

/**
 * `GET /api/v1/generations/compare?source=&from=&to=&population=`: what is between two generations. One
 * that is left out is what is in force now; 0 is no entry at all.
 */
export interface Comparison {
  readonly source: string
  readonly title: string
  /** Null: what is in force, which is no generation. */
  readonly from: number | null
  readonly to: number | null
  /** The generation in force; null: what is there is none. */
  readonly current: number | null
  /** SHA-256 of what is in force now; null: nothing is there. Roll back with it: `basedOn`. */
  readonly inForce: string | null
  /** Why the newer text was taken back, so that nobody puts it into force by accident; null: it was not. */
  readonly quarantined: Quarantined | null
  /** A unified diff of the texts. */
  readonly diff: string
  readonly entries: readonly EntryDiff[]
  /** Null where one of the texts cannot be read, or is nothing. */
  readonly impact: ImpactView | null
  readonly population: PopulationInfo | null
}

/**
 * The body of `POST /api/v1/generations/:id/rollback`: the text of an old generation becomes the next one.
 * It wins over stages that are under way. 200 `PutBack`; 202 `Proposal` where approvals are on and the
 * caller is no approver; 400 `bad_edit` where it is in force already; 409 `changed` where `basedOn` is
 * not in force any more; 422 `refused`.
 */
export interface PutBackRequest {
  readonly source?: string
  readonly reason: string
  /** `Comparison.inForce`, as the caller has seen it. Left out: whatever is in force. */
  readonly basedOn?: string
}

export interface PutBack {
  /** The new generation. */
  readonly generation: number
  readonly hash: string
}

/** `POST /api/v1/edits` with stages answers 202 with it when the first stage has begun. */
export interface Staging {
  readonly staging: {
    readonly source: string
    readonly generation: number
    readonly percent: number
  }
}

/** `GET /api/v1/fleet?source=`: which process has which generation. */
export interface Fleet {
  readonly source: string
  readonly title: string
  /** The generation in force; null: what is there is none, or nothing is. */
  readonly generation: number | null
  readonly hash: string | null
  readonly staged: StagedView | null
  /** Those that acknowledge, by host; also those that are silent. */
  readonly processes: readonly ProcessView[]
  /** What was taken back, the newest first; at most 20. */
  readonly quarantined: readonly Quarantined[]
  readonly stores: readonly StoreName[]
}

/** A generation on its way through its stages. */
export interface StagedView {
  readonly generation: number
  readonly by: string | null
  readonly reason: string | null
  /** The share of the processes that have it, or are to have it. */
  readonly percent: number
  readonly stages: readonly number[]
  readonly asked: number
  readonly confirmed: number
  /** Its publisher is gone: every process goes back, or has gone. It may be resumed. */
  readonly isAbandoned: boolean
}

export interface ProcessView {
  readonly host: string
  /** Tells processes of one host apart. */
  readonly process: string
  /** Of the text that it has; null: of none that was published lately. */
  readonly generation: number | null
  readonly hash: string
  /** It takes part in the stages. */
  readonly isStaged: boolean
  /** It has what it is to have by now. */
  readonly isCurrent: boolean
  readonly problems: readonly AckProblem[]
  readonly health: Health | null
  /** For how long nothing was heard of it. */
  readonly silentMs: number
  /** False: it has been silent for so long that nobody waits for it. */
  readonly isThere: boolean
}

/**
 * `POST /api/v1/fleet/abort` with a reason takes the generation that is being staged back, and answers
 * 200 `{ generation }`. `POST /api/v1/fleet/resume` goes on with one whose publisher is gone, and
 * answers 202 `Staging`; where approvals are on, it takes an approver. 409 `not_staged`.
 */
export interface StageRequest {
  readonly source?: string
  readonly reason?: string
}

/** The data of the event `fleet` of `GET /api/v1/stream`: something of a fleet has changed. */
export interface FleetEvent {
  readonly source: string
  readonly staged: StagedView | null
}
