import type { Path } from './problem'

/** A bucket that was drawn, with the comparison. */
export interface Draw {
  /** What was bucketed. */
  readonly unit: string
  /** 0 to 999, or 0 to 99 for a logged-out percentage. */
  readonly bucket: number
  /** The comparison in words: `bucket < 250 of 1000`. */
  readonly test: string
  readonly passed: boolean
}

/** The result of a step for one visitor. */
export type StepOutcome =
  'claimed' | 'passed on' | 'ended its stage' | 'named the variant' | 'named nothing'

/**
 * Records a walk; only explain sets one. The walk and the answer are the same with and without it.
 */
export interface Trace {
  /**
   * `asker.forget()` makes this step's questions visible, those that an earlier step has asked
   * included.
   */
  enter(step: { readonly selector: string; readonly path: Path }, asker: { forget(): void }): void
  leave(outcome: StepOutcome): void
  drew(draw: Draw): void
  /** A question to the World, with the answer. */
  asked(question: string, answer: unknown): void
}
