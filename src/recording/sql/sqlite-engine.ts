import { setImmediate } from 'node:timers/promises'
import type { Statement } from 'better-sqlite3'
import type { CompiledQuery, RawBuilder, SqliteStatement } from 'kysely'
import { codeOf, LiveflagError, messageOf } from '../../core/errors'
import type { Engine, Insert } from './engine'
import type { Tables, Target } from './kinds'
import { type Connection, type Fragment, type KyselyPackage, loadKysely } from './kysely'
import { patiently } from './patience'
import {
  isBusy,
  loadSqlite,
  openShared,
  type SqliteDatabase,
  type SqliteDriver,
  type Synchronous,
} from './sqlite-driver'

/** One at a time, in the order in which they came. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve()

  /** What `work` gives, once all that came before it have settled. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work)
    this.last = turn.catch(() => undefined)
    return turn
  }
}

export interface SqliteSettings {
  readonly path: string
  readonly busyTimeoutMs: number
  readonly synchronous: Synchronous
}

/** Rows between two looks at what else the process has to do; a transaction stays open meanwhile. */
const ROWS_IN_A_ROW = 100

/** Pages of 4 KiB in the log before they go to the file: keys are random, so the fewer times, the fewer pages are written twice. */
const CHECKPOINT_PAGES = 4000

/** Loads the packages. */
export function sqliteEngine(settings: SqliteSettings): SqliteEngine {
  return new SqliteEngine(loadKysely('sqliteStore'), loadSqlite('sqliteStore'), settings)
}

export class SqliteEngine implements Engine {
  readonly name: string
  readonly sql: Engine['sql']
  readonly json = 'text'
  readonly texts: Fragment
  private readonly compiler: Connection
  private readonly begin: CompiledQuery<unknown>
  private readonly commit: CompiledQuery<unknown>
  private readonly rollback: CompiledQuery<unknown>
  private database: SqliteDatabase | undefined
  private connection: Connection | undefined
  /** SQLite has no queue for its one writer: threads of this process make their own, so that none is unlucky for long. */
  private readonly writers = new Turns()

  constructor(
    private readonly kysely: KyselyPackage,
    private readonly Driver: SqliteDriver,
    private readonly settings: SqliteSettings,
  ) {
    this.name = `SQLite ${settings.path}`
    this.sql = kysely.sql
    this.texts = kysely.sql`select value from json_each(${null})`
    this.compiler = compilerOf(kysely)
    // Not the deferred transaction of Kysely: that one would read first, and fail when it comes to write.
    this.begin = this.compile(kysely.sql`begin immediate`)
    this.commit = this.compile(kysely.sql`commit`)
    this.rollback = this.compile(kysely.sql`rollback`)
  }

  async open(): Promise<Connection> {
    if (this.connection) return this.connection
    const { path, synchronous } = this.settings
    const database = await this.unlessBusy(() => openShared(this.Driver, path, synchronous))
    this.database = database
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    this.connection = new this.kysely.Kysely<Tables>({
      dialect: new this.kysely.SqliteDialect({ database: preparingOnce(database) }),
    })
    return this.connection
  }

  read<T>(work: () => Promise<T>): Promise<T> {
    return this.unlessBusy(work)
  }

  async transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const database = await this.open()
    return this.elsewhere(() =>
      database.connection().execute((connection) => this.once(connection, work)),
    )
  }

  elsewhere<T>(work: () => Promise<T>): Promise<T> {
    return this.unlessBusy(() => this.writers.take(work))
  }

  /** Whoever is in a transaction is the only one. */
  async lock(): Promise<void> {}

  async lockSchema(): Promise<void> {}

  async hasTable(connection: Connection, table: string): Promise<boolean> {
    const { rows } = await this
      .sql`select 1 from sqlite_master where type = 'table' and name = ${table}`.execute(connection)
    return rows.length > 0
  }

  compile<Row>(statement: RawBuilder<Row>): CompiledQuery<Row> {
    return statement.compile(this.compiler)
  }

  inserting({ table, columns }: Target, conflict: Fragment): Insert {
    const { sql } = this
    const names = sql.join(columns.map(({ name }) => sql.ref(name)))
    const { sql: text } = this.compile(
      sql`insert into ${sql.table(table)} (${names}) values (${sql.join(columns.map(() => null))}) ${conflict}`,
    )
    let statement: Statement<unknown[]> | undefined
    return async (_connection, rows) => {
      if (rows.length === 0) return
      statement ??= this.opened().prepare<unknown[]>(text)
      for (const [index, row] of rows.entries()) {
        if (index % ROWS_IN_A_ROW === ROWS_IN_A_ROW - 1) await setImmediate()
        statement.run(...row)
      }
    }
  }

  textsParameter(list: readonly string[]): unknown {
    return JSON.stringify(list)
  }

  failure(error: unknown): LiveflagError {
    if (error instanceof LiveflagError) return error
    const code = codeOf(error)
    if (/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(code))
      return this.failed('LIVEFLAG_BAD_ROW', 'does not take a row', 'correct who records it', error)
    if (/^SQLITE_(NOTADB|CANTOPEN)/.test(code) || error instanceof TypeError) {
      return this.failed(
        'LIVEFLAG_BAD_OPTION',
        'cannot be opened',
        'give the path of a SQLite file, in a directory that is there',
        error,
      )
    }
    return this.failed(
      'LIVEFLAG_STORE_UNAVAILABLE',
      code === 'SQLITE_BUSY' ? `was locked for ${this.settings.busyTimeoutMs} ms` : 'failed',
      'look after the file and its disk',
      error,
    )
  }

  async close(): Promise<void> {
    await this.connection?.destroy()
    this.database?.close()
  }

  private failed(
    code: LiveflagError['code'],
    what: string,
    remedy: string,
    cause: unknown,
  ): LiveflagError {
    return new LiveflagError(code, `${this.name} ${what} (${messageOf(cause)}); ${remedy}`, {
      cause,
    })
  }

  private opened(): SqliteDatabase {
    if (this.database) return this.database
    throw new LiveflagError('LIVEFLAG_CLOSED', `${this.name} is not open`)
  }

  private async once<T>(
    connection: Connection,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    await connection.executeQuery(this.begin)
    try {
      const result = await work(connection)
      await connection.executeQuery(this.commit)
      return result
    } catch (error) {
      // Some failures, such as a full disk, have ended it already.
      if (this.database?.inTransaction === true) await connection.executeQuery(this.rollback)
      throw error
    }
  }

  private unlessBusy<T>(work: () => T | Promise<T>): Promise<T> {
    return patiently(work, isBusy, {
      deadline: performance.now() + this.settings.busyTimeoutMs,
      firstMs: 1,
      longestMs: 20,
    })
  }
}

/** Compiles; it has no database behind it, which is opened later. */
function compilerOf({
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
}: KyselyPackage): Connection {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

/** Kysely prepares a statement anew each time; its statements are few, and constant. */
function preparingOnce(database: SqliteDatabase): {
  prepare: (text: string) => SqliteStatement
  close: () => void
} {
  const statements = new Map<string, SqliteStatement>()
  return {
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      const statement = database.prepare(text)
      statements.set(text, statement)
      return statement
    },
    close: () => database.close(),
  }
}
