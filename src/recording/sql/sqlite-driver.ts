import { codeOf } from '../../core/errors'
import type { SqliteDriver } from '../../runtime/sqlite-package'

export type SqliteDatabase = InstanceType<SqliteDriver>

/** What a commit survives. `full`: a power cut; `normal`: the death of the process. */
export type Synchronous = 'full' | 'normal'

/**
 * Opens a database that processes share: readers and one writer do not block each other. Waiting for
 * a lock blocks the thread, for at most `busyTimeoutMs`.
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
