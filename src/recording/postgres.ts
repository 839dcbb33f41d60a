import type { ConnectionOptions } from 'node:tls'
import type { PoolConfig } from 'pg'
import { LiveflagError } from '../core/errors'
import { checkValues, type OptionKind } from '../core/options'
import { POSITIVE_INTEGER, POSITIVE_INTEGER_MS } from './option-kinds'
import { postgresEngine, type PostgresSettings } from './sql/postgres-engine'
import { SqlStore } from './sql/store'
import { writeThread } from './sql/thread/write-thread'
import type { Store } from './store'

export interface PostgresStoreOptions {
  /** Connections at most, besides the thread's. Default 4. */
  readonly poolSize?: number
  /** Of making a connection, and of waiting for one that is free. Default 2000. */
  readonly connectTimeoutMs?: number
  /**
   * Of a statement, waiting for locks included; a connection that is silent for a second longer is
   * given up. Default 5000.
   */
  readonly statementTimeoutMs?: number
  /** As node:tls takes it; `sslmode` in the URL does, too. */
  readonly ssl?: boolean | ConnectionOptions
  /** What `pg_stat_activity` shows. Default liveflag. */
  readonly applicationName?: string
  /**
   * Writes of so many rows are done by a thread with a connection of its own, smaller ones between
   * requests. Default 100; Infinity for no thread.
   */
  readonly threadFromRows?: number
}

/**
 * Records in a PostgreSQL database, 12 or newer, such as
 * `postgres://user:password@host:5432/database`. Needs the package pg. The first call of `open`, or
 * of any other method, connects and makes the tables, named `liveflag_…`, in the first schema of
 * the search path. Keeps no process alive.
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

const KINDS: Readonly<Record<string, OptionKind>> = {
  poolSize: POSITIVE_INTEGER,
  connectTimeoutMs: POSITIVE_INTEGER_MS,
  statementTimeoutMs: POSITIVE_INTEGER_MS,
}

function poolConfig(url: string, options: PostgresStoreOptions): PoolConfig {
  checkValues('postgresStore', options, KINDS)
  const { statementTimeoutMs = 5000 } = options
  return {
    connectionString: url,
    max: options.poolSize ?? 4,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 2000,
    statement_timeout: statementTimeoutMs,
    // The server's own limit comes first; this one is for a server that does not answer any more.
    query_timeout: statementTimeoutMs + 1000,
    // A process that is stopped in a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: options.applicationName ?? 'liveflag',
    ...(options.ssl !== undefined && { ssl: options.ssl }),
  }
}

/** Host and database of a URL, without its password. */
function nameOf(url: string): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^postgres(ql)?:$/.test(parsed.protocol))
    return `PostgreSQL ${parsed.host}${parsed.pathname}`
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    'postgresStore: the URL is none of PostgreSQL; give one such as postgres://user:password@host:5432/database',
  )
}
