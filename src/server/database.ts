import type BetterSqlite3 from 'better-sqlite3'
import { LiveflagError, messageOf } from '../core/errors'
import { loadSqlite } from '../runtime/sqlite-package'

/** A SQLite file that processes may share. */
export type ServerDatabase = BetterSqlite3.Database

/** How long a call waits while another process writes. */
const BUSY_MS = 5000

/**
 * Opens the file, or creates it. Needs the package better-sqlite3.
 *
 * @param neededBy the call that messages begin with
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when the file cannot be opened
 */
export function openDatabase(path: string, neededBy: string): ServerDatabase {
  const Database = loadSqlite(neededBy)
  try {
    const database = new Database(path, { timeout: BUSY_MS })
    database.pragma('journal_mode = WAL')
    return database
  } catch (cause) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${neededBy}: the database ${path} cannot be opened (${messageOf(cause)}); give the path of a SQLite file, in a directory that is there`,
      { cause },
    )
  }
}
