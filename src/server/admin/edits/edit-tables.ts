import type { ServerDatabase } from '../../database'
import type { AuditRow } from './contract'

/** Edits and proposals of a server, in the SQLite file that it shares with others. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS liveflag_edit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    made_by TEXT,
    reason TEXT,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    hash_before TEXT NOT NULL,
    hash_after TEXT NOT NULL,
    rolls_back INTEGER,
    proposal INTEGER,
    approved_by TEXT,
    is_pending INTEGER NOT NULL,
    entries TEXT NOT NULL,
    diff TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS liveflag_edit_log_pending
    ON liveflag_edit_log (id) WHERE is_pending = 1;
  CREATE INDEX IF NOT EXISTS liveflag_edit_log_rolls_back
    ON liveflag_edit_log (rolls_back) WHERE rolls_back IS NOT NULL;
  CREATE INDEX IF NOT EXISTS liveflag_edit_log_outside
    ON liveflag_edit_log (source, id) WHERE kind = 'outside';
  CREATE INDEX IF NOT EXISTS liveflag_edit_log_hash ON liveflag_edit_log (hash_after);
  CREATE TABLE IF NOT EXISTS liveflag_edit_features (
    feature TEXT NOT NULL,
    edit INTEGER NOT NULL,
    PRIMARY KEY (feature, edit)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS liveflag_seen_files (
    source TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    text TEXT
  );
  CREATE TABLE IF NOT EXISTS liveflag_proposals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    entries TEXT NOT NULL,
    diff TEXT NOT NULL,
    is_whole INTEGER NOT NULL,
    base_hash TEXT NOT NULL,
    base_text TEXT,
    new_text TEXT,
    rolls_back INTEGER,
    reviewed_by TEXT,
    reviewed_at INTEGER,
    comment TEXT,
    edit INTEGER
  );
  CREATE INDEX IF NOT EXISTS liveflag_proposals_state ON liveflag_proposals (state, id);`

/** Makes the tables where they are missing, and takes over the edits of the table before them. */
export function makeTables(database: ServerDatabase): void {
  database
    .transaction(() => {
      database.exec(TABLES)
      takeOver(database)
    })
    .immediate()
}

const FORMER = 'liveflag_edits'

/** Before, an edit was a text of JSON by its number. */
function takeOver(database: ServerDatabase): void {
  const isThere = database
    .prepare<[string], { readonly name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?",
    )
    .get(FORMER)
  if (isThere === undefined) return
  const insert = database.prepare<EditParameters>(INSERT_EDIT)
  const feature = database.prepare<[string, number]>(INSERT_FEATURE)
  const { last = 0 } =
    database
      .prepare<[], { readonly last: number }>('SELECT max(id) AS last FROM liveflag_edit_log')
      .get() ?? {}
  const rows = database
    .prepare<[], { readonly value: string }>(`SELECT value FROM ${FORMER} ORDER BY rowid`)
    .all()
  for (const { value } of rows) {
    // Where data comes in: written by a server before.
    const row = JSON.parse(value) as AuditRow
    const id = row.id + last
    const rollsBack = row.rollsBack === null ? null : row.rollsBack + last
    insert.run(...editParameters({ ...row, id, rollsBack }, false))
    for (const entry of row.entries) feature.run(entry.feature, id)
  }
  // A server of before may still run: it goes on with an empty table.
  database.exec(`DELETE FROM ${FORMER}`)
}

/** An edit that is there already becomes what it is now: confirmed. */
export const INSERT_EDIT = `
  INSERT INTO liveflag_edit_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET is_pending = excluded.is_pending`
export const INSERT_FEATURE = 'INSERT OR IGNORE INTO liveflag_edit_features VALUES (?, ?)'

export type EditParameters = (string | number | null)[]

/** Without an id SQLite gives the next one. */
export function editParameters(
  edit: Omit<AuditRow, 'id' | 'rolledBackBy'> & { readonly id?: number },
  isPending: boolean,
): EditParameters {
  const { id = null, at, by, reason, kind, source, hashBefore, hashAfter } = edit
  const { rollsBack, proposal, approvedBy, entries, diff } = edit
  return [
    ...[id, at, by, reason, kind, source, hashBefore, hashAfter, rollsBack, proposal, approvedBy],
    ...[isPending ? 1 : 0, JSON.stringify(entries), diff],
  ]
}

/** An edit as it is read: `rolled_back_by` is of the query. */
export interface StoredEdit {
  readonly id: number
  readonly at: number
  readonly made_by: string | null
  readonly reason: string | null
  readonly kind: AuditRow['kind']
  readonly source: string
  readonly hash_before: string
  readonly hash_after: string
  readonly rolls_back: number | null
  readonly rolled_back_by: number | null
  readonly proposal: number | null
  readonly approved_by: string | null
  readonly entries: string
  readonly diff: string
}

export const editOf = (stored: StoredEdit): AuditRow => ({
  id: stored.id,
  at: stored.at,
  by: stored.made_by,
  reason: stored.reason,
  kind: stored.kind,
  source: stored.source,
  // Where data comes in: written by `editParameters`.
  entries: JSON.parse(stored.entries) as AuditRow['entries'],
  diff: stored.diff,
  hashBefore: stored.hash_before,
  hashAfter: stored.hash_after,
  rollsBack: stored.rolls_back,
  rolledBackBy: stored.rolled_back_by,
  proposal: stored.proposal,
  approvedBy: stored.approved_by,
})
