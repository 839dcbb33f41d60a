import { createHash } from 'node:crypto'
import type {
  CompiledQuery,
  PostgresPool,
  PostgresPoolClient,
  PostgresQueryResult,
  RawBuilder,
} from 'kysely'
import type * as Pg from 'pg'
import type { Pool, PoolConfig } from 'pg'
import { asError, codeOf, LiveflagError } from '../../core/errors'
import type { Engine, Insert } from './engine'
import type { Column, Tables, Target } from './kinds'
import {
  type Connection,
  type Fragment,
  type KyselyPackage,
  loadKysely,
  missingPackage,
} from './kysely'
import { patiently } from './patience'

export type PostgresDriver = typeof Pg

/** An optional package: only who connects to PostgreSQL loads it. */
export function loadPostgres(asker: string): PostgresDriver {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on use, and at once: import() would hide that it is missing until the first row
    return require('pg') as PostgresDriver
  } catch (cause) {
    throw missingPackage(asker, 'pg', 'pg', cause)
  }
}

/** What PostgreSQL said went wrong, as five characters; empty when it was not PostgreSQL that said something. */
export function sqlState(error: unknown): string {
  const code = codeOf(error)
  return /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : ''
}

/** Connections on which something other than a statement failed are thrown away, not given to the next who asks. */
export function carefulPool(pool: Pg.Pool): PostgresPool {
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return { connect: async () => carefulClient(await pool.connect()), end: () => pool.end() }
}

function carefulClient(client: Pg.PoolClient): PostgresPoolClient {
  let broken: Error | undefined
  const query = async <Row>(
    text: string,
    parameters: readonly unknown[],
  ): Promise<PostgresQueryResult<Row>> => {
    if (broken) throw broken
    try {
      // The driver's types know less than Kysely's about which command it was; this is where they meet.
      return (await client.query({
        text,
        values: [...parameters],
      })) as unknown as PostgresQueryResult<Row>
    } catch (error) {
      if (!isOfStatement(error)) broken = asError(error)
      throw error
    }
  }
  // Kysely asks for a cursor only when it streams, which no query here does.
  return {
    query: query as PostgresPoolClient['query'],
    release: () => client.release(broken ?? false),
  }
}

/** Classes 08 and 57P end the connection. */
const isOfStatement = (error: unknown): boolean => {
  const state = sqlState(error)
  return state !== '' && !state.startsWith('08') && !state.startsWith('57P')
}

/** How long a transaction is begun again because of others. */
const RETRY_MS = 2000

/** Serialisation, deadlock, and a row that somebody put in after it was looked for. */
const OTHERS_IN_THE_WAY = new Set(['40001', '40P01', '23505'])

export interface PostgresSettings {
  /** Without a password. */
  readonly name: string
  readonly pool: PoolConfig
}

/** Loads the packages. */
export function postgresEngine({ name, pool }: PostgresSettings): PostgresEngine {
  const kysely = loadKysely('postgresStore')
  const { Pool } = loadPostgres('postgresStore')
  return new PostgresEngine(kysely, new Pool(pool), name)
}

export class PostgresEngine implements Engine {
  readonly sql: Engine['sql']
  readonly json = 'jsonb'
  readonly texts: Fragment
  private readonly connection: Connection

  constructor(
    kysely: KyselyPackage,
    private readonly pool: Pool,
    readonly name: string,
  ) {
    this.sql = kysely.sql
    this.texts = kysely.sql`select unnest(cast(${null} as text[]))`
    this.connection = new kysely.Kysely<Tables>({
      dialect: new kysely.PostgresDialect({ pool: carefulPool(pool) }),
    })
  }

  async open(): Promise<Connection> {
    return this.connection
  }

  read<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const patience = { deadline: performance.now() + RETRY_MS, firstMs: 2, longestMs: 100 }
    return patiently(
      () => this.once(work),
      (error) => OTHERS_IN_THE_WAY.has(sqlState(error)),
      patience,
    )
  }

  /** The server brings all transactions together. */
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
    // Not to_regclass: it may answer from what this connection remembers, after another has made the table.
    const { rows } = await this
      .sql`select 1 from pg_catalog.pg_class where relname = ${table} and pg_catalog.pg_table_is_visible(oid)`.execute(
      connection,
    )
    return rows.length > 0
  }

  compile<Row>(statement: RawBuilder<Row>): CompiledQuery<Row> {
    return statement.compile(this.connection)
  }

  inserting({ table, columns }: Target, conflict: Fragment): Insert {
    const { sql } = this
    const names = sql.join(columns.map(({ name }) => sql.ref(name)))
    const lists = sql.join(
      columns.map((column) => sql`cast(${null} as ${sql.raw(this.typeOf(column))}[])`),
    )
    const compiled = this.compile(
      sql`insert into ${sql.table(table)} (${names}) select * from unnest(${lists}) ${conflict}`,
    )
    return async (connection, rows) => {
      if (rows.length === 0) return
      await connection.executeQuery({
        ...compiled,
        parameters: columns.map((_, at) => rows.map((row) => row[at])),
      })
    }
  }

  textsParameter(list: readonly string[]): unknown {
    return list
  }

  failure(error: unknown): LiveflagError {
    if (error instanceof LiveflagError) return error
    const reason =
      error instanceof AggregateError ? error.errors.map(String).join(', ') : String(error)
    if (/^(22|23|54)/.test(sqlState(error))) {
      return new LiveflagError(
        'LIVEFLAG_BAD_ROW',
        `${this.name} does not take a row (${reason}); correct who records it`,
        { cause: error },
      )
    }
    return new LiveflagError(
      'LIVEFLAG_STORE_UNAVAILABLE',
      `${this.name} does not answer as it should (${reason}); look after the database and the way to it`,
      { cause: error },
    )
  }

  async close(): Promise<void> {
    // Kysely ends only a pool that it has used.
    if (!this.pool.ended) await this.pool.end()
  }

  private once<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.connection.connection().execute(async (connection) => {
      await this.run(connection, 'begin')
      try {
        const result = await work(connection)
        await this.run(connection, 'commit')
        return result
      } catch (error) {
        // A connection that is gone has rolled back; what is told is why.
        await this.run(connection, 'rollback').catch(() => undefined)
        throw error
      }
    })
  }

  private run(connection: Connection, statement: string): Promise<unknown> {
    return this.sql.raw(statement).execute(connection)
  }

  /** In order, so that no two transactions wait for each other. */
  private async lockKeys(connection: Connection, keys: readonly bigint[]): Promise<void> {
    const sorted = [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)).map(String)
    await this
      .sql`select pg_advisory_xact_lock(key) from unnest(cast(${sorted} as bigint[])) as key`.execute(
      connection,
    )
  }

  private typeOf({ type }: Column): string {
    return type === 'json' ? this.json : type
  }
}

/** Advisory locks are numbers, of one space for everyone who uses the database: a digest keeps clear of others. */
function lockKey(name: string): bigint {
  return createHash('sha256').update(`liveflag ${name}`).digest().readBigInt64BE()
}
