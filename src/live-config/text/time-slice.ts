import { performance } from '../../runtime/timers'

/** Long enough to make progress, short enough that a waiting request does not notice. */
const SLICE_MS = 4

/**
 * Says when a generator has held the event loop for long enough: `if (slice.isOver()) yield`, after
 * every short piece of work.
 */
export class TimeSlice {
  private since = performance.now()
  private yielded = false

  isOver(): boolean {
    const now = performance.now()
    // The caller yielded after a yes, so a new slice begins.
    if (this.yielded) this.since = now
    this.yielded = now - this.since >= SLICE_MS
    return this.yielded
  }
}

/** Does all work in one go, for a caller that has nothing else to do meanwhile. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/**
 * Copies a text so that it does not keep the text alive that it was cut from. V8 lets a slice share
 * its parent's memory, so one name that survives a reload would hold the whole file in memory.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1)
}
