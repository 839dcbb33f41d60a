import type { TimeSlice } from './time-slice'

/** Calls `visit` with each item, in order; returns before that is done when there are many. */
export type VisitEach = <T>(items: readonly T[], visit: (item: T, index: number) => void) => void

/** A shorter list is gone through at once. */
const LONG = 500

/** So many items are visited before the clock is asked. */
const AT_ONCE = 20

/**
 * Goes through long lists later and in slices, so that a list of a hundred thousand names does not
 * hold the event loop. Whoever hands over a list uses what it builds only after `visitAll`.
 */
export class LongLists {
  private readonly waiting: (() => Generator<void, void>)[] = []

  readonly each: VisitEach = (items, visit) => {
    if (items.length <= LONG) items.forEach(visit)
    else this.waiting.push(() => visiting(items, visit))
  };

  /** Visits what waits, and what is handed over meanwhile. Yields between slices. */
  *visitAll(slice: TimeSlice): Generator<void, void> {
    for (const start of this.waiting) {
      const work = start()
      while (!work.next().done) if (slice.isOver()) yield
    }
    this.waiting.length = 0
  }
}

function* visiting<T>(
  items: readonly T[],
  visit: (item: T, index: number) => void,
): Generator<void, void> {
  for (let i = 0; i < items.length; i++) {
    // Items come from JSON, so none is missing.
    visit(items[i] as T, i)
    if (i % AT_ONCE === 0) yield
  }
}
