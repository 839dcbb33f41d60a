import { LiveflagError } from '../../core/errors'
import type { Problem } from '../../core/problem'
import type { Checked, Target } from '../../live-config/check'
import { checked, problemText, type Reading, readTexts, type Texts } from '../live-config-file'
import { type Unread, unreadIn } from '../../sources/paths'
import { counted, Output, printable } from '../output'
import { movedVisitors } from '../moved-visitors'
import { linesOf, printedProblem, problemLines } from '../problems'
import { type PrintedRamp, rampsOf } from '../ramps'
import { isUrl, shownPath } from '../sources'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'

export interface CheckFlags extends Reading {
  readonly json?: boolean
  readonly allowWarnings?: boolean
  /** Fails for what is past its `expires`, whatever else is allowed. */
  readonly expired?: boolean
  readonly target?: Target
  /** A revision of git: also warn of experiments whose visitors the edit since then moves. */
  readonly against?: string
}

/**
 * `liveflag check`: judges files and directories, each by itself, as the engine would at start. One
 * with problems is enough for the exit code.
 */
export async function check(
  paths: readonly string[],
  flags: CheckFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (paths.filter((path) => path === '-').length > 1)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin (-) can be read only once')
  if (flags.json && paths.length > 1)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      '--json prints one document, so it takes one file; check the others by themselves',
    )
  const unversioned = paths.find((path) => path === '-' || isUrl(path))
  if (flags.against !== undefined && unversioned !== undefined)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `--against asks git what a file or directory was, and ${unversioned === '-' ? 'stdin (-)' : shownPath(unversioned)} is neither`,
    )
  const output = new Output(terminal)
  const codes: ExitCode[] = []
  for (const path of paths) {
    if (paths.length > 1) output.line(output.paint.bold(`${shownPath(path)}:`))
    codes.push(await checkOne(path, flags, terminal, output))
  }
  return codes.includes(PROBLEMS) ? PROBLEMS : OK
}

async function checkOne(
  path: string,
  flags: CheckFlags,
  terminal: Terminal,
  output: Output,
): Promise<ExitCode> {
  const read = await readTexts(path, flags, terminal.stdin)
  const { copies, leftBehind } = read.isDirectory ? await unreadIn(path) : NOTHING_UNREAD
  const found = copies
    ? { ...read, problems: [...read.problems, { ...copies, source: path }] }
    : read
  const judged = checked(found, { ...flags, cautions: true })
  const { features } = judged
  const problems = [...judged.problems, ...(await movedSince(path, flags, judged, terminal))]
  // With one file, its problems do not repeat its name.
  const printed = problems.toSorted(byPlace).map((problem) => ({
    ...printedProblem(problem),
    ...(found.isDirectory && { source: problem.source ?? null }),
  }))
  const ramps = rampsOf(found, flags, terminal.now().getTime())
  if (flags.json)
    output.document({ features, problems: printed, ...(ramps.length > 0 && { ramps }) })
  else if (found.texts.length > 0) report(features, problems, found, ramps, output)
  for (const unread of found.problems) output.complain(problemText(unread))
  // The engine has nothing to say of these, and somebody may be editing just now.
  if (leftBehind) output.complain(leftBehind.message)
  const fails = ({ severity, code }: Problem): boolean =>
    severity === 'error' || !flags.allowWarnings || (flags.expired === true && code === 'expired')
  return problems.some(fails) ? PROBLEMS : OK
}

/** A content that cannot be read moves nobody. */
async function movedSince(
  path: string,
  flags: CheckFlags,
  { features }: Checked,
  terminal: Terminal,
): Promise<readonly Problem[]> {
  return flags.against === undefined || features === 0
    ? []
    : movedVisitors(flags.against, path, flags, terminal)
}

function report(
  features: number,
  problems: readonly Problem[],
  { texts, problems: unread }: Texts,
  ramps: readonly PrintedRamp[],
  output: Output,
): void {
  // What could not be read is counted here; it has no line to show, and is said on stderr.
  const placed = problems.filter((problem) => !unread.includes(problem))
  for (const { name, text } of texts) {
    const lines = linesOf(text)
    for (const group of grouped(placed.filter(({ source }) => source === name))) {
      output.lines(group.flatMap((problem) => problemLines(problem, lines, output)))
      output.line()
    }
  }
  for (const { feature, path, now } of ramps)
    output.line(`${printable(feature)}: ${printable(path)} is a ramp, ${now}`)
  const { green, red, bold } = output.paint
  const found =
    problems.length === 0 ? green('no problems') : red(counted(problems.length, 'problem'))
  output.line(bold(`${counted(features, 'feature')}, ${found}`))
}

const NOTHING_UNREAD: Unread = { copies: undefined, leftBehind: undefined }

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

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

const byPlace = (a: Problem, b: Problem): number =>
  compareTexts(a.source ?? '', b.source ?? '') ||
  (a.line ?? 0) - (b.line ?? 0) ||
  (a.column ?? 0) - (b.column ?? 0)
