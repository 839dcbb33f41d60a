import { randomUUID } from 'node:crypto'
import { LiveflagError, withCode } from '../../core/errors'
import type { Batch, DropRow } from '../store'
import { batchOf, entriesOf, type Entry } from './row-queue'
import { SpillConnection, type StoredChunk } from './spill-connection'

/** Rows of the spill file, and the ids of their batches. */
export interface Chunk {
  readonly ids: readonly string[]
  readonly entries: readonly Entry[]
}

/**
 * Rows that wait on the local disk until the store is back. A row is durable when `append` returns.
 * Processes may share a file.
 */
export class SpillFile {
  /** Rows that were in the file when it was opened, and in files that took its place. */
  found: number
  private connection: SpillConnection
  /**
   * Rows that were there at the start and that this process added, less those it removed; others may
   * add and remove rows, too.
   */
  private waiting: number

  constructor(
    private readonly path: string,
    private readonly onLost: (error: LiveflagError) => void,
  ) {
    this.connection = new SpillConnection(path)
    this.found = this.connection.sum()
    this.waiting = this.found
  }

  get rows(): number {
    return this.waiting
  }

  /** Adds rows after those that are there; with `first`, before them. Throws when that fails. */
  append(entries: readonly Entry[], first = false): void {
    const [id, rows] = [randomUUID(), entries.length]
    if (rows === 0) return
    this.add({ id, rows, batch: JSON.stringify(batchOf(entries)) }, first)
    try {
      this.reopenIfLost()
    } catch (error) {
      // These rows stay in the queue.
      this.connection.remove([id])
      throw error
    }
    this.waiting += rows
  }

  /**
   * Returns the oldest rows, about `rows` of them and at least one. Many small batches come back as
   * one large one.
   */
  head(rows: number): Chunk | undefined {
    const [ids, entries]: [string[], Entry[]] = [[], []]
    for (const { id, batch } of this.connection.oldest()) {
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
    this.waiting -= this.connection.remove(ids)
    if (this.waiting <= 0) this.waiting = this.connection.sum()
  }

  /** Counts of lost rows that a writer left when it closed. */
  drops(): readonly DropRow[] {
    return this.connection.drops()
  }

  /** Throws when that fails. */
  addDrops(drops: readonly DropRow[]): void {
    this.reopenIfLost()
    this.connection.addDrops(drops)
  }

  removeDrops(drops: readonly DropRow[]): void {
    this.connection.removeDrops(drops)
  }

  /** When the file was deleted, moved or replaced, writes its rows to the path again. */
  stayAtPath(): void {
    try {
      this.reopenIfLost()
    } catch (error) {
      this.onLost(withCode(error, 'LIVEFLAG_NOT_RECORDED'))
    }
  }

  close(): void {
    this.stayAtPath()
    this.connection.close()
  }

  private add(chunk: StoredChunk, first: boolean): void {
    try {
      this.connection.add(chunk, first)
    } catch (error) {
      if (this.connection.isAtPath()) throw error
      this.reopenIfLost()
      this.connection.add(chunk, first)
    }
  }

  /**
   * This process can still read the old file. It is closed before there is a new one, because the two
   * would share a log. Throws when there can be no new one; the rows are then in memory.
   */
  private reopenIfLost(): void {
    if (this.connection.isAtPath()) return
    const before = (this.connection = this.connection.movedToMemory())
    const next = new SpillConnection(this.path)
    try {
      next.copyFrom(before)
    } catch (error) {
      next.close()
      throw error
    }
    const found = next.sum() - before.sum()
    before.close()
    this.connection = next
    this.found += found
    this.waiting += found
    this.onLost(
      new LiveflagError(
        'LIVEFLAG_NOT_RECORDED',
        `the spill file ${this.path} was deleted, moved or replaced while it was open; its rows are in a new one at that path`,
      ),
    )
  }
}
