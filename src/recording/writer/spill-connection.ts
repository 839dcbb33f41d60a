import type { Statement } from 'better-sqlite3'
import { LiveflagError, messageOf } from '../../core/errors'
import { OpenedFile } from '../../runtime/opened-file'
import { IN_MEMORY, loadSqlite } from '../../runtime/sqlite-package'
import { isBusy, openShared, type SqliteDatabase } from '../sql/sqlite-driver'
import type { DropRow } from '../store'

/** Rows that were spilled together, as the file holds them. */
export interface StoredChunk {
  readonly id: string
  readonly rows: number
  /** JSON. */
  readonly batch: string
}

/**
 * How long a request may be held up by another process that shares the file. Such a process is never
 * long at it.
 */
const BUSY_MS = 100

/** An open spill file, and its statements. */
export class SpillConnection {
  private readonly database: SqliteDatabase
  private readonly file: OpenedFile | undefined
  private readonly insert: Statement<[StoredChunk]>
  private readonly insertFirst: Statement<[StoredChunk]>
  private readonly select: Statement<[], StoredChunk>
  private readonly delete: Statement<[string], { readonly rows: number }>

  /** `path` is absolute, or in memory. Throws LIVEFLAG_BAD_OPTION when it cannot be opened. */
  constructor(path: string) {
    this.database = opened(path)
    this.file = path === IN_MEMORY ? undefined : new OpenedFile(path)
    this.insert = this.database.prepare(
      'insert into liveflag_spill (id, rows, batch) values (@id, @rows, @batch)',
    )
    this.insertFirst = this.database.prepare(
      'insert into liveflag_spill (seq, id, rows, batch) select coalesce(min(seq), 1) - 1, @id, @rows, @batch from liveflag_spill',
    )
    this.select = this.database.prepare('select id, rows, batch from liveflag_spill order by seq')
    this.delete = this.database.prepare('delete from liveflag_spill where id = ? returning rows')
  }

  /** Whether the open file is still the one at the path. A copy in memory never is. */
  isAtPath(): boolean {
    return this.file?.isAtPath() ?? false
  }

  /** A copy in memory, of a file that is not at its path any more. Closes the file. */
  movedToMemory(): SpillConnection {
    if (!this.file) return this
    const copy = new SpillConnection(IN_MEMORY)
    copy.copyFrom(this)
    this.close()
    return copy
  }

  add(chunk: StoredChunk, first: boolean): void {
    ;(first ? this.insertFirst : this.insert).run(chunk)
  }

  oldest(): IterableIterator<StoredChunk> {
    return this.select.iterate()
  }

  /** Returns the number of rows that are gone now. */
  remove(ids: readonly string[]): number {
    const removeAll = this.database.transaction((): number =>
      ids.reduce((sum, id) => sum + (this.delete.get(id)?.rows ?? 0), 0),
    )
    try {
      return removeAll.immediate()
    } catch (error) {
      if (isBusy(error)) throw error
      // On a full disk the log cannot grow, but what it holds can move into the file.
      this.database.pragma('wal_checkpoint(TRUNCATE)')
      return removeAll.immediate()
    }
  }

  /** Adds what another file holds, unless it is there already. */
  copyFrom(other: SpillConnection): void {
    const known = this.database
      .prepare<[string], number>('select 1 from liveflag_spill where id = ?')
      .pluck()
    const copyAll = (): void => {
      for (const chunk of other.oldest())
        if (known.get(chunk.id) === undefined) this.insert.run(chunk)
    }
    this.database.transaction(copyAll).immediate()
    this.addDrops(other.drops())
  }

  /** Rows in the file. */
  sum(): number {
    const sum = this.database
      .prepare<[], number>('select coalesce(sum(rows), 0) from liveflag_spill')
      .pluck()
    return sum.get() ?? 0
  }

  /** Stores counts of lost rows. One that is there already changes nothing. */
  addDrops(drops: readonly DropRow[]): void {
    const insert = this.database.prepare<[string, string]>(
      'insert into liveflag_spill_drops (id, row) values (?, ?) on conflict (id) do nothing',
    )
    const addAll = (): void => {
      for (const drop of drops) insert.run(drop.id, JSON.stringify(drop))
    }
    this.database.transaction(addAll).immediate()
  }

  drops(): readonly DropRow[] {
    const rows = this.database.prepare<[], string>('select row from liveflag_spill_drops').pluck()
    return rows.all().map((row) => JSON.parse(row) as DropRow)
  }

  removeDrops(drops: readonly DropRow[]): void {
    const remove = this.database.prepare<[string]>('delete from liveflag_spill_drops where id = ?')
    const removeAll = (): void => {
      for (const { id } of drops) remove.run(id)
    }
    this.database.transaction(removeAll).immediate()
  }

  close(): void {
    if (this.file) this.file.close(this.database)
    else this.database.close()
  }
}

function opened(path: string): SqliteDatabase {
  const Driver = loadSqlite('bufferedWriter with a spill file')
  let database: SqliteDatabase | undefined
  try {
    database = openShared(Driver, path, 'full', BUSY_MS * 50)
    database.exec(
      'create table if not exists liveflag_spill (seq integer primary key, id text not null, rows integer not null, batch text not null)',
    )
    database.exec(
      'create table if not exists liveflag_spill_drops (id text not null primary key, row text not null)',
    )
    database.pragma(`busy_timeout = ${BUSY_MS}`)
    return database
  } catch (cause) {
    database?.close()
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `bufferedWriter: the spill file ${path} cannot be opened (${messageOf(cause)}); give the path of a SQLite file of its own, in a directory that is there`,
      { cause },
    )
  }
}
