import { Alarm } from '../../../runtime/alarm'
import { performance } from '../../../runtime/timers'
import { withinTime } from '../../../runtime/wait'
import { HEAD, ROLLOUT } from '../../../sources/fleet-records'
import type { KeyStore, KeyWatch } from '../../../sources/key-store'
import type { Fleet, FleetEvent } from './contract'
import type { FleetStore, FleetStores } from './fleet-stores'
import { fleetOf } from './fleet-view'

/** Pauses between two looks at a store. */
const STAGED_MS = 1000
const WATCHED_MS = 2000
const UNWATCHED_MS = 15_000
/** A page that shows processes asks more often than this. */
const SHOWN_FOR_MS = 30_000
/** Reading what very many processes say takes long; it is not done all the time. */
const SHARE_OF_TIME = 4
const MOST_READING_MS = 5000

/** Tells of what changes in the fleets while somebody has a page open. */
export class FleetWatch {
  private readonly watched = new Map<FleetStore, WatchedFleet>()
  private isOpen = false
  private shownUntil = 0

  constructor(
    private readonly stores: FleetStores,
    private readonly changed: (event: FleetEvent) => void,
  ) {}

  /** Somebody has a page open. Also called when the sources may be others. */
  open(): void {
    this.isOpen = true
    const all = this.stores.all()
    for (const [fleet, watched] of this.watched) if (!all.includes(fleet)) this.end(fleet, watched)
    for (const fleet of all)
      if (!this.watched.has(fleet)) this.watched.set(fleet, this.begin(fleet))
  }

  /** Nobody has. */
  close(): void {
    this.isOpen = false
    for (const [fleet, watched] of this.watched) this.end(fleet, watched)
  }

  /** Somebody looks at the processes. */
  show(): void {
    this.shownUntil = performance.now() + SHOWN_FOR_MS
    if (this.isOpen) for (const watched of this.watched.values()) watched.lookWithin(WATCHED_MS)
  }

  /** Each fleet as it was seen last. */
  latest(): readonly FleetEvent[] {
    return [...this.watched.values()].flatMap(({ latest }) => latest ?? [])
  }

  private begin(fleet: FleetStore): WatchedFleet {
    return new WatchedFleet(fleet, () => performance.now() < this.shownUntil, this.changed)
  }

  private end(fleet: FleetStore, watched: WatchedFleet): void {
    watched.close()
    this.watched.delete(fleet)
  }
}

class WatchedFleet {
  latest: FleetEvent | undefined
  private seen = ''
  private isClosed = false
  private isLooking = false
  private isDue = false
  private readonly watch: KeyWatch | undefined
  private readonly next = new Alarm(() => void this.look())

  constructor(
    private readonly fleet: FleetStore,
    private readonly isShown: () => boolean,
    private readonly changed: (event: FleetEvent) => void,
  ) {
    this.watch = watchOf(fleet.store, () => this.lookWithin(0))
    this.lookWithin(0)
  }

  lookWithin(ms: number): void {
    if (this.isLooking) this.isDue ||= ms === 0
    else if (!this.isClosed) this.next.ringWithin(ms)
  }

  close(): void {
    this.isClosed = true
    this.next.clear()
    this.watch?.close()
  }

  /** Does not reject: a store that is away is a problem of the source, which reports it. */
  private async look(): Promise<void> {
    this.isLooking = true
    this.isDue = false
    const began = performance.now()
    const found = await withinTime<Found | undefined>(
      fleetOf(this.fleet).catch(() => undefined),
      MOST_READING_MS,
      () => undefined,
    )
    this.isLooking = false
    if (this.isClosed) return
    if (found) this.compare(found)
    const pause = this.latest?.staged ? STAGED_MS : this.isShown() ? WATCHED_MS : UNWATCHED_MS
    this.next.set(this.isDue ? 0 : Math.max(pause, (performance.now() - began) * SHARE_OF_TIME))
  }

  private compare(found: Found): void {
    const { source, staged, processes } = found
    this.latest = { source, staged }
    const seen = JSON.stringify({ ...found, processes: processes.map(withoutTime) })
    if (seen === this.seen) return
    this.seen = seen
    this.changed(this.latest)
  }
}

type Found = Omit<Fleet, 'stores'>

const withoutTime = (one: Fleet['processes'][number]): object => ({ ...one, silentMs: 0 })

/** Undefined of a store that tells nobody: it is looked at, from time to time. */
const watchOf = (store: KeyStore, changed: () => void): KeyWatch | undefined =>
  store.notifies
    ? store.watch([HEAD, ROLLOUT], { live: changed, changed, down: () => undefined })
    : undefined
