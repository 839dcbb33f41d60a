import { checkOptions, type OptionKinds, ANYTHING } from '../core/options'
import { POSTGRES_OPTIONS, postgresName, type PostgresOptions } from '../runtime/postgres-options'
import { postgresPool } from '../runtime/postgres-package'
import { postgresEngine, type PostgresSettings } from './sql/postgres-engine'
import { SqlStore } from './sql/store'
import { writeThread } from './sql/thread/write-thread'
import type { Store } from './store'

/** Connections are `poolSize` at most, besides the thread's. */
export interface PostgresStoreOptions extends PostgresOptions {
  /**
   * A write of at least so many rows runs in a thread with its own connection, a smaller one on the
   * main thread. Default 100; Infinity for no thread.
   */
  readonly threadFromRows?: number
}

const CALL = 'postgresStore'
const KINDS: OptionKinds<PostgresStoreOptions> = { ...POSTGRES_OPTIONS, threadFromRows: ANYTHING }

/**
 * Stores records in a PostgreSQL database, version 12 or newer. Needs the package pg. The first call
 * of any method connects and creates the tables, named `liveflag_…`, in the first schema of the
 * search path. An idle connection does not keep the process alive.
 *
 * @example const store = postgresStore('postgres://user:password@host:5432/database')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function postgresStore(url: string, options: PostgresStoreOptions = {}): Store {
  const name = postgresName(CALL, url)
  checkOptions(CALL, options, KINDS)
  const pool = postgresPool(url, options)
  const connection: PostgresSettings = { name, pool: { ...pool, max: 1 } }
  return new SqlStore(
    postgresEngine({ name, pool }),
    writeThread(CALL, options.threadFromRows ?? 100, {
      file: 'postgres-thread',
      connection,
      store: name,
    }),
  )
}
