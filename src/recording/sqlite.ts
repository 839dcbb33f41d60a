import {
  ANYTHING,
  badOption,
  checkOptions,
  numberFrom,
  oneOf,
  type OptionKinds,
} from '../core/options'
import { IN_MEMORY, sqlitePath } from '../runtime/sqlite-package'
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
 * `:memory:` is a database in this process, which ends with the store.
 *
 * @example const store = sqliteStore('/var/lib/my-app/records.db')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  const file = sqlitePath(path)
  if (file === undefined)
    throw badOption('sqliteStore', 'path', path, 'the path of a SQLite file, not a URL')
  checkOptions('sqliteStore', options, KINDS)
  const { busyTimeoutMs = 5000, synchronous = 'full', threadFromRows = 100 } = options
  const engine = sqliteEngine({ path: file, busyTimeoutMs, synchronous })
  const connection: SqliteSettings = {
    path: file,
    busyTimeoutMs: Math.min(busyTimeoutMs, THREAD_BUSY_MS),
    synchronous,
  }
  const thread = writeThread('sqliteStore', threadFromRows, {
    file: 'sqlite-thread',
    connection,
    store: engine.name,
  })
  // Only the connection that made a database in memory can see it.
  return new SqlStore(engine, file === IN_MEMORY ? undefined : thread)
}
