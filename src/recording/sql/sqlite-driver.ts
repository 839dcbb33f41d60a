import type BetterSqlite3 from 'better-sqlite3'
import { codeOf } from '../../core/errors'
import { missingPackage } from './missing-package'

export type SqliteDriver = typeof BetterSqlite3
export type SqliteDatabase = BetterSqlite3.Database

/** An optional package: only who opens a database loads it. */
export function loadSqlite(asker: string): SqliteDriver {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use, and at once: import() would hide that it is missing until the first row
    return require('better-sqlite3') as SqliteDriver
  } catch (cause) {
    throw missingPackage(asker, 'better-sqlite3', 'better-sqlite3', cause)
  }
}

/** How sure a commit is. `full` outlives a power cut, `normal` the death of the process. */
export type Synchronous = 'full' | 'normal'

/** A database that processes share: readers and one writer do not stand in each other's way. Waiting for a lock blocks the process. */
export function openShared(
  Driver: SqliteDriver,
  path: string,
  synchronous: Synchronous,
  busyTimeoutMs = 0,
): SqliteDatabase {
  const database = new Driver(path, { timeout: busyTimeoutMs })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma(`synchronous = ${synchronous}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))
