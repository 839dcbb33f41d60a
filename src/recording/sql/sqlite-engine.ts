import type { Statement as PreparedStatement } from 'better-sqlite3'
import { codeOf, LiveflagError, messageOf } from '../../core/errors'
import { type BackOff, retry } from '../../runtime/back-off'
import { isOfConnection, OpenedFile } from '../../runtime/opened-file'
import { SerialQueue } from '../../runtime/serial-queue'
import { IN_MEMORY, loadSqlite, type SqliteDriver } from '../../runtime/sqlite-package'
import type { Connection, Engine, Insert, Snapshot } from './engine'
import { isBusy, openShared, type SqliteDatabase, type Synchronous } from './sqlite-driver'
import { list, named, type Statement, sql } from './statement'
import type { AnyTable } from './table'
import { TimeSlice } from '../../runtime/time-slice'
import { nextTurn, performance } from '../../runtime/timers'

export interface SqliteSettings {
  /** Absolute, or `:memory:`. */
  readonly path: string
  readonly busyTimeoutMs: number
  readonly synchronous: Synchronous
}

/** After so many rows the event loop gets a turn; the transaction stays open meanwhile. */
const ROWS_IN_A_ROW = 100

/**
 * Pages of 4 KiB in the write-ahead log before they are copied to the file. Keys are random, so rare
 * copies write fewer pages twice.
 */
const CHECKPOINT_PAGES = 4000

/** How long to wait before a locked database is tried again. */
const PAUSES: BackOff = { firstMs: 1, longestMs: 20 }

/** Loads the package. */
export function sqliteEngine(settings: SqliteSettings): Engine {
  return new SqliteEngine(loadSqlite('sqliteStore'), settings)
}

class SqliteEngine implements Engine {
  readonly name: string
  readonly json = 'text'
  private connection: SqliteConnection | undefined
  private wasOpen = false
  /**
   * SQLite allows one writer and has no queue for it, so threads of this process queue here; without
   * a queue one of them could wait for ever.
   */
  private readonly writers = new SerialQueue()
  /** There is one connection: single statements wait for the end of a transaction. */
  private readonly users = new SerialQueue()

  constructor(
    private readonly Driver: SqliteDriver,
    private readonly settings: SqliteSettings,
  ) {
    this.name = `SQLite ${settings.path}`
  }

  async open(): Promise<Connection> {
    if (this.connection?.isAtPath() === false) this.disconnect()
    await this.connected()
    return {
      query: (statement) =>
        this.users.add(() => this.withConnection((connection) => connection.query(statement))),
    }
  }

  read<T>(work: () => Promise<T>): Promise<T> {
    return this.unlessBusy(work)
  }

  async snapshot<T>(work: (connection: Snapshot) => Promise<T>): Promise<T> {
    await this.connected()
    return this.read(() =>
      this.users.add(() => this.withConnection((connection) => connection.snapshot(work))),
    )
  }

  async transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    await this.connected()
    return this.elsewhere(() =>
      this.users.add(() => this.withConnection((connection) => connection.transaction(work))),
    )
  }

  elsewhere<T>(work: () => Promise<T>): Promise<T> {
    return this.unlessBusy(() => this.writers.add(work))
  }

  /** A transaction is the only one already. */
  async lock(): Promise<void> {}

  async lockSchema(): Promise<void> {}

  async hasTable(connection: Connection, table: string): Promise<boolean> {
    const rows = await connection.query(
      sql`select 1 from sqlite_master where type = 'table' and name = ${table}`,
    )
    return rows.length > 0
  }

  inserting({ name, columns }: AnyTable, conflict: Statement): Insert {
    const names = list(columns.map((column) => named(column.name)))
    const insert = sql`insert into ${named(name)} (${names}) values (${list(columns.map(() => null))}) ${conflict}`
    return async (_, rows) => {
      if (rows.length === 0) return
      const statement = (await this.connected()).prepared(insert)
      for (const [index, row] of rows.entries()) {
        if (index % ROWS_IN_A_ROW === ROWS_IN_A_ROW - 1) await nextTurn()
        statement.run(...row)
      }
    }
  }

  texts(texts: readonly string[]): Statement {
    return sql`select value from json_each(${JSON.stringify(texts)})`
  }

  failure(error: unknown): LiveflagError {
    if (error instanceof LiveflagError) return error
    const code = codeOf(error)
    if (/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(code))
      return this.failed(
        'LIVEFLAG_BAD_ROW',
        'does not take a row',
        'correct the code that records it',
        error,
      )
    const cannotOpen = /^SQLITE_(NOTADB|CANTOPEN)/.test(code) || error instanceof TypeError
    if (cannotOpen && !this.wasOpen) {
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
      'check the file and its disk',
      error,
    )
  }

  async close(): Promise<void> {
    this.connection?.close()
  }

  /**
   * Nothing that was written to a file which is no longer at the path is acknowledged, and nothing
   * that was read from it is returned.
   */
  private async withConnection<T>(work: (connection: SqliteConnection) => Promise<T>): Promise<T> {
    const connection = await this.connected()
    try {
      const result = await work(connection)
      if (connection.isAtPath()) return result
    } catch (error) {
      if (connection.isAtPath()) {
        if (isOfConnection(error)) this.disconnect()
        throw error
      }
    }
    this.disconnect()
    throw new LiveflagError(
      'LIVEFLAG_STORE_UNAVAILABLE',
      `${this.name} was deleted, moved or replaced while it was open; what was just written is not in it, and the next call opens it again`,
    )
  }

  /** The next call connects again. A database in memory ends with its connection, so it stays. */
  private disconnect(): void {
    if (this.settings.path === IN_MEMORY) return
    this.connection?.close()
    this.connection = undefined
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

  private async connected(): Promise<SqliteConnection> {
    const { path, synchronous } = this.settings
    this.connection ??= new SqliteConnection(
      await this.unlessBusy(() => openShared(this.Driver, path, synchronous)),
      path,
    )
    this.wasOpen = true
    return this.connection
  }

  private unlessBusy<T>(work: () => T | Promise<T>): Promise<T> {
    const deadline = performance.now() + this.settings.busyTimeoutMs
    return retry(work, (error) => isBusy(error) && performance.now() < deadline, PAUSES)
  }
}

/** Prepares each statement once: there are few, and their texts are constant. */
class SqliteConnection implements Snapshot {
  readonly isOnThisThread = true
  private readonly statements = new Map<string, PreparedStatement<unknown[]>>()
  private readonly file: OpenedFile | undefined

  constructor(
    private readonly database: SqliteDatabase,
    path: string,
  ) {
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    this.file = path === IN_MEMORY ? undefined : new OpenedFile(path)
  }

  isAtPath(): boolean {
    return this.file?.isAtPath() ?? true
  }

  async query<Row>(statement: Statement): Promise<readonly Row[]> {
    const prepared = this.prepared(statement)
    if (prepared.reader) return prepared.all(...statement.values) as Row[]
    prepared.run(...statement.values)
    return []
  }

  /** A statement that sorts or groups would hold the thread until its first row. */
  async each<Row>(statement: Statement, each: (row: Row) => void): Promise<void> {
    const slice = new TimeSlice()
    for (const row of this.prepared(statement).iterate(...statement.values)) {
      each(row as Row)
      if (slice.isOver()) await nextTurn()
    }
  }

  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    // A deferred transaction would read first, and fail when it starts to write.
    return this.within(sql`begin immediate`, work)
  }

  /** A deferred transaction takes no lock that a writer would wait for. */
  snapshot<T>(work: (connection: Snapshot) => Promise<T>): Promise<T> {
    return this.within(sql`begin deferred`, work)
  }

  private async within<T>(
    begin: Statement,
    work: (connection: Snapshot) => Promise<T>,
  ): Promise<T> {
    await this.query(begin)
    try {
      const result = await work(this)
      await this.query(sql`commit`)
      return result
    } catch (error) {
      // Some failures, such as a full disk, have ended the transaction already.
      if (this.database.inTransaction) await this.query(sql`rollback`)
      throw error
    }
  }

  prepared({ texts }: Statement): PreparedStatement<unknown[]> {
    const text = texts.join('?')
    const known = this.statements.get(text)
    if (known) return known
    const statement = this.database.prepare<unknown[]>(text)
    this.statements.set(text, statement)
    return statement
  }

  close(): void {
    if (this.file) this.file.close(this.database)
    else this.database.close()
  }
}
