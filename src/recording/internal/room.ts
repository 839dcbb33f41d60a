import type { Clock } from './clock'
import type { Entry } from './row-queue'

interface Waiting {
  entries: readonly Entry[]
  readonly settle: (taken: boolean) => void
}

/** Those who wait for room, first come first served, each for a bounded time. */
export class Room {
  private readonly waiting: Waiting[] = []

  constructor(
    private readonly timeoutMs: number,
    private readonly clock: Clock,
    private readonly onLate: (entries: readonly Entry[]) => void,
  ) {}

  get rows(): number {
    return this.waiting.reduce((sum, { entries }) => sum + entries.length, 0)
  }

  get first(): Entry | undefined {
    return this.waiting[0]?.entries[0]
  }

  /** True once all of them were taken out again, false when the time was up before. */
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

  /** The next rows, at most so many. */
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
    this.onLate(waiting.entries)
  }
}
