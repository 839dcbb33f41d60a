import { randomUUID } from 'node:crypto'
import type { Statement } from 'better-sqlite3'
import { LiveflagError } from '../../core/errors'
import { loadSqlite } from '../../runtime/sqlite-package'
import { refusalOf } from '../sql/tables'
import { openShared, type SqliteDatabase } from '../sql/sqlite-driver'
import type { Batch } from '../store'
import type { Delivered, Delivery, Refused } from './delivery'
import type { Ledger } from './ledger'
import { batchOf, entriesOf, type Entry } from './row-queue'

/** Rows of the spill file, and the ids of their batches. */
export interface Chunk {
  readonly ids: readonly string[]
  readonly entries: readonly Entry[]
}

interface ChunkRow {
  readonly id: string
  readonly batch: string
}

/**
 * How long a request may be held up by another process that shares the file. Such a process is never
 * long at it.
 */
const BUSY_MS = 100

/**
 * Rows that wait on the local disk until the store is back. A row is durable when `append` returns.
 * Processes may share a file.
 */
class SpillFile {
  private readonly database: SqliteDatabase
  private readonly insert: Statement<[string, number, string]>
  private readonly insertFirst: Statement<[string, number, string]>
  private readonly oldest: Statement<[], ChunkRow>
  private readonly remove: (ids: readonly string[]) => number
  private readonly sum: Statement<[], { readonly rows: number }>
  /**
   * Rows that were there at the start and that this process added, less those it removed; others may
   * add and remove rows, too.
   */
  private waiting: number

  constructor(path: string) {
    const Driver = loadSqlite('bufferedWriter with a spill file')
    try {
      this.database = openShared(Driver, path, 'full', BUSY_MS * 50)
      this.database.exec(
        'create table if not exists liveflag_spill (seq integer primary key, id text not null, rows integer not null, batch text not null)',
      )
    } catch (cause) {
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `bufferedWriter: the spill file ${path} cannot be opened (${String(cause)}); give the path of a SQLite file of its own, in a directory that is there`,
        { cause },
      )
    }
    this.database.pragma(`busy_timeout = ${BUSY_MS}`)
    this.insert = this.database.prepare(
      'insert into liveflag_spill (id, rows, batch) values (?, ?, ?)',
    )
    this.insertFirst = this.database.prepare(
      'insert into liveflag_spill (seq, id, rows, batch) select coalesce(min(seq), 1) - 1, ?, ?, ? from liveflag_spill',
    )
    this.oldest = this.database.prepare('select id, batch from liveflag_spill order by seq')
    this.remove = removing(this.database)
    this.sum = this.database.prepare('select coalesce(sum(rows), 0) as rows from liveflag_spill')
    this.waiting = this.counted()
  }

  get rows(): number {
    return this.waiting
  }

  /** Adds rows after those that are there; with `first`, before them. Throws when that fails. */
  append(entries: readonly Entry[], first = false): void {
    if (entries.length === 0) return
    ;(first ? this.insertFirst : this.insert).run(
      randomUUID(),
      entries.length,
      JSON.stringify(batchOf(entries)),
    )
    this.waiting += entries.length
  }

  /**
   * Returns the oldest rows, about `rows` of them and at least one. Many small batches come back as
   * one large one.
   */
  head(rows: number): Chunk | undefined {
    const [ids, entries]: [string[], Entry[]] = [[], []]
    for (const { id, batch } of this.oldest.iterate()) {
      ids.push(id)
      entries.push(...entriesOf(JSON.parse(batch) as Batch, () => -1))
      if (entries.length >= rows) break
    }
    if (ids.length > 0) return { ids, entries }
    this.waiting = 0
    return undefined
  }

  /**
   * Removes rows by the ids of their batches, which are never used again: another process may have
   * been quicker, and added others since.
   */
  drop({ ids }: Chunk): void {
    this.waiting -= this.remove(ids)
    if (this.waiting <= 0) this.waiting = this.counted()
  }

  close(): void {
    this.database.close()
  }

  private counted(): number {
    return this.sum.get()?.rows ?? 0
  }
}

/** The function that it returns removes batches and returns how many rows that were. */
function removing(database: SqliteDatabase): (ids: readonly string[]) => number {
  const remove = database.prepare<[string], { readonly rows: number }>(
    'delete from liveflag_spill where id = ? returning rows',
  )
  const removeAll = database.transaction((ids: readonly string[]) =>
    ids.reduce((sum, id) => sum + (remove.get(id)?.rows ?? 0), 0),
  )
  return (ids) => removeAll.immediate(ids)
}

/** Stores rows in a local file, and passes them to the store later, in order. */
export class Spill {
  readonly found: number
  private readonly file: SpillFile
  /** The rows that are being written; `done` of them are. They are removed when all are. */
  private current: Chunk | undefined
  private done = 0

  constructor(
    path: string,
    private readonly maxRows: number,
    private readonly chunkRows: number,
    private readonly ledger: Ledger,
  ) {
    this.file = new SpillFile(path)
    this.found = this.file.rows
  }

  /** Rows that are on the disk and not yet in the store. */
  get rows(): number {
    return this.file.rows - this.done
  }

  /** Whether rows are to be written, or at least to be removed. */
  get busy(): boolean {
    return this.file.rows > 0
  }

  /**
   * Stores rows. `first`: they are older than those that are there. Returns the rows that are refused,
   * and those that could not be stored.
   */
  put(
    entries: readonly Entry[],
    first = false,
  ): { readonly refused: readonly Refused[]; readonly left: readonly Entry[] } {
    const refused = entries.flatMap((entry): Refused[] => {
      const reason = refusalOf(entry.kind, entry.row)
      return reason === undefined ? [] : [{ entry, reason }]
    })
    const bad = new Set(refused.map(({ entry }) => entry))
    const storable = bad.size === 0 ? entries : entries.filter((entry) => !bad.has(entry))
    return { refused, left: storable.slice(this.stored(storable, first)) }
  }

  /** Writes the oldest rows to the store. Resolves to undefined when there are none. */
  async replay(delivery: Delivery): Promise<Delivered | undefined> {
    this.current ??= this.file.head(this.chunkRows)
    const { current } = this
    if (!current) return undefined
    const delivered = await delivery.deliver(current.entries.slice(this.done))
    this.done += delivered.done
    return delivered
  }

  /** Removes the rows that `replay` has written. */
  removeReplayed(): void {
    if (!this.current || this.done < this.current.entries.length) return
    this.file.drop(this.current)
    this.current = undefined
    this.done = 0
  }

  close(): void {
    this.file.close()
  }

  /** Stores rows; returns how many, from the first on, are on the disk now. */
  private stored(entries: readonly Entry[], first: boolean): number {
    let stored = 0
    try {
      while (stored < entries.length) {
        const chunk = entries.slice(stored, stored + this.chunkRows)
        if (this.file.rows + chunk.length > this.maxRows)
          throw new LiveflagError(
            'LIVEFLAG_NOT_RECORDED',
            `the spill file has its ${this.maxRows} rows already`,
          )
        this.file.append(chunk, first)
        this.ledger.metric('spilled', chunk.length)
        stored += chunk.length
      }
    } catch (error) {
      this.ledger.notSpilled(error)
    }
    return stored
  }
}
