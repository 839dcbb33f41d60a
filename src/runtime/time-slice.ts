import { nextTurn, performance } from './timers'

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
 * Does work in slices; other work of the event loop runs in between. Rejects with the reason of
 * `signal` when that is aborted before the work is done.
 */
export async function inSlices<T>(work: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await nextTurn()
    signal?.throwIfAborted()
  }
}
