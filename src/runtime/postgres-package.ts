import type * as Pg from 'pg'
import type { Pool, PoolConfig } from 'pg'
import { loadOptional } from './optional-package'
import type { PostgresOptions } from './postgres-options'

/** The settings of a pool, whose idle connections do not keep the process alive. */
export function postgresPool(url: string, options: PostgresOptions): PoolConfig {
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

/**
 * A pool of connections that outlives those that break.
 *
 * @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE
 */
export function openPostgresPool(neededBy: string, settings: PoolConfig): Pool {
  const { Pool } = loadPostgres(neededBy)
  const pool = new Pool(settings)
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

/** @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE */
export const loadPostgres = (neededBy: string): typeof Pg =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
  loadOptional(neededBy, 'pg', () => require('pg') as typeof Pg)
