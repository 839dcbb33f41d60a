import type { Problem } from '../../core/problem'

/**
 * `fresh`: the source says what is in the file. `stale`: it cannot be read; the file is as it said
 * last. `held`: it says something that is refused; the file is as before. `waiting`: there is no file
 * yet. `unwritable`: the file cannot be written. `stopped`: nobody follows the source any more.
 */
export type SyncState = 'waiting' | 'fresh' | 'stale' | 'held' | 'unwritable' | 'stopped'

export type SyncProblem = Pick<Problem, 'message' | 'line' | 'column' | 'feature'> & {
  readonly code: string
}

/** A text of which nobody knows yet whether it is good. */
export interface Staged {
  readonly generation: number
  readonly hash: string
}

/** What FILE.status.json says. */
export interface SyncStatus {
  readonly file: string
  /** The source, without passwords. */
  readonly from: string
  readonly state: SyncState
  /** Counts the texts that were put into the file, over restarts. 0: none yet. */
  readonly generation: number
  /** SHA-256 of the bytes in the file; null: there is no file. */
  readonly hash: string | null
  /** Of what is being put into the file at this moment: it may be there already. */
  readonly writing?: string
  /** The generation in the file that is being tried, and the hash of its text; null: what is published. */
  readonly staged: Staged | null
  readonly features: number
  /** When the file was written. */
  readonly writtenAt: string | null
  /** When the source last said what is in the file. */
  readonly confirmedAt: string | null
  /** How long before `at` that was; null: it never did. */
  readonly ageSeconds: number | null
  /** Why the state is not fresh. */
  readonly problem: SyncProblem | null
  /** When this was written. Older than a minute: nobody writes it any more. */
  readonly at: string
  readonly pid: number
}

export const isSame = (a: SyncProblem | null, b: SyncProblem | null): boolean =>
  a?.code === b?.code && a?.message === b?.message

/** A time as JSON has it. */
export const timeText = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString()
