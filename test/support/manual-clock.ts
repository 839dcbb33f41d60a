import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../src/runtime/clock'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  private time = 0
  private timers: Timer[] = []

  now = (): number => this.time

  after = (ms: number, run: () => void): (() => void) => {
    const timer: Timer = { at: this.time + ms, run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  soon = (run: () => void): void => {
    setImmediate(run)
  }

  random = (): number => 0.5

  get pending(): number {
    return this.timers.length
  }

  /** Lets what is ready run, then each timer at its time. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms
    for (;;) {
      await settled()
      const [next] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.time = Math.max(this.time, next.at)
      this.timers = this.timers.filter((one) => one !== next)
      next.run()
    }
    this.time = end
  }
}

/** A few turns of the event loop: what was ready has run, and what that made ready, too. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 8; i++) await turn()
}
