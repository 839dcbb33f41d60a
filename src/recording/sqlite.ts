import { badOption, checkValues, numberFrom, oneOf, type OptionKind } from '../core/options'
import { sqliteEngine, type SqliteSettings } from './sql/sqlite-engine'
import { SqlStore } from './sql/store'
import { writeThread } from './sql/thread/write-thread'
import type { Store } from './store'

export interface SqliteStoreOptions {
  /**
   * How long a call waits while another process writes. It waits without blocking this one. Default
   * 5000.
   */
  readonly busyTimeoutMs?: number
  /**
   * `full`, the default: what was written outlives a power cut. `normal`: it outlives the death of
   * the process, and commits are faster.
   */
  readonly synchronous?: 'full' | 'normal'
  /**
   * Writes of so many rows are done by a thread with a connection of its own, smaller ones between
   * requests. Default 100; Infinity for no thread.
   */
  readonly threadFromRows?: number
}

/**
 * The thread's wait for another process; then admissions of this process have a turn before it
 * tries again.
 */
const THREAD_BUSY_MS = 100

const KINDS: Readonly<Record<string, OptionKind>> = {
  busyTimeoutMs: numberFrom(0, undefined, 'milliseconds'),
  synchronous: oneOf(['full', 'normal']),
}

/**
 * Records in a SQLite file, which processes of one machine may share. Needs the package
 * better-sqlite3. The file is made, migrated or opened by the first call of `open`, or of any other
 * method.
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  if (typeof path !== 'string' || path === '')
    throw badOption('sqliteStore', 'path', path, 'the path of a SQLite file')
  checkValues('sqliteStore', options, KINDS)
  const { busyTimeoutMs = 5000, synchronous = 'full', threadFromRows = 100 } = options
  const engine = sqliteEngine({ path, busyTimeoutMs, synchronous })
  const connection: SqliteSettings = {
    path,
    busyTimeoutMs: Math.min(busyTimeoutMs, THREAD_BUSY_MS),
    synchronous,
  }
  return new SqlStore(
    engine,
    writeThread('sqliteStore', threadFromRows, {
      file: 'sqlite-thread',
      connection,
      store: engine.name,
    }),
  )
}
