import type { Clock } from '../../runtime/clock'
import type { Batch } from '../store'

/** A row of a batch, and its number among all rows that this writer took. */
export interface Entry {
  readonly place: number
  readonly kind: keyof Batch
  readonly row: NonNullable<Batch[keyof Batch]>[number]
}

export const KINDS: readonly (keyof Batch)[] = [
  'configs',
  'decisions',
  'exposures',
  'usages',
  'conversions',
]

const NO_ROWS: readonly never[] = []

export const sizeOf = (batch: Batch): number =>
  KINDS.reduce((sum, kind) => sum + (batch[kind]?.length ?? 0), 0)

/** Lists the rows of a batch, kind by kind; `place` returns the next number. */
export function entriesOf(batch: Batch, place: () => number): Entry[] {
  const entries: Entry[] = []
  for (const kind of KINDS)
    for (const row of batch[kind] ?? NO_ROWS) entries.push({ place: place(), kind, row })
  return entries
}

/** The reverse of `entriesOf`; rows of a kind stay in order. */
export function batchOf(entries: readonly Entry[]): Batch {
  const batch: Partial<Record<keyof Batch, unknown[]>> = {}
  for (const { kind, row } of entries) (batch[kind] ??= []).push(row)
  // Each row came out of the list of its kind.
  return batch as Batch
}

/** First in, first out. Taking from the front is cheap, however many wait. */
export class RowQueue {
  private entries: Entry[] = []
  private head = 0

  get length(): number {
    return this.entries.length - this.head
  }

  get first(): Entry | undefined {
    return this.entries[this.head]
  }

  push(entry: Entry): void {
    this.entries.push(entry)
  }

  take(count: number): Entry[] {
    const taken = this.entries.slice(this.head, this.head + count)
    this.head += taken.length
    if (this.head > 1024 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head)
      this.head = 0
    }
    return taken
  }

  /**
   * Takes the oldest rows, to lose them. Texts of entries go last: they are few, and rows that are
   * still to come name them.
   */
  takeToLose(count: number): Entry[] {
    const lost: Entry[] = []
    const texts: Entry[] = []
    let next = this.head
    while (lost.length < count) {
      const entry = this.entries[next]
      if (!entry) break
      const list = entry.kind === 'configs' ? texts : lost
      list.push(entry)
      next++
    }
    this.head = next - texts.length
    for (const [i, text] of texts.entries()) this.entries[this.head + i] = text
    return [...lost, ...this.take(count - lost.length)]
  }

  putBack(entries: readonly Entry[]): void {
    this.entries = [...entries, ...this.entries.slice(this.head)]
    this.head = 0
  }
}

interface Waiting {
  entries: readonly Entry[]
  readonly settle: (taken: boolean) => void
}

/** Callers that wait for room, first come first served, each for a bounded time. */
export class Room {
  private readonly waiting: Waiting[] = []

  constructor(
    private readonly timeoutMs: number,
    private readonly clock: Clock,
    private readonly onTimeout: (entries: readonly Entry[]) => void,
  ) {}

  get rows(): number {
    return this.waiting.reduce((sum, { entries }) => sum + entries.length, 0)
  }

  get first(): Entry | undefined {
    return this.waiting[0]?.entries[0]
  }

  /** Resolves to true once all of them were taken, to false when the time was up before. */
  wait(entries: readonly Entry[]): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(this.timeoutMs, () => this.giveUp(waiting), true)
      const settle = (taken: boolean): void => {
        cancel()
        resolve(taken)
      }
      const waiting: Waiting = { entries, settle }
      this.waiting.push(waiting)
    })
  }

  /** Takes the next rows, at most `count`. */
  take(count: number): readonly Entry[] {
    const [waiting] = this.waiting
    if (!waiting) return []
    const taken = waiting.entries.slice(0, count)
    waiting.entries = waiting.entries.slice(count)
    if (waiting.entries.length === 0) {
      this.waiting.shift()
      waiting.settle(true)
    }
    return taken
  }

  end(): void {
    for (const waiting of [...this.waiting]) this.giveUp(waiting)
  }

  private giveUp(waiting: Waiting): void {
    this.waiting.splice(this.waiting.indexOf(waiting), 1)
    waiting.settle(false)
    this.onTimeout(waiting.entries)
  }
}
