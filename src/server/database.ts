import type BetterSqlite3 from 'better-sqlite3'
import { resolve } from 'node:path'
import { LiveflagError, messageOf } from '../core/errors'
import { OpenedFile } from '../runtime/opened-file'
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
    refuseLostWrites(database, resolve(path))
    return database
  } catch (cause) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${neededBy}: the database ${path} cannot be opened (${messageOf(cause)}); give the path of a SQLite file, in a directory that is there`,
      { cause },
    )
  }
}

const files = new WeakMap<ServerDatabase, OpenedFile>()

/**
 * False once the file was deleted, moved or replaced: what the path leads to has other tokens, and
 * nobody else sees what this server has.
 */
export const isAtPath = (database: ServerDatabase | undefined): boolean =>
  (database && files.get(database)?.isAtPath()) ?? true

/** Nothing that was written to a file which is not at its path any more is acknowledged. */
function refuseLostWrites(database: ServerDatabase, path: string): void {
  const file = new OpenedFile(path)
  files.set(database, file)
  const prepare = database.prepare.bind(database)
  const close = database.close.bind(database)
  const prepareChecked = (text: string): BetterSqlite3.Statement => {
    const statement = prepare(text)
    const run = statement.run.bind(statement)
    const checked = (...values: unknown[]): BetterSqlite3.RunResult => {
      const result = run(...values)
      if (file.isAtPath()) return result
      throw new LiveflagError(
        'LIVEFLAG_STORE_UNAVAILABLE',
        `the database ${path} was deleted, moved or replaced while it was open, so nothing is written to it; put the right file there, and start the server anew`,
      )
    }
    return Object.assign(statement, { run: checked })
  }
  const closeFile = (): ServerDatabase => {
    if (database.open) file.close({ pragma: (text) => database.pragma(text), close })
    return database
  }
  Object.assign(database, { prepare: prepareChecked, close: closeFile })
}
