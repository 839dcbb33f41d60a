import type { Statement } from 'better-sqlite3'
import { codeOf } from '../../../core/errors'
import { mergeTexts } from '../../../editing/merge-texts'
import type { ServerDatabase } from '../../database'
import type { SourceText } from '../source-texts'
import type { EntryDiff, Preview, Proposal, ProposalState } from './contract'
import { makeTables } from './edit-tables'
import { BadEdit } from './prepare'

const MOST_LISTED = 100
/** More wait for nobody. */
const MOST_OPEN = 500

/** A proposal with what it proposes. */
export interface StoredProposal extends Proposal {
  readonly entries: readonly EntryDiff[]
  readonly baseHash: string
  /** Null once it is not open any more. */
  readonly baseText: string | null
  readonly newText: string | null
  /** It changes what is outside of entries, too: nothing else in its file may change before. */
  readonly isWhole: boolean
  readonly rollsBack: number | null
}

/** Why an edit is proposed, and by whom. */
export interface ProposalCause {
  readonly by: string
  readonly reason: string
  readonly at: number
  readonly rollsBack?: number | null | undefined
}

/** Edits that wait until another person approves them. Servers of one database share them. */
export class Proposals {
  private readonly sql: Statements
  /** Files whose proposals have been compared with them, by the hash and the newest proposal. */
  private readonly compared = new Map<string, string>()

  constructor(private readonly database: ServerDatabase) {
    makeTables(database)
    this.sql = statementsIn(database)
  }

  /** @throws {BadEdit} where too many are open */
  add(file: SourceText, { text, entries, diff }: Preview, cause: ProposalCause): StoredProposal {
    const { at, by, reason, rollsBack } = cause
    const isWhole = mergedOf(file, file.text, text) !== text
    const id = this.database
      .transaction(() => {
        if ((this.sql.openCount.get()?.count ?? 0) >= MOST_OPEN)
          throw new BadEdit(
            400,
            'bad_edit',
            `${MOST_OPEN} proposals are open already; approve or reject some of them first`,
          )
        return this.sql.insert.run(
          ...[at, by, reason, file.source, JSON.stringify(entries), diff, isWhole ? 1 : 0],
          ...[file.hash, file.text, text, rollsBack ?? null],
        ).lastInsertRowid
      })
      .immediate()
    return this.existing(Number(id))
  }

  get(id: number): StoredProposal | undefined {
    const stored = this.sql.get.get(id)
    return stored && proposalOf(stored)
  }

  /** The newest first, at most 100. */
  list(state: ProposalState | undefined): readonly Proposal[] {
    const stored =
      state === undefined ? this.sql.all.all(MOST_LISTED) : this.sql.ofState.all(state, MOST_LISTED)
    return stored.map((row) => viewOf(proposalOf(row)))
  }

  /**
   * Keeps others from reviewing a proposal until the edit that it becomes is confirmed or cancelled.
   * Call it in the transaction that writes this edit as pending.
   *
   * @throws {BadEdit} where it is not open, or about to be approved
   */
  claim(id: number, comment: string | null): void {
    if (this.sql.claim.run(comment, id, id).changes === 0) throw notOpen(this.get(id))
  }

  /** @throws {BadEdit} where it is not open */
  reject(id: number, by: string, comment: string, at: number): StoredProposal {
    if (this.sql.reject.run(by, at, comment, id, id).changes === 0) throw notOpen(this.get(id))
    return this.existing(id)
  }

  /** Ends the open proposals whose entries are not as they were when they were made. */
  outdate(file: SourceText): void {
    // What cannot be read has no entries, which does not mean that they changed.
    if (file.written().read.fatal) return
    const open = this.sql.openOf.all(file.source)
    const stamp = `${file.hash} ${open.at(-1)?.id ?? 0}`
    if (this.compared.get(file.source) === stamp) return
    for (const { id, entries, is_whole, base_hash } of open)
      if (isOutdated(entriesIn(entries), is_whole === 1, base_hash, file)) this.end(id)
    this.compared.set(file.source, stamp)
  }

  /** What it proposes cannot be put into the file any more. */
  end(id: number): void {
    this.sql.outdate.run(id)
  }

  private existing(id: number): StoredProposal {
    const proposal = this.get(id)
    if (proposal === undefined) throw notOpen(undefined)
    return proposal
  }
}

/** The text of a file with a proposal; undefined when something of it changed since. */
export function textNow(
  { entries, isWhole, baseHash, baseText, newText }: StoredProposal,
  file: SourceText,
): string | undefined {
  if (baseText === null || newText === null) return undefined
  if (file.hash === baseHash) return newText
  return isOutdated(entries, isWhole, baseHash, file)
    ? undefined
    : mergedOf(file, baseText, newText)
}

function isOutdated(
  entries: readonly EntryDiff[],
  isWhole: boolean,
  baseHash: string,
  file: SourceText,
): boolean {
  if (file.hash === baseHash) return false
  const now = file.written()
  return (
    isWhole || entries.some(({ feature, before }) => (now.entryText(feature) ?? null) !== before)
  )
}

/** A text with my changes of a base; undefined when there is none. */
function mergedOf(file: SourceText, base: string, mine: string): string | undefined {
  try {
    return mergeTexts(base, mine, file.text, file.format).text ?? undefined
  } catch (error) {
    if (codeOf(error) === 'LIVEFLAG_CANNOT_EDIT') return undefined
    throw error
  }
}

export function notOpen(proposal: Pick<Proposal, 'id' | 'state'> | undefined): BadEdit {
  if (proposal === undefined)
    return new BadEdit(404, 'not_found', 'there is no proposal of this number')
  const message =
    proposal.state === 'open'
      ? `proposal ${proposal.id} is being approved by somebody else`
      : proposal.state === 'outdated'
        ? `proposal ${proposal.id} is outdated: an entry of it changed since; propose it again`
        : `proposal ${proposal.id} is ${proposal.state} already`
  return new BadEdit(409, 'not_open', message)
}

interface Stored {
  readonly id: number
  readonly at: number
  readonly made_by: string
  readonly reason: string
  readonly state: ProposalState
  readonly source: string
  readonly entries: string
  readonly diff: string
  readonly is_whole: number
  readonly base_hash: string
  readonly base_text: string | null
  readonly new_text: string | null
  readonly rolls_back: number | null
  readonly reviewed_by: string | null
  readonly reviewed_at: number | null
  readonly comment: string | null
  readonly edit: number | null
}

// Where data comes in: written by `add`.
const entriesIn = (stored: string): readonly EntryDiff[] =>
  JSON.parse(stored) as readonly EntryDiff[]

function proposalOf(stored: Stored): StoredProposal {
  const entries = entriesIn(stored.entries)
  return {
    id: stored.id,
    at: stored.at,
    by: stored.made_by,
    reason: stored.reason,
    state: stored.state,
    source: stored.source,
    features: entries.map(({ feature }) => feature),
    diff: stored.diff,
    reviewedBy: stored.reviewed_by,
    reviewedAt: stored.reviewed_at,
    comment: stored.state === 'open' ? null : stored.comment,
    edit: stored.edit,
    entries,
    baseHash: stored.base_hash,
    baseText: stored.base_text,
    newText: stored.new_text,
    isWhole: stored.is_whole === 1,
    rollsBack: stored.rolls_back,
  }
}

/** What people see of it. */
export function viewOf(proposal: StoredProposal): Proposal {
  const { id, at, by, reason, state, source, features, diff } = proposal
  const { reviewedBy, reviewedAt, comment, edit } = proposal
  return {
    ...{ id, at, by, reason, state, source, features, diff },
    ...{ reviewedBy, reviewedAt, comment, edit },
  }
}

interface Statements {
  readonly insert: Statement<(string | number | null)[]>
  readonly get: Statement<[number], Stored>
  readonly all: Statement<[number], Stored>
  readonly ofState: Statement<[string, number], Stored>
  readonly openOf: Statement<[string], Pick<Stored, 'id' | 'entries' | 'is_whole' | 'base_hash'>>
  readonly openCount: Statement<[], { readonly count: number }>
  readonly claim: Statement<[string | null, number, number]>
  readonly reject: Statement<[string, number, string, number, number]>
  readonly outdate: Statement<[number]>
}

/** Open, and no edit that it becomes is on its way. */
const IS_FREE = `id = ? AND state = 'open' AND NOT EXISTS (
  SELECT 1 FROM liveflag_edit_log WHERE is_pending = 1 AND proposal = ?)`
const TABLE = 'liveflag_proposals'
/** Without the texts, which are long. */
const LISTED =
  'id, at, made_by, reason, state, source, entries, diff, reviewed_by, reviewed_at, comment, edit'
const ENDED = 'base_text = NULL, new_text = NULL'

const statementsIn = (database: ServerDatabase): Statements => ({
  insert: database.prepare<(string | number | null)[]>(`
    INSERT INTO ${TABLE} (at, made_by, reason, source, entries, diff, is_whole, base_hash, base_text, new_text, rolls_back, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`),
  get: database.prepare(`SELECT * FROM ${TABLE} WHERE id = ?`),
  all: database.prepare(`SELECT ${LISTED} FROM ${TABLE} ORDER BY id DESC LIMIT ?`),
  ofState: database.prepare(
    `SELECT ${LISTED} FROM ${TABLE} WHERE state = ? ORDER BY id DESC LIMIT ?`,
  ),
  openOf: database.prepare(
    `SELECT id, entries, is_whole, base_hash FROM ${TABLE} WHERE state = 'open' AND source = ? ORDER BY id`,
  ),
  openCount: database.prepare(`SELECT count(*) AS count FROM ${TABLE} WHERE state = 'open'`),
  claim: database.prepare(`UPDATE ${TABLE} SET comment = ? WHERE ${IS_FREE}`),
  reject: database.prepare(`
    UPDATE ${TABLE} SET state = 'rejected', reviewed_by = ?, reviewed_at = ?, comment = ?, ${ENDED}
    WHERE ${IS_FREE}`),
  outdate: database.prepare(
    `UPDATE ${TABLE} SET state = 'outdated', ${ENDED} WHERE id = ? AND state = 'open'`,
  ),
})
