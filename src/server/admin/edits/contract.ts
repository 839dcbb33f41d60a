/**
 * What the routes of edits and proposals take and return: types alone, shared with the page. A role
 * of editor is needed, and of approver to approve and reject.
 */
import type { JsonValue } from '../../../core/json'
import type { ProblemView } from '../contract'

/**
 * An edit before it is made. One of: new texts of files, new values of entries, or one switched off.
 */
export interface ProposedEdit {
  readonly files?: readonly EditedFile[]
  readonly entries?: readonly EditedEntry[]
}

export interface EditedFile {
  readonly source: string
  /** Of the text that was edited: `ConfigFile.hash`. */
  readonly baseHash: string
  readonly text: string
}

export interface EditedEntry {
  readonly source: string
  readonly baseHash: string
  readonly feature: string
  /** As JSON, written into the file with its comments and order kept; null removes the entry. */
  readonly value: JsonValue
}

/** `POST /api/v1/edits/preview`. 409 `changed` is not answered here: `conflict` has both versions. */
export interface Preview {
  readonly files: readonly FileDiff[]
  /** Of the new texts; errors keep an entry at its last good version. */
  readonly problems: readonly ProblemView[]
  readonly impact: readonly Impact[]
  /** Set when a file changed underneath. */
  readonly conflict: Conflict | null
}

export interface FileDiff {
  readonly source: string
  /** A unified diff. */
  readonly diff: string
  readonly text: string
}

/** Who changes, for one feature. */
export interface Impact {
  readonly feature: string
  /** Over the population at hand, and over all buckets (`unit`: of 1,000,000 points). */
  readonly population: ChangeMatrix
  readonly buckets: ChangeMatrix | null
  /** Recorded units that change, at most 100. */
  readonly examples: readonly ImpactExample[]
}

/** How many go from one answer to another; answers are `on`, `off`, or names of variants. */
export interface ChangeMatrix {
  readonly size: number
  readonly changed: number
  /** Row by row: `cells[from][to]` in the order of `answers`. */
  readonly answers: readonly string[]
  readonly cells: readonly (readonly number[])[]
}

export interface ImpactExample {
  readonly unit: string
  readonly from: string
  readonly to: string
}

/** The file changed underneath: both versions, entry by entry. */
export interface Conflict {
  readonly source: string
  readonly hash: string
  readonly text: string
  readonly entries: readonly ConflictEntry[]
}

export interface ConflictEntry {
  readonly feature: string
  readonly base: string | null
  readonly mine: string | null
  readonly theirs: string | null
  /** False: only one side changed it, so the merge takes that side. */
  readonly isConflict: boolean
  readonly merged: string | null
}

/** `POST /api/v1/edits`: 200 AuditRow, 202 Proposal where approvals are on, 409 with a Conflict. */
export interface SaveEdit extends ProposedEdit {
  readonly reason: string
}

/** `GET /api/v1/edits?feature=&before=&limit=`: the newest first. */
export interface AuditLog {
  readonly edits: readonly AuditRow[]
  readonly hasMore: boolean
}

export interface AuditRow {
  readonly id: number
  readonly at: number
  readonly by: string
  readonly reason: string
  readonly features: readonly string[]
  readonly files: readonly Pick<FileDiff, 'source' | 'diff'>[]
  /** The edit that this one rolls back. */
  readonly rollsBack: number | null
  /** The edit that rolled this one back. */
  readonly rolledBackBy: number | null
  readonly proposal: number | null
  readonly approvedBy: string | null
}

/** `POST /api/v1/edits/:id/rollback` and `POST /api/v1/features/:name/off` take a reason. */
export interface Reason {
  readonly reason: string
}

/** `GET /api/v1/proposals?state=open`. */
export interface Proposals {
  readonly proposals: readonly Proposal[]
}

export interface Proposal {
  readonly id: number
  readonly at: number
  readonly by: string
  readonly reason: string
  readonly features: readonly string[]
  /** `outdated`: the entry changed since. */
  readonly state: 'open' | 'approved' | 'rejected' | 'outdated'
  readonly files: readonly Pick<FileDiff, 'source' | 'diff'>[]
  readonly impact: readonly Impact[]
  readonly reviewedBy: string | null
  readonly reviewedAt: number | null
  readonly comment: string | null
  /** The edit that it became. */
  readonly edit: number | null
}
