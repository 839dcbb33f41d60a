import { clearTimeout, performance, setTimeout } from './timers'

/** One timer, which can be set again, moved earlier and cleared. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined
  private ringsAt = Infinity

  /** `keepAlive`: while it is set, the process does not end. */
  constructor(
    private readonly ring: () => void,
    private readonly keepAlive = false,
  ) {}

  /** Rings once, in `ms` milliseconds. Replaces what was set before. */
  set(ms: number): void {
    this.clear()
    this.ringsAt = performance.now() + ms
    this.timer = setTimeout(() => {
      this.ringsAt = Infinity
      this.ring()
    }, ms)
    if (!this.keepAlive) this.timer.unref()
  }

  /** Rings in `ms` milliseconds, unless it is set to ring earlier. */
  ringWithin(ms: number): void {
    if (performance.now() + ms < this.ringsAt) this.set(ms)
  }

  clear(): void {
    clearTimeout(this.timer)
    this.ringsAt = Infinity
  }
}
