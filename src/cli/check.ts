import type { Problem } from '../core/problem'
import { checkText } from '../live-config/check'
import { linesOf } from './excerpt'
import { faultLine, isProblem, type Reading, readText } from './live-config-file'
import { counted, Output } from './output'
import { printedProblem, problemLines } from './problems'
import { type ExitCode, OK, PROBLEMS, type Terminal } from './terminal'

export interface CheckFlags extends Reading {
  readonly json?: boolean
  readonly allowWarnings?: boolean
}

/** `liveflag check`: judges a file as the engine would at start. */
export async function check(path: string, flags: CheckFlags, terminal: Terminal): Promise<ExitCode> {
  const output = new Output(terminal)
  const file = await readText(path, flags, terminal.stdin)
  const { features, problems } = isProblem(file)
    ? { features: 0, problems: [file] }
    : checkText(file.text, { format: file.format, source: file.name, ...(flags.compat && { compat: flags.compat }) })
  if (flags.json) output.document({ features, problems: problems.map(printedProblem) })
  else if (!isProblem(file)) report(features, problems, linesOf(file.text), output)
  if (isProblem(file)) output.complain(faultLine(file))
  const fails = (problem: Problem): boolean => problem.severity === 'error' || !flags.allowWarnings
  return problems.some(fails) ? PROBLEMS : OK
}

function report(features: number, problems: readonly Problem[], text: readonly string[], output: Output): void {
  for (const group of grouped(problems)) {
    output.lines(group.flatMap((problem) => problemLines(problem, text, output)))
    output.line()
  }
  const { green, red, bold } = output.paint
  const found = problems.length === 0 ? green('no problems') : red(counted(problems.length, 'problem'))
  output.line(bold(`${counted(features, 'feature')}, ${found}`))
}

/** In the order of the text, a feature's problems together. */
function grouped(problems: readonly Problem[]): readonly (readonly Problem[])[] {
  const groups = new Map<string | undefined, Problem[]>()
  for (const problem of problems.toSorted(byPlace)) {
    const group = groups.get(problem.feature)
    if (group) group.push(problem)
    else groups.set(problem.feature, [problem])
  }
  return [...groups.values()]
}

const byPlace = (a: Problem, b: Problem): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
