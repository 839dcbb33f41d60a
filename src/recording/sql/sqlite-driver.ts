import { codeOf } from '../../core/errors'
import type { SqliteDriver } from '../../runtime/sqlite-package'

export type SqliteDatabase = InstanceType<SqliteDriver>

/** How sure a commit is. `full` outlives a power cut, `normal` the death of the process. */
export type Synchronous = 'full' | 'normal'

/**
 * A database that processes share: readers and one writer do not stand in each other's way. Waiting
 * for a lock blocks the process.
 */
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
