import { asError, LiveflagError } from '../../core/errors'
import type { Clock } from '../clock'
import type { Store } from '../store'
import { batchOf, type Entry } from './row-queue'

/** What became of rows that were brought to the store. */
export interface Delivered {
  /** Of the first so many: they are in the store, or refused. */
  readonly done: number
  readonly refused: readonly Refused[]
  /** Why the rest is not done. */
  readonly failure?: Error
}

export interface Refused {
  readonly entry: Entry
  readonly reason: Error
}

/** Calls that a store has not settled yet; one that never settles any must not fill the memory. */
const MOST_HANGING = 64
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000

/** Brings rows to a store that may throw, hang or refuse some of them. */
export class Delivery {
  private hanging = 0
  private failuresInARow = 0

  constructor(
    private readonly store: Pick<Store, 'name' | 'write'>,
    private readonly storeTimeoutMs: number,
    private readonly clock: Clock,
    private readonly onCall: (seconds: number) => void,
  ) {}

  async deliver(entries: readonly Entry[]): Promise<Delivered> {
    const delivered = await this.halving(entries)
    this.failuresInARow = delivered.failure ? this.failuresInARow + 1 : 0
    return delivered
  }

  /** Before the next try: longer after each failure, and not the same for all processes. */
  pauseMs(): number {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.failuresInARow - 1), LONGEST_PAUSE_MS)
    return pause * (0.5 + this.clock.random() / 2)
  }

  /** A row that the store refuses is found by halves, so that it holds up no other. */
  private async halving(entries: readonly Entry[]): Promise<Delivered> {
    const reason = await this.write(entries)
    if (!reason) return { done: entries.length, refused: [] }
    if (!isBadRow(reason)) return { done: 0, refused: [], failure: reason }
    const [entry] = entries
    if (entry && entries.length === 1) return { done: 1, refused: [{ entry, reason }] }
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

  /** Why it failed, if it did. */
  private async write(entries: readonly Entry[]): Promise<Error | undefined> {
    if (this.hanging >= MOST_HANGING)
      return this.unavailable(`has not settled ${MOST_HANGING} calls`)
    const started = this.clock.now()
    this.hanging++
    const call = this.called(entries).finally(() => this.hanging--)
    const failure = await this.inTime(call)
    this.onCall((this.clock.now() - started) / 1000)
    return failure
  }

  private async called(entries: readonly Entry[]): Promise<Error | undefined> {
    try {
      await this.store.write(batchOf(entries))
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
      `${this.store.name} ${what}; look after the database`,
    )
  }
}

const isBadRow = (error: Error): boolean =>
  error instanceof LiveflagError && error.code === 'LIVEFLAG_BAD_ROW'
