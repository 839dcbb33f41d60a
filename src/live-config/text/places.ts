import { type JsonValue, kindOf } from '../../core/json'
import type { Position, Problem } from '../../core/problem'
import type { Format, Parsed, PlacedProblem, TextProblem } from './entry'

/** So many characters are counted to find a place between two that are known. */
const BLOCK = 4096
const LINE_END = 10

/**
 * Turns offsets into lines and columns. It does nothing until the first call, because most texts have
 * no problem, and then goes no further than it must.
 */
export class LineIndex {
  /** The place of the first character of each block, as far as anybody has asked. */
  private readonly blocks: Position[] = [{ line: 1, column: 1 }]

  constructor(private readonly text: string) {}

  at(offset: number): Position {
    const block = Math.floor(offset / BLOCK)
    while (this.blocks.length <= block) this.blocks.push(this.count(this.blocks.length * BLOCK))
    return this.count(offset)
  }

  /** Counts on from the nearest block that is known. */
  private count(offset: number): Position {
    const block = Math.min(Math.floor(offset / BLOCK), this.blocks.length - 1)
    let { line = 1, column = 1 } = this.blocks[block] ?? {}
    for (let at = block * BLOCK; at < offset; at++) {
      column++
      if (this.text.charCodeAt(at) !== LINE_END) continue
      line++
      column = 1
    }
    return { line, column }
  }
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

/** The problem of a piece that begins at `base`, as one of the text that the piece is in. */
export const moved = ({ message, offset, ...rest }: Unplaced, base: number): Unplaced => ({
  ...rest,
  offset: base + offset,
  message: typeof message === 'string' ? message : (lineOf) => message((at) => lineOf(base + at)),
})

/** A key that is there twice in one mapping inside an entry. */
export function duplicateKey(key: string, first: number, offset: number): Unplaced {
  const message: Unplaced['message'] = (lineOf) =>
    `${JSON.stringify(key)} is already on line ${lineOf(first)} in this mapping; keep one of the two`
  return { code: 'duplicate-key', severity: 'error', message, offset }
}

/** The result for a text of which no part can be trusted. */
export function refused(fatal: TextProblem, others: readonly TextProblem[] = []): Parsed {
  return { entries: [], problems: others, duplicates: new Set(), fatal }
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
