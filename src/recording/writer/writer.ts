import { bindMethods } from '../../runtime/bind-methods'
import type { BufferedWriter, WriterStats } from '../buffered-writer'
import { ErrorReports } from '../error-reports'
import type { Batch, Store } from '../store'
import { atEnd } from './at-end'
import { type Delivered, Delivery } from './delivery'
import { DurableWaiters } from './durable-waiters'
import { Ledger } from './ledger'
import { Losses } from './losses'
import { entriesOf, type Entry, Room, RowQueue } from './row-queue'
import type { WriterSettings } from './settings'
import { Spill } from './spill'

/** Most rows need not wait: these save a promise each. */
const YES = Promise.resolve(true)
const NO = Promise.resolve(false)

/**
 * Rows go from the queue to the store, one write at a time. While the spill file holds rows, rows go
 * from the queue to the file, and from the file to the store.
 */
export class Writer implements BufferedWriter {
  private readonly queue = new RowQueue()
  private underWay: readonly Entry[] = []
  private readonly ledger: Ledger
  private readonly delivery: Delivery
  private readonly waiters: DurableWaiters
  private readonly room: Room
  private readonly spill: Spill | undefined
  private readonly losses: Losses
  private readonly unregisterExitHook: () => void
  private places = 0
  /** Rows with a smaller place are to be written now. */
  private dueBefore = 0
  private dueTimer: (() => void) | undefined
  private pauseTimer: (() => void) | undefined
  private pumping = false
  private ended = false
  private closing: Promise<void> | undefined

  constructor(
    store: Pick<Store, 'name' | 'write' | 'writeAtExit'>,
    private readonly settings: WriterSettings,
  ) {
    bindMethods(this, ['offer', 'put', 'record', 'written', 'close'])
    const { clock, timeoutMs, storeTimeoutMs } = settings
    this.ledger = new Ledger(
      new ErrorReports(settings.onError, settings.errorsEveryMs, clock),
      settings.onMetric,
    )
    this.delivery = new Delivery(store, storeTimeoutMs, clock, (seconds) =>
      this.ledger.metric('seconds', seconds),
    )
    this.waiters = new DurableWaiters(timeoutMs, clock)
    this.room = new Room(timeoutMs, clock, (entries) => this.loseLate(entries))
    this.spill =
      settings.spill === undefined
        ? undefined
        : new Spill(settings.spill, settings.maxSpillRows, settings.flushRows, this.ledger)
    this.losses = new Losses(this.ledger, this.waiters, this.spill)
    this.unregisterExitHook = atEnd(this, settings.closeOn)
    if (this.spill?.busy === true || this.losses.isPending) this.kick()
  }

  get stats(): WriterStats {
    return {
      ...this.ledger.counts,
      found: this.spill?.found ?? 0,
      buffered: this.buffered,
      spilled: this.spill?.rows ?? 0,
    }
  }

  offer(batch: Batch): boolean {
    const entries = this.received(batch)
    return this.enqueue(entries, this.settings.whenFull === 'block')
  }

  put(batch: Batch): Promise<boolean> {
    return this.taken(this.received(batch))
  }

  async record(batch: Batch): Promise<void> {
    const entries = this.received(batch)
    const [first, last] = [entries[0], entries.at(-1)]
    if (!first || !last) return
    const durable = this.waiters.wait(first.place, last.place + 1)
    this.dueBefore = Math.max(this.dueBefore, last.place + 1)
    void this.taken(entries)
    this.releaseWaiters()
    this.kick()
    return durable
  }

  async written(): Promise<void> {
    if (this.oldestPlace === this.places) return
    const durable = this.waiters.wait(0, this.places)
    this.dueBefore = this.places
    this.kick()
    return durable
  }

  close(): Promise<void> {
    this.closing ??= this.finishClosing()
    return this.closing
  }

  private async finishClosing(): Promise<void> {
    this.room.end()
    this.resume()
    // Rows that are not written in time are spilled below.
    await this.written().catch(() => undefined)
    const isWell = this.buffered === 0
    this.ended = true
    this.dueTimer?.()
    this.pauseTimer?.()
    const left = this.spillRows([...this.underWay, ...this.queue.take(this.queue.length)], true)
    this.underWay = []
    this.losses.drop(left, 'closed', 'they were not written when the writer was closed')
    await this.losses.finish(this.delivery, isWell)
    this.releaseWaiters()
    this.ledger.end()
    this.spill?.close()
    this.unregisterExitHook()
  }

  /** Blocks. Nothing is called afterwards. */
  writeAtExit(): void {
    const waiting: Entry[] = [...this.underWay, ...this.queue.take(this.queue.length)]
    while (this.room.first) waiting.push(...this.room.take(this.settings.capacity))
    this.ended = true
    this.underWay = []
    const left = this.spillRows(waiting, true)
    this.losses.deliverAtExit(this.delivery, left)
    this.ledger.end()
    this.spill?.close()
  }

  private received(batch: Batch): Entry[] {
    const entries = entriesOf(batch, () => this.places++)
    this.ledger.received(entries.length)
    return entries
  }

  private get buffered(): number {
    return this.queue.length + this.underWay.length + this.room.rows
  }

  private get free(): number {
    return this.settings.capacity - this.queue.length - this.underWay.length
  }

  /** The place of the oldest row that waits; no row with a smaller place does. */
  private get oldestPlace(): number {
    return (this.underWay[0] ?? this.queue.first ?? this.room.first)?.place ?? this.places
  }

  private taken(entries: readonly Entry[]): Promise<boolean> {
    const { whenFull, capacity } = this.settings
    const waits =
      whenFull === 'block' &&
      !this.closing &&
      (this.room.first !== undefined || entries.length > this.free)
    if (!waits) return this.enqueue(entries, false) ? YES : NO
    // Waiting rows are bounded as well: callers that do not wait must not fill the memory.
    if (this.room.first !== undefined && this.room.rows + entries.length > capacity)
      return this.enqueue(entries, true) ? YES : NO
    const taken = this.room.wait(entries)
    this.fill()
    return taken
  }

  /**
   * Queues rows. When there are too many, the newest are dropped if `newestGo`, else the oldest.
   * Returns false when rows were dropped.
   */
  private enqueue(entries: readonly Entry[], newestGo: boolean): boolean {
    if (this.closing) return this.losses.drop(entries, 'closed', 'the writer is closed')
    const fitting = newestGo ? entries.slice(0, this.room.first ? 0 : this.free) : entries
    for (const entry of fitting) this.queue.push(entry)
    const fits = this.losses.drop(entries.slice(fitting.length), 'full', 'the buffer is full')
    if (this.free < 0) this.spillQueue()
    if (this.free < 0)
      this.losses.drop(this.queue.takeToLose(-this.free), 'full', 'the buffer is full')
    this.schedule()
    return fits
  }

  private loseLate(entries: readonly Entry[]): void {
    this.losses.drop(entries, 'timeout', `there was no room for ${this.settings.timeoutMs} ms`)
    this.schedule()
  }

  private fill(): void {
    while (this.free > 0 && this.room.first)
      for (const entry of this.room.take(this.free)) this.queue.push(entry)
    this.schedule()
  }

  private schedule(): void {
    if (this.queue.length >= this.settings.flushRows) this.dueBefore = this.places
    if (this.due || this.losses.isPending) return this.kick()
    if (this.queue.length === 0 || this.dueTimer) return
    this.dueTimer = this.settings.clock.after(this.settings.flushMs, () => {
      this.dueTimer = undefined
      this.dueBefore = this.places
      this.kick()
    })
  }

  private get due(): boolean {
    return (this.queue.first?.place ?? Infinity) < this.dueBefore
  }

  /** Writes after the request that runs now, together with everything else that it records. */
  private kick(): void {
    if (this.pumping || this.ended) return
    if (this.pauseTimer && !this.spill?.busy) return
    this.pumping = true
    this.settings.clock.soon(() => void this.pump())
  }

  private async pump(): Promise<void> {
    while (!this.ended) {
      if (this.due && this.spill?.busy === true) this.spillQueue()
      if (this.pauseTimer) break
      if (this.spill?.busy === true) await this.replay(this.spill)
      else if (this.due || this.losses.isPending) await this.writeSome()
      else break
    }
    this.pumping = false
  }

  private async writeSome(): Promise<void> {
    const entries = this.queue.take(this.settings.flushRows)
    this.underWay = entries
    const delivered = await this.losses.deliver(this.delivery, entries)
    // The writer was closed meanwhile, and has spilled these rows or counted them.
    if (this.underWay !== entries) return
    this.underWay = []
    this.account(delivered, false)
    const rest = entries.slice(delivered.done)
    if (delivered.failure) this.queue.putBack(this.spillRows(rest, true))
    if (delivered.failure) this.failed(delivered.failure)
    this.releaseWaiters()
  }

  private async replay(spill: Spill): Promise<void> {
    try {
      const delivered = await spill.replay(this.delivery)
      if (this.ended || !delivered) return
      this.account(delivered, true)
      if (delivered.failure) this.failed(delivered.failure)
      else spill.removeReplayed()
    } catch (error) {
      this.failed(error)
    }
  }

  private account({ done, refused }: Delivered, replayed: boolean): void {
    this.ledger.written(done - refused.length, replayed)
    this.losses.refuse(refused)
  }

  private failed(failure: unknown): void {
    this.ledger.failed(failure)
    this.spillQueue()
    this.pauseTimer = this.settings.clock.after(this.delivery.pauseMs(), () => this.resume())
  }

  private resume(): void {
    this.pauseTimer?.()
    this.pauseTimer = undefined
    this.kick()
  }

  private spillQueue(): void {
    if (!this.spill) return
    this.queue.putBack(this.spillRows(this.queue.take(this.queue.length), false))
    this.releaseWaiters()
  }

  /** Moves rows to the spill file. Returns those that are still in memory only. */
  private spillRows(entries: readonly Entry[], first: boolean): readonly Entry[] {
    if (!this.spill) return entries
    const { refused, left } = this.spill.put(entries, first)
    this.losses.refuse(refused)
    return left
  }

  private releaseWaiters(): void {
    this.fill()
    this.waiters.reached(this.oldestPlace)
  }
}
