import { LiveflagError } from '../../core/errors'
import { type Delivered, type Delivery, type Refused, refusedOf } from './delivery'
import type { Ledger } from './ledger'
import type { DropRow } from '../store'
import type { Entry } from './row-queue'
import { type Chunk, SpillFile } from './spill-file'

/** Stores rows in a local file, and passes them to the store later, in order. */
export class Spill {
  private readonly file: SpillFile
  /** The rows that are being written; `done` of them are. They are removed when all are. */
  private current: Chunk | undefined
  private done = 0
  /** Counts of lost rows that an earlier writer left. */
  foundDrops: readonly DropRow[]

  constructor(
    path: string,
    private readonly maxRows: number,
    private readonly chunkRows: number,
    private readonly ledger: Ledger,
  ) {
    this.file = new SpillFile(path, (error) => ledger.notSpilled(error))
    this.foundDrops = this.file.drops()
  }

  /** Rows that were in the file before this process. */
  get found(): number {
    return this.file.found
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
    const refused = refusedOf(entries)
    const bad = new Set(refused.map(({ entry }) => entry))
    const storable = bad.size === 0 ? entries : entries.filter((entry) => !bad.has(entry))
    return { refused, left: storable.slice(this.stored(storable, first)) }
  }

  /** Writes the oldest rows to the store. Resolves to undefined when there are none. */
  async replay(delivery: Delivery): Promise<Delivered | undefined> {
    this.file.stayAtPath()
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

  /** Stores counts of lost rows for the next writer. */
  leaveDrops(drops: readonly DropRow[]): void {
    if (drops.length === 0) return
    try {
      this.file.addDrops(drops)
    } catch (error) {
      this.ledger.notSpilled(error)
    }
  }

  /** Removes those that were found, because the store has them. */
  removeFoundDrops(): void {
    if (this.foundDrops.length === 0) return
    try {
      this.file.removeDrops(this.foundDrops)
      this.foundDrops = []
    } catch {
      // The next writer writes them once more, which changes nothing.
    }
  }

  close(): void {
    try {
      this.removeReplayed()
    } catch {
      // The next writer writes these rows once more, which changes nothing.
    }
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
