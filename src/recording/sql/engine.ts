import type { CompiledQuery, RawBuilder } from 'kysely'
import type { LiveflagError } from '../../core/errors'
import type { Target, Values } from './kinds'
import type { Connection, Fragment, Sql } from './kysely'

/** Adds rows, as many as there are. */
export type Insert = (connection: Connection, rows: readonly Values[]) => Promise<void>

/** What one kind of database does its own way. Everything else is one set of queries for all of them. */
export interface Engine {
  readonly name: string
  readonly sql: Sql
  /** The type of columns that hold JSON. */
  readonly json: 'jsonb' | 'text'
  /** Connects; what it gives is for single statements. */
  open(): Promise<Connection>
  /** `work` only reads. It is called again when somebody was in the way. */
  read<T>(work: () => Promise<T>): Promise<T>
  /** All or nothing. `work` is called again when the database says that only another transaction was in the way. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  /** `work` is a transaction over a connection of another thread: called when one of this thread could be, and again when somebody was in the way. */
  elsewhere<T>(work: () => Promise<T>): Promise<T>
  /** Until the end of the transaction, nobody else who asks for the lock of one of these subjects gets it. */
  lock(connection: Connection, subjects: readonly string[]): Promise<void>
  lockSchema(connection: Connection): Promise<void>
  hasTable(connection: Connection, table: string): Promise<boolean>
  /** A statement made once: whoever runs it puts in its own parameters. */
  compile<Row>(statement: RawBuilder<Row>): CompiledQuery<Row>
  /** A constant statement for any number of rows; `conflict` is an `on conflict` clause, or nothing. */
  inserting(target: Target, conflict: Fragment): Insert
  /** A query of one column of texts, out of one parameter; and what that parameter is for a list of them. */
  readonly texts: Fragment
  textsParameter(list: readonly string[]): unknown
  /** What an error of the database means to who called. */
  failure(error: unknown): LiveflagError
  /** Waits for what is under way. */
  close(): Promise<void>
}
