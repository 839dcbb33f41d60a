import type { LiveflagError } from '../../core/errors'
import type { Statement } from './statement'
import type { AnyTable, Values } from './table'

/** A database, or one connection to it. */
export interface Connection {
  /** Runs a statement and resolves to its rows, with values of the driver's own types. */
  query<Row>(statement: Statement): Promise<readonly Row[]>
}

/** A connection in a transaction. */
export interface Snapshot extends Connection {
  /** Whether the database works on this thread, which can do nothing else until it has a row. */
  readonly isOnThisThread: boolean
  /**
   * Runs a statement and calls `each` with its rows one by one: they are never all in memory, and
   * other work gets its turns in between.
   */
  each<Row>(statement: Statement, each: (row: Row) => void): Promise<void>
}

/** Adds rows, as many as there are. */
export type Insert = (connection: Connection, rows: readonly Values[]) => Promise<void>

/**
 * What differs between kinds of databases. Everything else is one set of queries for all of them.
 */
export interface Engine {
  readonly name: string
  /** The type of columns that hold JSON. */
  readonly json: 'jsonb' | 'text'
  /**
   * Connects anew, and resolves to a connection for single statements. It is called again after the
   * database has failed.
   */
  open(): Promise<Connection>
  /** Runs `work`, which only reads; again when another transaction blocked it. */
  read<T>(work: () => Promise<T>): Promise<T>
  /**
   * Runs `work`, which only reads, in a transaction that sees the rows of one moment; again when
   * another transaction blocked it.
   */
  snapshot<T>(work: (connection: Snapshot) => Promise<T>): Promise<T>
  /**
   * Runs `work` in a transaction: all or nothing. `work` is called again when another transaction
   * blocked it.
   */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /**
   * Runs `work`, a transaction over the connection of another thread, when a transaction of this
   * thread could begin; again when another transaction blocked it.
   */
  elsewhere<T>(work: () => Promise<T>): Promise<T>
  /**
   * Takes the locks of these subjects, waiting for whoever holds one, and holds them until the
   * transaction ends.
   */
  lock(connection: Connection, subjects: readonly string[]): Promise<void>
  lockSchema(connection: Connection): Promise<void>
  hasTable(connection: Connection, table: string): Promise<boolean>
  /**
   * Inserts into a table by one constant statement for any number of rows; `conflict` is its `on
   * conflict` clause, or empty.
   */
  inserting(table: AnyTable, conflict: Statement): Insert
  /** A query that returns these texts, in one column, from one parameter. */
  texts(list: readonly string[]): Statement
  /** Converts an error of the database to the one that the caller gets. */
  failure(error: unknown): LiveflagError
  /** Disconnects after calls in progress. */
  close(): Promise<void>
}
