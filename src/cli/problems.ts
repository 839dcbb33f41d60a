import type { Problem } from '../core/problem'
import { excerpt } from './excerpt'
import { type Output, printable } from './output'

/** A problem as `--json` prints it: always these members, null where there is nothing to say. */
export type PrintedProblem = { readonly [K in 'feature' | 'line' | 'column' | 'severity' | 'code' | 'message']: Problem[K] | null }

export const printedProblem = ({ feature, line, column, severity, code, message }: Problem): PrintedProblem => ({
  feature: feature ?? null,
  line: line ?? null,
  column: column ?? null,
  severity,
  code,
  message,
})

/** `config/live.yaml:12:3`, in the form that terminals and editors open. */
export const placeOf = ({ source, line, column }: Pick<Problem, 'source' | 'line' | 'column'>): string =>
  [source, line, column].filter((part) => part !== undefined).join(':')

/** The problem in one line. */
export function problemLine(problem: Problem, { paint }: Pick<Output, 'paint'>): string {
  const { severity, code, feature, message } = problem
  const colour = severity === 'error' ? paint.red : paint.yellow
  const about = feature === undefined ? '' : `feature_${feature}: `
  return `${paint.bold(printable(placeOf(problem)))}  ${colour(severity)}  ${code}  ${printable(about + message)}`
}

/** The problem, the line of the text that it is about, and a caret under the column. */
export function problemLines(problem: Problem, text: readonly string[], output: Pick<Output, 'paint'>): readonly string[] {
  const { line, column } = problem
  const head = problemLine(problem, output)
  const source = line === undefined ? undefined : text[line - 1]
  if (line === undefined || column === undefined || source === undefined) return [head]
  const { shown, caret } = excerpt(source, column)
  const { dim, red } = output.paint
  const gutter = String(line).padStart(6)
  return [head, `${dim(`${gutter} │`)} ${shown}`, `${dim(`${' '.repeat(gutter.length)} │`)} ${red(caret)}`]
}
