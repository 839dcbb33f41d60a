import { LiveflagError } from '../../core/errors'
import type { Delivered, Delivery, Refused } from './delivery'
import { asError } from './error-code'
import { refusalOf } from './kinds'
import type { Ledger } from './ledger'
import type { Entry } from './row-queue'
import { SpillFile, type Chunk } from './spill-file'

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

  /** `first`: they are older than what is there. Gives the refused, and those that could not be put aside. */
  put(entries: readonly Entry[], first = false): { readonly refused: readonly Refused[]; readonly left: readonly Entry[] } {
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
        if (this.file.rows + chunk.length > this.maxRows) throw new LiveflagError('LIVEFLAG_NOT_RECORDED', `the spill file has its ${this.maxRows} rows already`)
        this.file.append(chunk, first)
        this.ledger.metric('spilled', chunk.length)
        kept += chunk.length
      }
    } catch (error) {
      this.ledger.notSpilled(asError(error))
    }
    return kept
  }
}
