import type { LiveflagError } from '../../core/errors'
import type { Statement } from './statement'
import type { AnyTable, Values } from './table'

/** A database, or one connection to it. */
export interface Connection {
  /**
   * Runs a statement. Resolves to its rows, whose members have the types that the driver reads them
   * as.
   */
  query<Row>(statement: Statement): Promise<readonly Row[]>
}

/** Adds rows, as many as there are. */
export type Insert = (connection: Connection, rows: readonly Values[]) => Promise<void>

/**
 * What one kind of database does its own way. Everything else is one set of queries for all of
 * them.
 */
export interface Engine {
  readonly name: string
  /** The type of columns that hold JSON. */
  readonly json: 'jsonb' | 'text'
  /** Connects. Resolves to a connection for single statements. */
  open(): Promise<Connection>
  /** `work` only reads. It is called again when another transaction was in the way. */
  read<T>(work: () => Promise<T>): Promise<T>
  /**
   * All or nothing. `work` is called again when the database says that only another transaction was
   * in the way.
   */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /**
   * `work` is a transaction over a connection of another thread. It is called when a transaction of
   * this thread could begin, and again when another transaction was in the way.
   */
  elsewhere<T>(work: () => Promise<T>): Promise<T>
  /**
   * Waits until nobody else holds the lock of one of these subjects, and holds their locks until
   * the transaction ends.
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
  /** The error that the caller gets for an error of the database. */
  failure(error: unknown): LiveflagError
  /** Waits for what is under way. */
  close(): Promise<void>
}
