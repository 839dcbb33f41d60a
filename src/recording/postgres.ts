import type { PoolConfig } from 'pg'
import { LiveflagError } from '../core/errors'
import { ANYTHING, checkOptions, type OptionKinds, TEXT } from '../core/options'
import { POSITIVE_INTEGER, POSITIVE_INTEGER_MS } from './option-kinds'
import { postgresEngine, type PostgresSettings } from './sql/postgres-engine'
import { SqlStore } from './sql/store'
import { writeThread } from './sql/thread/write-thread'
import type { Store } from './store'

export interface PostgresStoreOptions {
  /** Connections at most, besides the thread's. Default 4. */
  readonly poolSize?: number
  /** How long to wait for a new connection, or for a free one. Default 2000. */
  readonly connectTimeoutMs?: number
  /**
   * How long a statement may take, waiting for locks included. A connection that does not answer for
   * a second longer is closed. Default 5000.
   */
  readonly statementTimeoutMs?: number
  /** The options of node:tls. Default: what `sslmode` in the URL says. */
  readonly ssl?: boolean | object
  /** The name in `pg_stat_activity`. Default liveflag. */
  readonly applicationName?: string
  /**
   * A write of at least so many rows runs in a thread with its own connection, a smaller one on the
   * main thread. Default 100; Infinity for no thread.
   */
  readonly threadFromRows?: number
}

/**
 * Stores records in a PostgreSQL database, version 12 or newer. Needs the package pg. The first call
 * of any method connects and creates the tables, named `liveflag_…`, in the first schema of the
 * search path. An idle connection does not keep the process alive.
 *
 * @example const store = postgresStore('postgres://user:password@host:5432/database')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function postgresStore(url: string, options: PostgresStoreOptions = {}): Store {
  const name = nameOf(url)
  const pool = poolConfig(url, options)
  const connection: PostgresSettings = { name, pool: { ...pool, max: 1 } }
  return new SqlStore(
    postgresEngine({ name, pool }),
    writeThread('postgresStore', options.threadFromRows ?? 100, {
      file: 'postgres-thread',
      connection,
      store: name,
    }),
  )
}

const KINDS: OptionKinds<PostgresStoreOptions> = {
  ssl: ANYTHING,
  applicationName: TEXT,
  threadFromRows: ANYTHING,
  poolSize: POSITIVE_INTEGER,
  connectTimeoutMs: POSITIVE_INTEGER_MS,
  statementTimeoutMs: POSITIVE_INTEGER_MS,
}

function poolConfig(url: string, options: PostgresStoreOptions): PoolConfig {
  checkOptions('postgresStore', options, KINDS)
  const { statementTimeoutMs = 5000 } = options
  return {
    connectionString: url,
    max: options.poolSize ?? 4,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 2000,
    statement_timeout: statementTimeoutMs,
    // The server's own limit comes first; this one is for a server that does not answer any more.
    query_timeout: statementTimeoutMs + 1000,
    // A process that is suspended in a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: options.applicationName ?? 'liveflag',
    ...(options.ssl !== undefined && { ssl: options.ssl }),
  }
}

/** Returns host and database of a URL, without its password. */
function nameOf(url: string): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^postgres(ql)?:$/.test(parsed.protocol))
    return `PostgreSQL ${parsed.host}${parsed.pathname}`
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    'postgresStore: this is no URL of a PostgreSQL database; give one such as postgres://user:password@host:5432/database',
  )
}
