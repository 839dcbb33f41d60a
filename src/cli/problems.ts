import type { Problem } from '../core/problem'
import { type Output, printable } from './output'

/** The most characters of a line that are shown. */
const WIDTH = 100
/** How many characters before the column are shown when the line is cut. */
const BEFORE = 40

/** Characters of East Asian scripts take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g

/**
 * The part of a line around a column, and the caret that is below that column when both are
 * printed.
 */
function excerpt(line: string, column: number): { readonly shown: string; readonly caret: string } {
  const start =
    line.length > WIDTH ? Math.max(0, Math.min(column - 1 - BEFORE, line.length - WIDTH)) : 0
  const head = `${start > 0 ? '…' : ''}${printable(line.slice(start, column - 1))}`
  const rest = `${printable(line.slice(Math.max(start, column - 1), start + WIDTH))}${start + WIDTH < line.length ? '…' : ''}`
  return { shown: head + rest, caret: `${head.replace(WIDE, '  ').replace(/[^ ]/g, ' ')}^` }
}

/** The lines of a text, counted as problems count them. */
export const linesOf = (text: string): readonly string[] =>
  text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))

/** A problem as `--json` prints it: always these members, null where there is no value. */
export type PrintedProblem = {
  readonly [K in 'feature' | 'line' | 'column' | 'severity' | 'code' | 'message']: Problem[K] | null
}

export const printedProblem = ({
  feature,
  line,
  column,
  severity,
  code,
  message,
}: Problem): PrintedProblem => ({
  feature: feature ?? null,
  line: line ?? null,
  column: column ?? null,
  severity,
  code,
  message,
})

/** `config/live.yaml:12:3`, in the form that terminals and editors open. */
export const placeOf = ({
  source,
  line,
  column,
}: Pick<Problem, 'source' | 'line' | 'column'>): string =>
  [source, line, column].filter((part) => part !== undefined).join(':')

/** The problem in one line. */
export function problemLine(problem: Problem, { paint }: Pick<Output, 'paint'>): string {
  const { severity, code, feature, message } = problem
  const colour = severity === 'error' ? paint.red : paint.yellow
  const about = feature === undefined ? '' : `feature_${feature}: `
  return `${paint.bold(printable(placeOf(problem)))}  ${colour(severity)}  ${code}  ${printable(about + message)}`
}

/** The problem, the line of the text that it is about, and a caret under the column. */
export function problemLines(
  problem: Problem,
  text: readonly string[],
  output: Pick<Output, 'paint'>,
): readonly string[] {
  const { line, column } = problem
  const head = problemLine(problem, output)
  const source = line === undefined ? undefined : text[line - 1]
  if (line === undefined || column === undefined || source === undefined) return [head]
  const { shown, caret } = excerpt(source, column)
  const { dim, red } = output.paint
  const gutter = String(line).padStart(6)
  return [
    head,
    `${dim(`${gutter} │`)} ${shown}`,
    `${dim(`${' '.repeat(gutter.length)} │`)} ${red(caret)}`,
  ]
}
