import type BetterSqlite3 from 'better-sqlite3'
import { loadOptional } from './optional-package'

export type SqliteDriver = typeof BetterSqlite3

/**
 * The driver for SQLite, which is loaded by the first who opens a database. Its native part is
 * loaded here, too: where that was built for another version of Node, the error says so, and does
 * not blame the path of a database.
 *
 * @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE
 */
export function loadSqlite(neededBy: string): SqliteDriver {
  return loadOptional(neededBy, 'better-sqlite3', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
    const Driver = require('better-sqlite3') as SqliteDriver
    new Driver(':memory:').close()
    return Driver
  })
}
