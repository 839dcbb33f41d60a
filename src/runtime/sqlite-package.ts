import { resolve } from 'node:path'
import type BetterSqlite3 from 'better-sqlite3'
import { loadOptional } from './optional-package'

export type SqliteDriver = typeof BetterSqlite3

/** A database that only its connection can see, and that ends with it. */
export const IN_MEMORY = ':memory:'

/**
 * Returns the absolute path of a SQLite file, because a process may change its directory; or
 * `IN_MEMORY`. Undefined for what is no path: the driver would take a blank one for a temporary
 * database, and a URL for the name of a file.
 */
export function sqlitePath(path: unknown): string | undefined {
  // The driver trims paths, too.
  const trimmed = typeof path === 'string' ? path.trim() : ''
  if (trimmed === '' || /^(file|sqlite3?):/i.test(trimmed)) return undefined
  return trimmed === IN_MEMORY ? trimmed : resolve(trimmed)
}

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
