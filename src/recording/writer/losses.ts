import type { DropReason, DropRow } from '../store'
import type { Delivered, Delivery, Refused } from './delivery'
import type { DurableWaiters } from './durable-waiters'
import type { Ledger } from './ledger'
import { PendingDrops } from './pending-drops'
import type { Entry } from './row-queue'
import type { Spill } from './spill'

/**
 * What happens to rows that no store gets: they are counted, here and in the store, and those who
 * wait for them hear of it.
 */
export class Losses {
  private readonly drops: PendingDrops

  constructor(
    private readonly ledger: Ledger,
    private readonly waiters: DurableWaiters,
    private readonly spill: Spill | undefined,
  ) {
    this.drops = new PendingDrops(spill?.foundDrops ?? [])
  }

  /** Whether counts wait to be written to the store. */
  get isPending(): boolean {
    return !this.drops.isEmpty
  }

  /** Returns true when there are no rows to lose. */
  drop(entries: readonly Entry[], reason: DropReason, why: string): boolean {
    if (entries.length === 0) return true
    this.ledger.dropped(entries.length, why)
    this.count(entries, reason)
    return false
  }

  refuse(refused: readonly Refused[]): void {
    if (refused.length === 0) return
    this.ledger.refused(refused)
    this.count(
      refused.map(({ entry }) => entry),
      'refused',
    )
  }

  /** Delivers rows, and the counts with them. */
  async deliver(delivery: Delivery, entries: readonly Entry[]): Promise<Delivered> {
    const drops = this.drops.next()
    const delivered = await delivery.deliver(entries, drops)
    if (delivered.withDrops) {
      this.drops.written(drops)
      this.spill?.removeFoundDrops()
    }
    return delivered
  }

  /** Writes the counts a last time. What the store does not take is left to the next writer. */
  async finish(delivery: Delivery, isStoreWell: boolean): Promise<void> {
    if (isStoreWell && this.isPending) await this.deliver(delivery, [])
    this.spill?.leaveDrops(this.drops.takeAll())
  }

  /** Blocks. With a spill file, the counts go there, and else to the store, with the rows. */
  deliverAtExit(delivery: Delivery, entries: readonly Entry[]): void {
    const drops: readonly DropRow[] = this.spill ? [] : this.drops.takeAll()
    const { done, refused } = delivery.deliverAtExit(entries, drops)
    this.ledger.written(done - refused.length, false)
    this.refuse(refused)
    this.drop(entries.slice(done), 'exit', 'the process ended before they were written')
    this.spill?.leaveDrops(this.drops.takeAll())
  }

  private count(entries: readonly Entry[], reason: DropReason): void {
    this.drops.add(entries, reason)
    this.waiters.lost(entries.map(({ place }) => place))
  }
}
