import { randomUUID } from 'node:crypto'
import type { Statement } from 'better-sqlite3'
import { LiveflagError } from '../../core/errors'
import type { Batch } from '../store'
import { batchOf, entriesOf, type Entry } from './row-queue'
import { loadSqlite, openShared, type SqliteDatabase } from './sqlite-driver'

/** Rows that were put aside together. */
export interface Chunk {
  readonly id: string
  readonly entries: readonly Entry[]
}

interface ChunkRow {
  readonly id: string
  readonly batch: string
}

/** Another process that shares the file is never long at it; this is as long as a request may be held up. */
const BUSY_MS = 100

/** Rows that wait on the local disk until the store is back. Durable when `append` returns. Processes may share a file. */
export class SpillFile {
  private readonly database: SqliteDatabase
  private readonly insert: Statement<[string, number, string]>
  private readonly insertFirst: Statement<[string, number, string]>
  private readonly oldest: Statement<[], ChunkRow>
  private readonly remove: Statement<[string]>
  private readonly sum: Statement<[], { readonly rows: number }>
  /** What was there at the start and what this process put in, less what it took out: others may do so, too. */
  private waiting: number

  constructor(path: string) {
    const Driver = loadSqlite('bufferedWriter with a spill file')
    try {
      this.database = openShared(Driver, path, 'full', BUSY_MS * 50)
      this.database.exec('create table if not exists liveflag_spill (seq integer primary key, id text not null, rows integer not null, batch text not null)')
    } catch (cause) {
      throw new LiveflagError('LIVEFLAG_BAD_OPTION', `bufferedWriter: the spill file ${path} cannot be opened (${String(cause)}); give the path of a SQLite file of its own, in a directory that is there`, { cause })
    }
    this.database.pragma(`busy_timeout = ${BUSY_MS}`)
    this.insert = this.database.prepare('insert into liveflag_spill (id, rows, batch) values (?, ?, ?)')
    this.insertFirst = this.database.prepare('insert into liveflag_spill (seq, id, rows, batch) select coalesce(min(seq), 1) - 1, ?, ?, ? from liveflag_spill')
    this.oldest = this.database.prepare('select id, batch from liveflag_spill order by seq limit 1')
    this.remove = this.database.prepare('delete from liveflag_spill where id = ?')
    this.sum = this.database.prepare('select coalesce(sum(rows), 0) as rows from liveflag_spill')
    this.waiting = this.counted()
  }

  get rows(): number {
    return this.waiting
  }

  /** Behind what is there; `first`: before it. Throws when the disk will not have it. */
  append(entries: readonly Entry[], first = false): void {
    if (entries.length === 0) return
    ;(first ? this.insertFirst : this.insert).run(randomUUID(), entries.length, JSON.stringify(batchOf(entries)))
    this.waiting += entries.length
  }

  head(): Chunk | undefined {
    const row = this.oldest.get()
    if (row) return { id: row.id, entries: entriesOf(JSON.parse(row.batch) as Batch, () => -1) }
    this.waiting = 0
    return undefined
  }

  /** By its id, which no other chunk ever gets: another process may have been quicker, and put in others since. */
  drop({ id }: Chunk, rows: number): void {
    if (this.remove.run(id).changes > 0) this.waiting -= rows
    if (this.waiting <= 0) this.waiting = this.counted()
  }

  close(): void {
    this.database.close()
  }

  private counted(): number {
    return this.sum.get()?.rows ?? 0
  }
}
