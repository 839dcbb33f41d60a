import type { Statement } from 'better-sqlite3'
import type { ServerDatabase } from '../../database'
import type { LastEdit } from '../contract'
import type { AuditLog, AuditRow } from './contract'
import type { EditLog, NewEdit, PendingEdit, SeenFile } from './edit-log'
import {
  editOf,
  editParameters,
  type EditParameters,
  INSERT_EDIT,
  INSERT_FEATURE,
  makeTables,
  type StoredEdit,
} from './edit-tables'
import { LastEdits } from './last-edits'
import { BadEdit } from './prepare'

/** A page of the log ends when it is as long as this. */
const MOST_CHARACTERS = 8 * 1024 * 1024

/** The log in a SQLite file that servers may share. Nothing in it is ever forgotten. */
export class SqlEditLog implements EditLog {
  private readonly sql: Statements
  private readonly lastEdits: LastEdits

  constructor(private readonly database: ServerDatabase) {
    makeTables(database)
    this.sql = statementsIn(database)
    this.lastEdits = new LastEdits(database)
  }

  begin(edit: NewEdit, claim?: () => void): number {
    return this.changing(() => {
      claim?.()
      if (this.sql.pending.get(edit.source)) throw beingSaved(edit.source)
      const id = Number(this.sql.insert.run(...editParameters(edit, true)).lastInsertRowid)
      for (const { feature } of edit.entries) this.sql.addFeature.run(feature, id)
      return id
    })
  }

  confirm(edit: PendingEdit, text: string | null): AuditRow {
    const { id, source, hashAfter, proposal, approvedBy, at } = edit
    this.changing(() => {
      // Another server may have removed a row that was pending for long.
      this.sql.insert.run(...editParameters(edit, false))
      for (const { feature } of edit.entries) this.sql.addFeature.run(feature, id)
      this.sql.see.run(source, hashAfter, text)
      if (proposal !== null) this.sql.approve.run(id, approvedBy, at, proposal)
    })
    return { ...edit, rolledBackBy: null }
  }

  cancel({ id, entries }: PendingEdit): void {
    this.changing(() => {
      this.sql.remove.run(id)
      for (const { feature } of entries) this.sql.removeFeature.run(feature, id)
    })
  }

  pendingOf(source: string): readonly PendingEdit[] {
    return this.sql.pending.all(source).map(editOf)
  }

  seen(source: string): SeenFile | undefined {
    return this.sql.seen.get(source)
  }

  see(source: string, { hash, text }: SeenFile): void {
    this.sql.see.run(source, hash, text)
  }

  addOutside(edit: NewEdit, seen: SeenFile, isCurrent: () => boolean): boolean {
    return this.changing(() => {
      if (this.seen(edit.source)?.hash !== edit.hashBefore || !isCurrent()) return false
      const id = Number(this.sql.insert.run(...editParameters(edit, false)).lastInsertRowid)
      for (const { feature } of edit.entries) this.sql.addFeature.run(feature, id)
      this.see(edit.source, seen)
      return true
    })
  }

  get(id: number): AuditRow | undefined {
    const stored = this.sql.get.get(id)
    return stored && editOf(stored)
  }

  list(feature: string | undefined, before: number, limit: number): AuditLog {
    const rows =
      feature === undefined
        ? this.sql.all.iterate(before, limit + 1)
        : this.sql.ofFeature.iterate(feature, before, limit + 1)
    const edits: AuditRow[] = []
    let size = 0
    for (const stored of rows) {
      if (edits.length === limit || size > MOST_CHARACTERS) return { edits, hasMore: true }
      size += stored.entries.length + stored.diff.length
      edits.push(editOf(stored))
    }
    return { edits, hasMore: false }
  }

  lastOf(feature: string): LastEdit | undefined {
    return this.lastEdits.of(feature)
  }

  causeOf(source: string, hash: string): Pick<AuditRow, 'by' | 'reason'> | undefined {
    return this.sql.cause.get(source, hash)
  }

  /** No other process writes at the same time. */
  private changing<Result>(change: () => Result): Result {
    const result = this.database.transaction(change).immediate()
    this.lastEdits.forgetVersion()
    return result
  }
}

/** Both would replace the same text, and the later one undo the earlier. */
const beingSaved = (source: string): BadEdit =>
  new BadEdit(409, 'busy', `another server is saving ${source}; try again`)

interface Statements {
  readonly insert: Statement<EditParameters>
  readonly remove: Statement<[number]>
  readonly addFeature: Statement<[string, number]>
  readonly removeFeature: Statement<[string, number]>
  readonly approve: Statement<[number, string | null, number, number]>
  readonly see: Statement<[string, string, string | null]>
  readonly seen: Statement<[string], SeenFile>
  readonly pending: Statement<[string], StoredEdit>
  readonly get: Statement<[number], StoredEdit>
  readonly all: Statement<[number, number], StoredEdit>
  readonly ofFeature: Statement<[string, number, number], StoredEdit>
  readonly cause: Statement<[string, string], Pick<AuditRow, 'by' | 'reason'>>
}

const EDIT = `
  SELECT edit.*, (
    SELECT max(later.id) FROM liveflag_edit_log later
    WHERE later.rolls_back = edit.id AND later.is_pending = 0
  ) AS rolled_back_by
  FROM liveflag_edit_log edit`

const statementsIn = (database: ServerDatabase): Statements => ({
  insert: database.prepare<EditParameters>(INSERT_EDIT),
  remove: database.prepare('DELETE FROM liveflag_edit_log WHERE id = ? AND is_pending = 1'),
  addFeature: database.prepare(INSERT_FEATURE),
  removeFeature: database.prepare(
    'DELETE FROM liveflag_edit_features WHERE feature = ? AND edit = ?',
  ),
  approve: database.prepare(`
    UPDATE liveflag_proposals
    SET state = 'approved', edit = ?, reviewed_by = ?, reviewed_at = ?, base_text = NULL, new_text = NULL
    WHERE id = ?`),
  see: database.prepare(`
    INSERT INTO liveflag_seen_files VALUES (?, ?, ?)
    ON CONFLICT (source) DO UPDATE SET hash = excluded.hash, text = excluded.text`),
  seen: database.prepare('SELECT hash, text FROM liveflag_seen_files WHERE source = ?'),
  pending: database.prepare(`${EDIT} WHERE edit.is_pending = 1 AND edit.source = ?`),
  get: database.prepare(`${EDIT} WHERE edit.id = ? AND edit.is_pending = 0`),
  all: database.prepare(
    `${EDIT} WHERE edit.id < ? AND edit.is_pending = 0 ORDER BY edit.id DESC LIMIT ?`,
  ),
  ofFeature: database.prepare(`
    ${EDIT} JOIN liveflag_edit_features link ON link.edit = edit.id
    WHERE link.feature = ? AND link.edit < ? AND edit.is_pending = 0 ORDER BY link.edit DESC LIMIT ?`),
  cause: database.prepare(`
    SELECT edit.made_by AS "by", edit.reason FROM liveflag_edit_log edit
    WHERE edit.source = ? AND edit.hash_after = ? AND edit.kind <> 'outside' AND NOT EXISTS (
      SELECT 1 FROM liveflag_edit_log later
      WHERE later.id > edit.id AND later.kind = 'outside' AND later.source = edit.source
    )
    ORDER BY edit.id DESC LIMIT 1`),
})
