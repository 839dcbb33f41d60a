import type { Clock } from './clock'

interface Told {
  readonly at: number
  untold: number
  last: Error | undefined
}

/** Tells errors without a flood: of each topic one at once, then one in each interval, which says how many there were. */
export class ErrorReports {
  private readonly topics = new Map<string, Told>()

  constructor(
    private readonly onError: (error: Error) => void,
    private readonly everyMs: number,
    private readonly clock: Clock,
  ) {}

  tell(topic: string, error: Error, times = 1): void {
    const known = this.topics.get(topic)
    if (known && this.clock.now() - known.at < this.everyMs) {
      known.untold += times
      known.last = error
      return
    }
    this.pass(withMore(error, known?.untold ?? 0))
    this.topics.set(topic, { at: this.clock.now(), untold: 0, last: undefined })
  }

  /** What was kept back. */
  end(): void {
    for (const { untold, last } of this.topics.values())
      if (last) this.pass(withMore(last, untold - 1))
    this.topics.clear()
  }

  private pass(error: Error): void {
    try {
      this.onError(error)
    } catch {
      // Whoever listens for errors must not break what has them.
    }
  }
}

const withMore = (error: Error, more: number): Error =>
  more > 0
    ? new Error(`${error.message} (and ${more} more of the kind, not told one by one)`, {
        cause: error,
      })
    : error
