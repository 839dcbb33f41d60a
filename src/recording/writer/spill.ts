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

/** Rows that were put aside, and under which ids: one for each time. */
export interface Chunk {
  readonly ids: readonly string[]
  readonly entries: readonly Entry[]
}

interface ChunkRow {
  readonly id: string
  readonly batch: string
}

/**
 * Another process that shares the file is never long at it; this is as long as a request may be
 * held up.
 */
const BUSY_MS = 100

/**
 * Rows that wait on the local disk until the store is back. Durable when `append` returns.
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
   * What was there at the start and what this process put in, less what it took out: others may do
   * so, too.
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

  /** Behind what is there; `first`: before it. Throws when the disk will not have it. */
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
   * The oldest rows, about so many; at least one. What was put aside in many small pieces comes
   * back in large ones.
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
   * By ids, which no other rows ever get: another process may have been quicker, and put in others
   * since.
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

/** Gives the number of rows that are gone now. */
function removing(database: SqliteDatabase): (ids: readonly string[]) => number {
  const remove = database.prepare<[string], { readonly rows: number }>(
    'delete from liveflag_spill where id = ? returning rows',
  )
  const removeAll = database.transaction((ids: readonly string[]) =>
    ids.reduce((sum, id) => sum + (remove.get(id)?.rows ?? 0), 0),
  )
  return (ids) => removeAll.immediate(ids)
}

/** Puts rows aside, and brings them to the store later, in order. */
export class Spill {
  readonly found: number
  private readonly file: SpillFile
  /** What is being brought, less what is done of it; it is removed when all is. */
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

  /** On the disk, and not yet in the store. */
  get rows(): number {
    return this.file.rows - this.done
  }

  /** Something is to be brought, or at least to be removed. */
  get busy(): boolean {
    return this.file.rows > 0
  }

  /**
   * `first`: they are older than what is there. Gives the refused, and those that could not be put
   * aside.
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
    const sound = bad.size === 0 ? entries : entries.filter((entry) => !bad.has(entry))
    return { refused, left: sound.slice(this.kept(sound, first)) }
  }

  /** Brings the oldest rows. Undefined: there are none. */
  async replay(delivery: Delivery): Promise<Delivered | undefined> {
    this.current ??= this.file.head(this.chunkRows)
    const { current } = this
    if (!current) return undefined
    const delivered = await delivery.deliver(current.entries.slice(this.done))
    this.done += delivered.done
    return delivered
  }

  /** To be called when all that was brought is done. */
  removeReplayed(): void {
    if (!this.current || this.done < this.current.entries.length) return
    this.file.drop(this.current)
    this.current = undefined
    this.done = 0
  }

  close(): void {
    this.file.close()
  }

  /** How many of the rows are on the disk now, from the first on. */
  private kept(entries: readonly Entry[], first: boolean): number {
    let kept = 0
    try {
      while (kept < entries.length) {
        const chunk = entries.slice(kept, kept + this.chunkRows)
        if (this.file.rows + chunk.length > this.maxRows)
          throw new LiveflagError(
            'LIVEFLAG_NOT_RECORDED',
            `the spill file has its ${this.maxRows} rows already`,
          )
        this.file.append(chunk, first)
        this.ledger.metric('spilled', chunk.length)
        kept += chunk.length
      }
    } catch (error) {
      this.ledger.notSpilled(error)
    }
    return kept
  }
}
