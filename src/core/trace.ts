import type { Asker } from './asker'
import type { Match, Step } from './selector'

/** A bucket that was drawn, and what it was compared with. */
export interface Draw {
  /** What was bucketed. */
  readonly unit: string
  /** 0 to 999, or 0 to 99 for a logged-out percentage. */
  readonly bucket: number
  /** The comparison in words: `bucket 42 < 250 (25 %)`. */
  readonly test: string
  readonly passed: boolean
}

/** Listens to a walk; only explain sets one. The walk and the answer are the same with and without it. */
export interface Trace {
  enter(step: Step, asker: Asker): void
  leave(step: Step, answer: ReturnType<Match>): void
  drew(draw: Draw): void
}
