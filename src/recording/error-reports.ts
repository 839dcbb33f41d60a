import { LiveflagError } from '../core/errors'
import type { Clock } from '../runtime/clock'

/** The errors of one topic: the last that was reported, and those held back since. */
interface ReportedErrors {
  readonly at: number
  heldBack: number
  last: LiveflagError | undefined
}

/**
 * Limits how often errors are reported: the first of a topic at once, then at most one in each
 * interval, which says how many there were.
 */
export class ErrorReports {
  private readonly topics = new Map<string, ReportedErrors>()

  constructor(
    private readonly onError: (error: LiveflagError) => void,
    private readonly everyMs: number,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  report(topic: string, error: LiveflagError, times = 1): void {
    const known = this.topics.get(topic)
    if (known && this.clock.now() - known.at < this.everyMs) {
      known.heldBack += times
      known.last = error
      return
    }
    this.pass(withMore(error, known?.heldBack ?? 0))
    this.topics.set(topic, { at: this.clock.now(), heldBack: 0, last: undefined })
  }

  /** Reports what was held back. */
  end(): void {
    for (const { heldBack, last } of this.topics.values())
      if (last) this.pass(withMore(last, heldBack - 1))
    this.topics.clear()
  }

  private pass(error: LiveflagError): void {
    try {
      this.onError(error)
    } catch {
      // An application's listener for errors must not break what reports them.
    }
  }
}

const withMore = (error: LiveflagError, more: number): LiveflagError =>
  more > 0
    ? new LiveflagError(error.code, `${error.message} (and ${more} more of this kind)`, {
        cause: error,
      })
    : error
