import { createHash } from 'node:crypto'
import type { Pool, PoolClient, PoolConfig, QueryResultRow } from 'pg'
import { asError, codeOf, LiveflagError } from '../../core/errors'
import { type BackOff, retry } from '../../runtime/back-off'
import { openPostgresPool } from '../../runtime/postgres-package'
import type { Connection, Engine, Insert, Snapshot } from './engine'
import { list, named, raw, sql, Statement } from './statement'
import type { AnyTable } from './table'
import { performance } from '../../runtime/timers'

/**
 * Returns the SQLSTATE of an error, five characters; empty when the error is not the server's.
 */
function sqlState(error: unknown): string {
  const code = codeOf(error)
  return /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : ''
}

/**
 * Errors of the statement, its rows or other transactions: another connection would fail as well.
 * After any other error the connection is closed. A session keeps what it began with, such as
 * `default_transaction_read_only` or its search path, when that has long been changed; or it leads
 * to a server that is no longer the primary.
 */
const isOfStatement = (error: unknown): boolean =>
  /^(22|23|40|54|55P03|57014)/.test(sqlState(error))

/** For how long a transaction is repeated because others blocked it. */
const RETRY_MS = 2000
const PAUSES: BackOff = { firstMs: 2, longestMs: 100 }

/** A serialisation failure, a deadlock, and a row that somebody else has just inserted. */
const BLOCKED_BY_OTHERS = new Set(['40001', '40P01', '23505'])

export interface PostgresSettings {
  /** Without a password. */
  readonly name: string
  readonly pool: PoolConfig
}

/**
 * Between two statements a report of a million units computes for longer than a writer may be idle.
 * It holds no lock that anybody waits for, so that it may be idle for ten minutes.
 */
const BEGIN_SNAPSHOT = sql`begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = '10min'`

/** Loads the package. */
export function postgresEngine({ name, pool }: PostgresSettings): Engine {
  return new PostgresEngine(openPostgresPool('postgresStore', pool), name)
}

class PostgresEngine implements Engine {
  readonly json = 'jsonb'
  /** Connections that began before the last `open` are replaced. */
  private openings = 0
  private readonly openingOf = new WeakMap<PoolClient, number>()

  constructor(
    private readonly pool: Pool,
    readonly name: string,
  ) {
    pool.on('connect', (client) => this.openingOf.set(client, this.openings))
  }

  async open(): Promise<Connection> {
    this.openings++
    return {
      query: (statement) => this.connected((connection) => connection.query(statement)),
    }
  }

  read<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  snapshot<T>(work: (connection: Snapshot) => Promise<T>): Promise<T> {
    return this.inTransaction(BEGIN_SNAPSHOT, work)
  }

  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const deadline = performance.now() + RETRY_MS
    return retry(
      () => this.inTransaction(sql`begin`, work),
      (error) => BLOCKED_BY_OTHERS.has(sqlState(error)) && performance.now() < deadline,
      PAUSES,
    )
  }

  /** The server orders all transactions. */
  elsewhere<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  async lock(connection: Connection, subjects: readonly string[]): Promise<void> {
    await this.lockKeys(
      connection,
      subjects.map((subject) => lockKey(`subject ${subject}`)),
    )
  }

  async lockSchema(connection: Connection): Promise<void> {
    await this.lockKeys(connection, [lockKey('schema')])
  }

  async hasTable(connection: Connection, table: string): Promise<boolean> {
    // to_regclass may answer from this connection's cache after another has created the table.
    const rows = await connection.query(
      sql`select 1 from pg_catalog.pg_class where relname = ${table} and pg_catalog.pg_table_is_visible(oid)`,
    )
    return rows.length > 0
  }

  inserting({ name, columns }: AnyTable, conflict: Statement): Insert {
    const names = list(columns.map((column) => named(column.name)))
    const lists = list(
      columns.map(({ type }) => sql`cast(${[]} as ${raw(type === 'json' ? this.json : type)}[])`),
    )
    const { texts } =
      sql`insert into ${named(name)} (${names}) select * from unnest(${lists}) ${conflict}`
    return async (connection, rows) => {
      if (rows.length === 0) return
      const values = columns.map((_, at) => rows.map((row) => row[at]))
      await connection.query(new Statement(texts, values))
    }
  }

  texts(texts: readonly string[]): Statement {
    return sql`select unnest(cast(${texts} as text[]))`
  }

  failure(error: unknown): LiveflagError {
    if (error instanceof LiveflagError) return error
    const reason =
      error instanceof AggregateError ? error.errors.map(String).join(', ') : String(error)
    if (/^(22|23|54)/.test(sqlState(error))) {
      return new LiveflagError(
        'LIVEFLAG_BAD_ROW',
        `${this.name} does not take a row (${reason}); correct the code that records it`,
        { cause: error },
      )
    }
    return new LiveflagError(
      'LIVEFLAG_STORE_UNAVAILABLE',
      `${this.name} failed (${reason}); check the database and the connection to it`,
      { cause: error },
    )
  }

  async close(): Promise<void> {
    if (!this.pool.ended) await this.pool.end()
  }

  private inTransaction<T>(
    begin: Statement,
    work: (connection: Snapshot) => Promise<T>,
  ): Promise<T> {
    return this.connected(async (connection) => {
      await connection.query(begin)
      try {
        const result = await work(connection)
        await connection.query(sql`commit`)
        return result
      } catch (error) {
        // A lost connection has rolled back by itself; the first error says why it was lost.
        await connection.query(sql`rollback`).catch(() => undefined)
        throw error
      }
    })
  }

  /**
   * Runs `work` with a connection of the pool. A connection that failed for another reason than its
   * statement is closed afterwards.
   */
  private async connected<T>(work: (connection: Snapshot) => Promise<T>): Promise<T> {
    const client = await this.client()
    const connection = new PostgresConnection(client)
    try {
      return await work(connection)
    } finally {
      client.release(connection.broken ?? false)
    }
  }

  private async client(): Promise<PoolClient> {
    for (;;) {
      const client = await this.pool.connect()
      if (this.openingOf.get(client) === this.openings) return client
      client.release(true)
    }
  }

  /** Takes the locks in order, so that no two transactions wait for each other. */
  private async lockKeys(connection: Connection, keys: readonly bigint[]): Promise<void> {
    const sorted = [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)).map(String)
    await connection.query(
      sql`select pg_advisory_xact_lock(key) from unnest(cast(${sorted} as bigint[])) as key`,
    )
  }
}

class PostgresConnection implements Snapshot {
  readonly isOnThisThread = false
  /** Why the connection cannot be used any more. */
  broken: Error | undefined

  constructor(private readonly client: PoolClient) {}

  async query<Row>({ texts, values }: Statement): Promise<readonly Row[]> {
    if (this.broken) throw this.broken
    const text = texts.reduce((before, after, at) => `${before}$${at}${after}`)
    try {
      const { rows } = await this.client.query<Row & QueryResultRow>(text, [...values])
      return rows
    } catch (error) {
      if (!isOfStatement(error)) this.broken = asError(error)
      throw error
    }
  }

  /** By a cursor, which needs a transaction. */
  async each<Row>(statement: Statement, each: (row: Row) => void): Promise<void> {
    await this.query(sql`declare liveflag_rows no scroll cursor for ${statement}`)
    for (;;) {
      const rows = await this.query<Row>(FETCH)
      rows.forEach(each)
      if (rows.length < ROWS_AT_ONCE) break
    }
    await this.query(sql`close liveflag_rows`)
  }
}

/** To read so many takes some milliseconds. */
const ROWS_AT_ONCE = 2000
const FETCH = sql`fetch ${raw(String(ROWS_AT_ONCE))} from liveflag_rows`

/**
 * Advisory locks are numbers that everyone who uses the database shares: a digest does not collide
 * with those of others.
 */
function lockKey(name: string): bigint {
  return createHash('sha256').update(`liveflag ${name}`).digest().readBigInt64BE()
}
