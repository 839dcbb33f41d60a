/** From `low` to `high` times as long, at random: servers that started together must not ask together for ever. */
export function spread(ms: number, low: number, high: number): number {
  return ms * (low + Math.random() * (high - low))
}

/** How long to wait after so many failures in a row: doubling from `baseMs`, and never longer than `mostMs`. */
export function backOff(baseMs: number, failures: number, mostMs: number): number {
  return spread(Math.min(baseMs * 2 ** Math.max(failures - 1, 0), mostMs), 0.75, 1)
}

/** A single timer that can be set again, and never keeps the process alive. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined
  private at = Infinity

  constructor(private readonly ring: () => void) {}

  /** Takes the place of what was set before. */
  set(ms: number): void {
    this.clear()
    this.at = performance.now() + ms
    this.timer = setTimeout(() => {
      this.at = Infinity
      this.ring()
    }, ms).unref()
  }

  /** Rings then, unless it rings earlier anyway. */
  atLatest(ms: number): void {
    if (performance.now() + ms < this.at) this.set(ms)
  }

  clear(): void {
    clearTimeout(this.timer)
    this.at = Infinity
  }
}
