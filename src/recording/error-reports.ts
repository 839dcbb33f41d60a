import { type ErrorCode, LiveflagError, messageOf } from '../core/errors'
import type { Clock } from './clock'

/** What a topic has reported, and what it has held back since. */
interface ReportedErrors {
  readonly at: number
  heldBack: number
  last: LiveflagError | undefined
}

/**
 * Reports errors without a flood: the first of a topic at once, then one in each interval, which
 * says how many there were.
 */
export class ErrorReports {
  private readonly topics = new Map<string, ReportedErrors>()

  constructor(
    private readonly onError: (error: Error) => void,
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

/** Whatever was thrown, as an error with a code: its own, or this one. */
export const withCode = (thrown: unknown, code: ErrorCode): LiveflagError =>
  thrown instanceof LiveflagError
    ? thrown
    : new LiveflagError(code, messageOf(thrown), { cause: thrown })

const withMore = (error: LiveflagError, more: number): LiveflagError =>
  more > 0
    ? new LiveflagError(
        error.code,
        `${error.message} (and ${more} more of the kind, not told one by one)`,
        { cause: error },
      )
    : error
