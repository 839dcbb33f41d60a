import type { Path } from './problem'

/** A bucket that was drawn, and what it was compared with. */
export interface Draw {
  /** What was bucketed. */
  readonly unit: string
  /** 0 to 999, or 0 to 99 for a logged-out percentage. */
  readonly bucket: number
  /** The comparison in words: `bucket < 250 of 1000`. */
  readonly test: string
  readonly passed: boolean
}

/** What became of a question that a step was asked. */
export type StepOutcome =
  'claimed' | 'passed on' | 'ended its stage' | 'named the variant' | 'named nothing'

/**
 * Listens to a walk; only explain sets one. The walk and the answer are the same with and without
 * it.
 */
export interface Trace {
  /**
   * `asker.forget()` lets this step's questions be seen, even those that an earlier one has asked.
   */
  enter(step: { readonly selector: string; readonly path: Path }, asker: { forget(): void }): void
  leave(outcome: StepOutcome): void
  drew(draw: Draw): void
  /** A question to the World, and what the World said. */
  asked(question: string, answer: unknown): void
}
