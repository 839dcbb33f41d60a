import { LiveflagError } from '../core/errors'
import { loadKysely } from './internal/kysely'
import { SqlStore } from './internal/sql-store'
import { loadSqlite } from './internal/sqlite-driver'
import { SqliteEngine } from './internal/sqlite-engine'
import type { Store } from './store'

export interface SqliteStoreOptions {
  /** How long a call waits while another process writes. It waits without blocking this one. Default 5000. */
  readonly busyTimeoutMs?: number
  /** `full`, the default: what was written outlives a power cut. `normal`: it outlives the death of the process, and commits are faster. */
  readonly synchronous?: 'full' | 'normal'
}

/**
 * Records in a SQLite file, which processes of one machine may share. Needs the packages kysely and better-sqlite3. The
 * file is made, migrated or opened by the first call of `open`, or of any other method.
 */
export function sqliteStore(path: string, { busyTimeoutMs = 5000, synchronous = 'full' }: SqliteStoreOptions = {}): Store {
  if (typeof path !== 'string' || path === '') throw bad('path', path, 'give the path of a SQLite file')
  if (!Number.isFinite(busyTimeoutMs) || busyTimeoutMs < 0) throw bad('busyTimeoutMs', busyTimeoutMs, 'give milliseconds')
  if (synchronous !== 'full' && synchronous !== 'normal') throw bad('synchronous', synchronous, 'give full or normal')
  return new SqlStore(new SqliteEngine(loadKysely('sqliteStore'), loadSqlite('sqliteStore'), { path, busyTimeoutMs, synchronous }))
}

const bad = (option: string, value: unknown, remedy: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `sqliteStore: ${option} is ${JSON.stringify(value)}; ${remedy}`)
