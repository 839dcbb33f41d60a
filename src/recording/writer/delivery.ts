import { asError, LiveflagError } from '../../core/errors'
import { type BackOff, backOffMs } from '../../runtime/back-off'
import type { Clock } from '../../runtime/clock'
import { refusalOf } from '../sql/tables'
import type { CountedBatch, DropRow, Store } from '../store'
import { batchOf, type Entry } from './row-queue'

/** The result of passing rows to the store. */
export interface Delivered {
  /** How many rows, from the first on, are in the store or refused. */
  readonly done: number
  readonly refused: readonly Refused[]
  /** Whether the counts of lost rows are in the store. */
  readonly withDrops: boolean
  /** Why the rest was not written. */
  readonly failure?: Error
}

export interface Refused {
  readonly entry: Entry
  readonly reason: Error
}

/** How many calls may be unsettled: a store that never settles any must not fill the memory. */
const MOST_HANGING = 64
const PAUSES: BackOff = { firstMs: 100, longestMs: 5000 }

/** Passes rows to a store that may throw, hang or refuse some of them. */
export class Delivery {
  private hanging = 0
  private failuresInARow = 0

  constructor(
    private readonly store: Pick<Store, 'name' | 'write' | 'writeAtExit'>,
    private readonly storeTimeoutMs: number,
    private readonly clock: Clock,
    private readonly onCall: (seconds: number) => void,
  ) {}

  /** Passes rows, and counts of lost rows in the same transaction. */
  async deliver(entries: readonly Entry[], drops?: readonly DropRow[]): Promise<Delivered> {
    const delivered = await this.halving(entries, drops)
    this.failuresInARow = delivered.failure ? this.failuresInARow + 1 : 0
    return delivered
  }

  /** Blocks until the rows are written. A store that fails already is not asked. */
  deliverAtExit(entries: readonly Entry[], drops: readonly DropRow[]): Delivered {
    const refused = refusedOf(entries)
    const bad = new Set(refused.map(({ entry }) => entry))
    const batch = batchOf(entries.filter((entry) => !bad.has(entry)))
    const isWritten =
      (entries.length === bad.size && drops.length === 0) ||
      (this.failuresInARow === 0 &&
        this.store.writeAtExit?.({ ...batch, ...withDrops(drops) }, this.storeTimeoutMs) === true)
    return isWritten
      ? { done: entries.length, refused, withDrops: true }
      : { done: 0, refused: [], withDrops: false }
  }

  /** The pause before the next try: longer after each failure, and different in each process. */
  pauseMs(): number {
    return backOffMs(PAUSES, this.failuresInARow, () => this.clock.random())
  }

  /**
   * Halves a refused batch until the bad row is found, so that it holds up no other. Counts of lost
   * rows then wait for the next batch: what is refused may be them.
   */
  private async halving(
    entries: readonly Entry[],
    drops: readonly DropRow[] = NO_DROPS,
  ): Promise<Delivered> {
    const reason = await this.write(entries, drops)
    if (!reason) return { done: entries.length, refused: [], withDrops: true }
    if (!isBadRow(reason)) return { done: 0, refused: [], withDrops: false, failure: reason }
    const [entry] = entries
    // A store that takes no counts must not be asked for ever.
    if (!entry) return { done: 0, refused: [], withDrops: true }
    if (drops.length > 0) return { ...(await this.halving(entries)), withDrops: false }
    if (entries.length === 1) return { done: 1, refused: [{ entry, reason }], withDrops: false }
    const half = Math.ceil(entries.length / 2)
    const first = await this.halving(entries.slice(0, half))
    if (first.failure) return first
    const second = await this.halving(entries.slice(half))
    return {
      ...second,
      done: first.done + second.done,
      refused: [...first.refused, ...second.refused],
    }
  }

  /** Resolves to the reason when the write failed. */
  private async write(
    entries: readonly Entry[],
    drops: readonly DropRow[],
  ): Promise<Error | undefined> {
    if (this.hanging >= MOST_HANGING)
      return this.unavailable(`has not settled ${MOST_HANGING} calls`)
    const started = this.clock.now()
    this.hanging++
    const call = this.called(entries, drops).finally(() => this.hanging--)
    const failure = await this.inTime(call)
    this.onCall((this.clock.now() - started) / 1000)
    return failure
  }

  private async called(
    entries: readonly Entry[],
    drops: readonly DropRow[],
  ): Promise<Error | undefined> {
    try {
      await this.store.write({ ...batchOf(entries), ...withDrops(drops) })
      return undefined
    } catch (error) {
      return asError(error)
    }
  }

  private inTime(call: Promise<Error | undefined>): Promise<Error | undefined> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(this.storeTimeoutMs, () =>
        resolve(this.unavailable(`did not answer within ${this.storeTimeoutMs} ms`)),
      )
      void call.then((failure) => {
        cancel()
        resolve(failure)
      })
    })
  }

  private unavailable(what: string): LiveflagError {
    return new LiveflagError(
      'LIVEFLAG_STORE_UNAVAILABLE',
      `${this.store.name} ${what}; check the database`,
    )
  }
}

const NO_DROPS: readonly DropRow[] = []

const withDrops = (drops: readonly DropRow[]): Pick<CountedBatch, 'drops'> =>
  drops.length === 0 ? {} : { drops }

/** The rows that no store can hold. */
export const refusedOf = (entries: readonly Entry[]): readonly Refused[] =>
  entries.flatMap((entry) => {
    const reason = refusalOf(entry.kind, entry.row)
    return reason === undefined ? [] : [{ entry, reason }]
  })

const isBadRow = (error: Error): boolean =>
  error instanceof LiveflagError && error.code === 'LIVEFLAG_BAD_ROW'
