/**
 * What the routes of edits and proposals take and return: types alone, shared with the page. A role
 * of editor is needed, and of approver to approve and reject.
 */
import type {
  ChangeMatrix,
  ClassImpact,
  FeatureImpact,
  Impact as ImpactView,
  ImpactExample,
} from '../../../analysis/impact-view'
import type { EntryChange } from '../../../editing/change'
import type { PopulationInfo, ProblemView } from '../contract'

export type { ChangeMatrix, ClassImpact, EntryChange, FeatureImpact, ImpactExample, ImpactView }

/** An edit of one file before it is made: changes of entries, or a new text of the whole file. */
export interface ProposedEdit {
  /** `ConfigFile.source` */
  readonly source: string
  /** Of the text that was edited: `ConfigFile.hash` or `Place.hash`. */
  readonly baseHash: string
  /** Made in this order. Comments, order, and every byte of other entries stay. */
  readonly changes?: readonly EntryChange[]
  /** The whole file, in place of `changes`. */
  readonly text?: string
}

/**
 * `POST /api/v1/edits/preview?population=simulated|recorded` with a `ProposedEdit`: what saving would
 * do; nothing is written. 400 `bad_edit` when a change cannot be made, and says why; 403
 * `read_only`; 404 `not_found`. A preview whose caller goes away is not computed any further.
 */
export interface Preview {
  readonly source: string
  /** SHA-256 of the file as it is now. Save with it: `baseHash`. */
  readonly hash: string
  /** A unified diff of the file; empty when nothing changes. */
  readonly diff: string
  /** The file as it would be. */
  readonly text: string
  /** Each entry that changes, as its lines are written before and after. */
  readonly entries: readonly EntryDiff[]
  /** Of the new text; and new ones elsewhere, such as in another file of its directory. */
  readonly problems: readonly ProblemView[]
  /** Some of them are errors that the live config does not have now: saving is refused. */
  readonly isRefused: boolean
  /** Null where saving is refused, and in the answers of a save. */
  readonly impact: ImpactView | null
  /** Whom `impact` counts; null without it. Of very many features fewer visitors are asked. */
  readonly population: PopulationInfo | null
  /** Set when the file changed underneath since `baseHash`. `text` is then the merge. */
  readonly conflict: Conflict | null
  /** Saving makes a proposal, which another person approves. */
  readonly needsApproval: boolean
  /** It is in a store: it may be saved in stages. */
  readonly canStage: boolean
}

export interface EntryDiff {
  /** Of the kind `gates`, the feature whose ramp it is; its entry stays, and both others are null. */
  readonly feature: string
  /** Null: the entry is new. */
  readonly before: string | null
  /** Null: the entry is removed. */
  readonly after: string | null
}

/** The file changed underneath: both versions, entry by entry. */
export interface Conflict {
  /** The text that was edited is not known here any more, so nothing merges by itself. */
  readonly isBaseLost: boolean
  /** Entries that either side changed. */
  readonly entries: readonly ConflictEntry[]
  /** The merge, when both sides changed different entries: save it with the `hash` of the preview. */
  readonly merged: string | null
}

export interface ConflictEntry {
  readonly feature: string
  readonly base: string | null
  readonly mine: string | null
  readonly theirs: string | null
  /** False: only one side changed it, so the merge takes that side. */
  readonly isConflict: boolean
}

/**
 * The body of `POST /api/v1/edits`. 200 `Saved`; 202 `Staging` where it has stages; 202 `Proposal` where approvals are on and the
 * caller is no admin; 409 `ChangedUnderneath`; 422 `refused` with the problems of the new text.
 */
export interface SaveEdit extends ProposedEdit {
  /** Needed, unless the server says otherwise. */
  readonly reason: string
  /** Of a live config in a store: to a growing part of the processes first. */
  readonly stages?: StagesOfEdit
}

/**
 * Percentages of the processes that grow, the last one 100. The answer is 202 `Staging` when the first
 * stage has begun, and this server goes through them.
 */
export interface StagesOfEdit {
  readonly percentages: readonly number[]
  /** How long each stage lasts at least. Default 30 seconds. */
  readonly eachMs?: number
}

export interface Saved {
  readonly edit: AuditRow
  /** The generation that has the edit; null when it was not in force within five seconds. */
  readonly generation: number | null
  /** Of the file as it is now. */
  readonly hash: string
}

export interface ChangedUnderneath {
  readonly error: { readonly code: 'changed'; readonly message: string }
  readonly preview: Preview
}

export interface Refused {
  readonly error: { readonly code: 'refused'; readonly message: string }
  readonly problems: readonly ProblemView[]
}

/** `GET /api/v1/edits?feature=&before=&limit=`: the newest first; `before` is an id. */
export interface AuditLog {
  readonly edits: readonly AuditRow[]
  readonly hasMore: boolean
}

/**
 * `gates`: what became of a ramp; `outside`: seen in the file or the store, and not made here. `staged`: published to a store in stages,
 * and `rollback` also of a whole generation, wherever that was done.
 */
export type EditKind = 'edit' | 'off' | 'rollback' | 'approved' | 'gates' | 'staged' | 'outside'

export interface AuditRow {
  readonly id: number
  readonly at: number
  /** Null of an edit outside the dashboard, unless it was published to a store by somebody. */
  readonly by: string | null
  readonly reason: string | null
  readonly kind: EditKind
  readonly source: string
  readonly entries: readonly EntryDiff[]
  /** A unified diff of these entries. */
  readonly diff: string
  readonly hashBefore: string
  readonly hashAfter: string
  /** The edit that this one rolls back. */
  readonly rollsBack: number | null
  /** The edit that rolled this one back. */
  readonly rolledBackBy: number | null
  readonly proposal: number | null
  readonly approvedBy: string | null
}

/**
 * The body of `POST /api/v1/edits/:id/rollback`, `POST /api/v1/features/:name/off` and
 * `POST /api/v1/features/:name/gates/resume`, which answer as `POST /api/v1/edits` does. Undo of an off is the rollback of its edit. An off is never a proposal;
 * a rollback is none of an approver, and of whoever rolls back their own off.
 */
export interface Reason {
  readonly reason: string
}

/** `GET /api/v1/proposals?state=open`: the newest first, at most 100. */
export interface Proposals {
  readonly proposals: readonly Proposal[]
}

/** `outdated`: an entry of it changed since. */
export type ProposalState = 'open' | 'approved' | 'rejected' | 'outdated'

export interface Proposal {
  readonly id: number
  readonly at: number
  readonly by: string
  readonly reason: string
  readonly state: ProposalState
  readonly source: string
  readonly features: readonly string[]
  /** A unified diff of the entries. */
  readonly diff: string
  readonly reviewedBy: string | null
  readonly reviewedAt: number | null
  readonly comment: string | null
  /** The edit that it became. */
  readonly edit: number | null
}

/** `GET /api/v1/proposals/:id`: against the present file. */
export interface ProposalDetail {
  readonly proposal: Proposal
  /** Null when it is not open, and while its file cannot be read. */
  readonly preview: Preview | null
}

/**
 * The body of `POST /api/v1/proposals/:id/approve`, which answers `Saved`, and of `/reject`, which
 * answers the `Proposal`. Who made it may not approve it (403 `own_proposal`), and withdraws it by
 * rejecting it, which needs the role of an editor alone; 409 `not_open`.
 */
export interface Review {
  /** Needed to reject. */
  readonly comment?: string
}
