import { applyPatch, parsePatch, reversePatch } from 'diff'
import { LiveflagError, reasonOf } from '../core/errors'
import { loadSqlite } from '../runtime/sqlite-package'
import { contentHash } from '../sources/bytes'
import type { AuditRow } from './admin/edits/contract'
import type { SeenFile } from './admin/edits/edit-log'
import { editOf, type StoredEdit } from './admin/edits/edit-tables'

export type { AuditRow, EditKind } from './admin/edits/contract'

/** What a server keeps of one of its sources. */
export interface KeptSource {
  readonly source: string
  /** The newest first. */
  readonly edits: readonly AuditRow[]
  /** The text that each of them left, the newest first, and the one before; made as they are asked for. */
  texts(): Generator<KeptText>
}

/** A text as an edit left it; without an edit, as it was before the first one. */
export interface KeptText {
  readonly edit: AuditRow | undefined
  /** Undefined where it cannot be had from the newer one: too much changed at once to be kept. */
  readonly text: string | undefined
}

/**
 * Reads the log of edits in a server's SQLite file. The file is not written to, and a server may use it
 * meanwhile.
 *
 * @param neededBy the call that messages begin with
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION where there is no such log, LIVEFLAG_MISSING_PACKAGE
 */
export function readKeptEdits(path: string, neededBy: string): readonly KeptSource[] {
  const Database = loadSqlite(neededBy)
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true })
    try {
      return database.transaction(() => sourcesIn(database))()
    } finally {
      database.close()
    }
  } catch (error) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${neededBy}${path} cannot be read (${reasonOf(error)}); give the SQLite file of a server, with its edits`,
      { cause: error },
    )
  }
}

type Database = InstanceType<ReturnType<typeof loadSqlite>>

function sourcesIn(database: Database): readonly KeptSource[] {
  const seen = database
    .prepare<[], SeenFile & { readonly source: string }>(
      'SELECT source, hash, text FROM liveflag_seen_files ORDER BY source',
    )
    .all()
  const edits = database.prepare<[string], StoredEdit>(
    `SELECT edit.*, NULL AS rolled_back_by FROM liveflag_edit_log edit
     WHERE edit.source = ? AND edit.is_pending = 0 ORDER BY edit.id DESC`,
  )
  return seen.map(({ source, text }) => {
    const rows = edits.all(source).map(editOf)
    return { source, edits: rows, texts: () => textsBack(text ?? undefined, rows) }
  })
}

/**
 * From the newest text on, each edit is taken back by its diff; the hashes that the log has say whether
 * the text is right. A text that could not be read was left out by the edit after it.
 */
function* textsBack(newest: string | undefined, edits: readonly AuditRow[]): Generator<KeptText> {
  let text = newest
  for (const edit of edits) {
    if (text === undefined || isOf(text, edit.hashAfter)) {
      yield { edit, text }
      text = text === undefined ? undefined : patched(text, edit, true)
    } else yield { edit, text: patched(text, edit, false) }
  }
  const first = edits.at(-1)
  const isKnown = first === undefined || (text !== undefined && isOf(text, first.hashBefore))
  yield { edit: undefined, text: isKnown ? text : undefined }
}

function patched(text: string, edit: AuditRow, isBack: boolean): string | undefined {
  try {
    const [patch] = parsePatch(edit.diff)
    if (patch === undefined) return undefined
    const options = { autoConvertLineEndings: false }
    const found = applyPatch(text, isBack ? reversePatch(patch) : patch, options)
    if (found === false) return undefined
    // What was before a text that could not be read has another hash than the log says.
    return isBack || isOf(found, edit.hashAfter) ? found : undefined
  } catch {
    // What the log has in place of a diff that was too long.
    return undefined
  }
}

/** A byte-order mark is no part of a text, and part of its hash. */
const isOf = (text: string, hash: string): boolean =>
  contentHash(text) === hash || contentHash(`\uFEFF${text}`) === hash
