import { type JsonValue, kindOf } from '../../core/json'
import type { Position, Problem } from '../../core/problem'
import type { Format, Parsed, PlacedProblem, TextProblem } from './entry'

/**
 * Turns offsets into lines and columns. The index is built at the first question: most texts have
 * no problem to place.
 */
export class LineIndex {
  private starts: readonly number[] | undefined

  constructor(private readonly text: string) {}

  at(offset: number): Position {
    const starts = (this.starts ??= lineStarts(this.text))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return starts
}

/**
 * A problem whose place is an offset into its own piece of text, so that the piece may be elsewhere
 * in the next text.
 */
export interface Unplaced extends Pick<Problem, 'code' | 'severity'> {
  readonly offset: number
  /** A function when the message names another line. */
  readonly message: string | ((lineOf: (offset: number) => number) => string)
}

/** `base`: where the piece begins in the text that `lines` knows. */
export function placed(problem: Unplaced, lines: LineIndex, base = 0): TextProblem {
  return placedBy(problem, (offset) => lines.at(base + offset))
}

/** `positionOf`: where a character of the piece is in the file. */
export function placedBy(
  { offset, message, ...rest }: Unplaced,
  positionOf: (offset: number) => Position,
): PlacedProblem {
  return {
    ...rest,
    ...positionOf(offset),
    message: typeof message === 'string' ? message : message((other) => positionOf(other).line),
  }
}

/** A key that is there twice in one mapping inside an entry. */
export function duplicateKey(key: string, first: number, offset: number): Unplaced {
  const message: Unplaced['message'] = (lineOf) =>
    `${JSON.stringify(key)} is already on line ${lineOf(first)} in this mapping; keep one of the two`
  return { code: 'duplicate-key', severity: 'error', message, offset }
}

/** The result for a text of which no part can be trusted. */
export function refused(fatal: TextProblem): Parsed {
  return { entries: [], problems: [], duplicates: new Set(), fatal }
}

export function notAMapping(value: JsonValue, offset: number): Unplaced {
  const message = `the live config is ${kindOf(value)}; write a mapping of feature_ keys`
  return { code: 'not-an-object', severity: 'error', message, offset }
}

/** An empty text is more likely an accident than the wish to remove everything. */
export function empty(format: Format): Unplaced {
  const nothing = format === 'ini' ? 'a line [live_config]' : '{}'
  return {
    code: 'empty',
    severity: 'error',
    message: `the live config is empty; write ${nothing} if you mean that there are no features`,
    offset: 0,
  }
}
