import { LiveflagError } from '../../core/errors'
import type { Clock } from '../../runtime/clock'

interface Waiter {
  readonly from: number
  readonly to: number
  lost: number
  readonly settle: (failure?: Error) => void
}

/** Callers that wait until rows are durable. A row is known by its place, and places only grow. */
export class DurableWaiters {
  private waiting: Waiter[] = []

  constructor(
    private readonly timeoutMs: number,
    private readonly clock: Clock,
  ) {}

  /** Rejects when some of the rows are lost, or when the time is up. */
  wait(from: number, to: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = (): void => {
        this.waiting = this.waiting.filter((one) => one !== waiter)
        reject(notRecorded(`are not written after ${this.timeoutMs} ms; the writer goes on trying`))
      }
      const cancel = this.clock.after(this.timeoutMs, late, true)
      const settle = (failure?: Error): void => {
        cancel()
        if (failure) reject(failure)
        else resolve()
      }
      const waiter: Waiter = { from, to, lost: 0, settle }
      this.waiting.push(waiter)
    })
  }

  lost(places: readonly number[]): void {
    for (const waiter of this.waiting)
      waiter.lost += places.filter((place) => place >= waiter.from && place < waiter.to).length
  }

  /** Settles callers whose rows all have places before this one: none of those waits any more. */
  reached(place: number): void {
    const done = this.waiting.filter(({ to }) => to <= place)
    if (done.length === 0) return
    this.waiting = this.waiting.filter(({ to }) => to > place)
    for (const { lost, settle } of done)
      settle(lost > 0 ? notRecorded(`were lost: ${lost} dropped or refused`) : undefined)
  }
}

const notRecorded = (what: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_NOT_RECORDED',
    `rows ${what}; the stats and onError of the writer say more`,
  )
