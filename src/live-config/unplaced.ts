import type { Problem } from '../core/problem'
import type { TextProblem } from './entry'
import type { LineIndex } from './line-index'

/** A problem whose place is an offset into its own piece of text, so that the piece may stand elsewhere in the next text. */
export interface Unplaced extends Pick<Problem, 'code' | 'severity' | 'feature'> {
  readonly offset: number
  /** A function when the sentence names the line of something else. */
  readonly message: string | ((lineOf: (offset: number) => number) => string)
}

/** `base`: where the piece begins in the text that `lines` knows. */
export function placed(problem: Unplaced, lines: LineIndex, base = 0): TextProblem {
  const { offset, message, ...rest } = problem
  const lineOf = (other: number): number => lines.at(base + other).line
  return { ...rest, ...lines.at(base + offset), message: typeof message === 'string' ? message : message(lineOf) }
}

/** A key that stands twice in one mapping inside an entry. */
export function duplicateKey(key: string, first: number, offset: number): Unplaced {
  const message: Unplaced['message'] = (lineOf) => `${JSON.stringify(key)} already stands on line ${lineOf(first)} in this mapping; keep one of the two`
  return { code: 'duplicate-key', severity: 'error', message, offset }
}
