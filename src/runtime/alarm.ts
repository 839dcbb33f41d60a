import { type Clock, systemClock } from './clock'

/** One timer, which can be set again, moved earlier and cleared. */
export class Alarm {
  private cancel: (() => void) | undefined
  private ringsAt = Infinity

  /** `keepAlive`: while it is set, the process does not end. */
  constructor(
    private readonly ring: () => void,
    private readonly keepAlive = false,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Rings once, in `ms` milliseconds. Replaces what was set before. */
  set(ms: number): void {
    this.clear()
    this.ringsAt = this.clock.now() + ms
    const ring = (): void => {
      this.ringsAt = Infinity
      this.ring()
    }
    this.cancel = this.clock.after(ms, ring, this.keepAlive)
  }

  /** Rings in `ms` milliseconds, unless it is set to ring earlier. */
  ringWithin(ms: number): void {
    if (this.clock.now() + ms < this.ringsAt) this.set(ms)
  }

  clear(): void {
    this.cancel?.()
    this.cancel = undefined
    this.ringsAt = Infinity
  }
}
