import {
  ANYTHING,
  badOption,
  checkOptions,
  numberFrom,
  oneOf,
  type OptionKinds,
} from '../core/options'
import { sqliteEngine, type SqliteSettings } from './sql/sqlite-engine'
import { SqlStore } from './sql/store'
import { writeThread } from './sql/thread/write-thread'
import type { Store } from './store'

export interface SqliteStoreOptions {
  /**
   * How long a call waits while another process writes; the event loop goes on meanwhile. Default
   * 5000.
   */
  readonly busyTimeoutMs?: number
  /**
   * `full`, the default: what was written survives a power cut. `normal`: it survives the death of
   * the process, and commits are faster.
   */
  readonly synchronous?: 'full' | 'normal'
  /**
   * A write of at least so many rows runs in a thread with its own connection, a smaller one on the
   * main thread. Default 100; Infinity for no thread.
   */
  readonly threadFromRows?: number
}

/**
 * How long the thread waits for another process. Before it tries again, admissions of this process
 * have a turn.
 */
const THREAD_BUSY_MS = 100

const KINDS: OptionKinds<SqliteStoreOptions> = {
  threadFromRows: ANYTHING,
  busyTimeoutMs: numberFrom(0, undefined, 'milliseconds'),
  synchronous: oneOf(['full', 'normal']),
}

/**
 * Stores records in a SQLite file, which processes of one machine may share. Needs the package
 * better-sqlite3. The first call of any method creates the file and brings its tables up to date.
 *
 * @example const store = sqliteStore('/var/lib/my-app/records.db')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  if (typeof path !== 'string' || path === '')
    throw badOption('sqliteStore', 'path', path, 'the path of a SQLite file')
  checkOptions('sqliteStore', options, KINDS)
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
