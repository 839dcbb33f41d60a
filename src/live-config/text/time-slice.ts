import { performance } from '../../runtime/timers'

/** Long enough to get on, short enough that a request that waits does not notice. */
const SLICE_MS = 4

/**
 * Tells a generator when it has held the event loop for long enough: `if (slice.isOver()) yield`, after
 * every short piece of work.
 */
export class TimeSlice {
  private since = performance.now()
  private yielded = false

  isOver(): boolean {
    const now = performance.now()
    // Whoever asks again after a yes has had the rest, so a new slice begins.
    if (this.yielded) this.since = now
    this.yielded = now - this.since >= SLICE_MS
    return this.yielded
  }
}

/** Does work in one go, for a caller that has nothing else to do meanwhile. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/**
 * A copy that does not keep the text alive it was cut from. V8 lets a slice share its parent's
 * memory, so one name that survives a reload would hold the whole file of the day it was read.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1)
}
