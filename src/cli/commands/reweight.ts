import type { ChangedFile } from '../../codemod/removal'
import { POINTS } from '../../core/bucketing'
import { LiveflagError } from '../../core/errors'
import { sharesIn } from '../../editing/entry-edits'
import { editText, readText } from '../../editing/edit-text'
import { type NewShares, type Reweighted, reweighted } from '../../editing/reweight'
import { sizeOf } from '../../experiments/ranges'
import { diffOf, painted, writeAll } from '../changed-files'
import { problemText, type Reading, readTexts, type Text, whyUnread } from '../live-config-file'
import { Output, printable } from '../output'
import { isUrl } from '../sources'
import { type ExitCode, OK, type Terminal } from '../terminal'
import { textInForce } from '../text-in-force'

export interface ReweightFlags extends Reading {
  readonly without?: readonly string[]
  readonly add?: boolean
  readonly write?: boolean
  readonly json?: boolean
}

/**
 * `liveflag reweight`: gives the variants of a stable experiment new shares, with ranges that move as
 * few visitors as possible. Without `--write` it only prints what would change.
 */
export async function reweight(
  path: string,
  name: string,
  shares: readonly string[],
  flags: ReweightFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const feature = name.replace(/^feature_/, '')
  // Shares that stand behind --without are none of the variants that go.
  const isShare = (text: string): boolean => /.=[\d.]+$/.test(text)
  const without = (flags.without ?? []).filter((text) => !isShare(text))
  const behind = (flags.without ?? []).filter(isShare)
  const asked = {
    shares: sharesIn([...shares, ...behind]),
    without,
    isAdding: flags.add === true,
  }
  const text = await textWith(feature, path, flags, terminal)
  const { result, file } = edit(feature, text, asked)
  if (flags.write && file.before !== file.after) await writeAll([file])
  const output = new Output(terminal)
  if (flags.json) output.document(printed(feature, result, file, flags.write === true))
  else report(feature, result, file, flags.write === true, output)
  for (const warning of result.warnings) output.complain(`feature_${feature}: ${warning}`)
  return OK
}

/** The text that has the feature. */
async function textWith(
  feature: string,
  path: string,
  flags: Reading,
  terminal: Terminal,
): Promise<Text> {
  if (path === '-' || isUrl(path))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `FILE is ${path === '-' ? 'stdin' : 'a URL'}, which cannot be written; give a path`,
    )
  const { texts, problems } = await readTexts(path, flags, terminal.stdin)
  const [missing] = problems
  if (missing) throw new LiveflagError('LIVEFLAG_NO_CONFIG', problemText(missing))
  const found = textInForce(feature, texts)
  if (found) return found
  const [unread] = texts.flatMap(whyUnread)
  throw unread === undefined
    ? new LiveflagError('LIVEFLAG_BAD_OPTION', `${path} has no feature_${feature}`)
    : new LiveflagError('LIVEFLAG_NO_CONFIG', unread)
}

interface Edit {
  readonly result: Reweighted
  readonly file: ChangedFile
}

function edit(feature: string, { name, text, format }: Text, asked: NewShares): Edit {
  const entry = readText(text, format).read.features.get(feature)
  const result = reweighted(feature, entry?.value ?? null, asked)
  return {
    result,
    file: { path: name, before: text, after: editText(text, format, result.changes) },
  }
}

const percent = (points: number): string => `${points / (POINTS / 100)} %`

const printed = (
  feature: string,
  { before, after, moves }: Reweighted,
  { path, before: old, after: text }: ChangedFile,
  written: boolean,
): object => ({
  feature,
  points: POINTS,
  before: Object.fromEntries(before.map(({ name, ranges }) => [name, ranges])),
  after: Object.fromEntries(after.map(({ name, ranges }) => [name, ranges])),
  moves,
  file: path,
  diff: diffOf(path, old, text),
  written,
})

function report(
  feature: string,
  result: Reweighted,
  { path, before, after }: ChangedFile,
  isWritten: boolean,
  output: Output,
): void {
  if (before !== after) output.lines(painted(diffOf(path, before, after), output))
  const { moves } = result
  const moved = moves.reduce((sum, { points }) => sum + points, 0)
  output.line(
    output.paint.bold(
      moved === 0
        ? `feature_${printable(feature)}: nobody moves`
        : `feature_${printable(feature)}: ${percent(moved)} move, and no edit with these shares moves fewer`,
    ),
  )
  for (const { from, to, points } of moves)
    output.line(
      `  ${percent(points).padEnd(10)} ${words(from)} → ${words(to)}${isSwitch(from, to)}`,
    )
  for (const { name, ranges } of result.after)
    output.line(`  ${printable(name)} has ${percent(sizeOf(ranges))}`)
  output.line(lastLine(before !== after, isWritten, path))
}

const words = (name: string | null): string => (name === null ? 'no variant' : printable(name))

/** Those who change from one variant to another have seen both. */
const isSwitch = (from: string | null, to: string | null): string =>
  from !== null && to !== null ? '  (these have seen both)' : ''

function lastLine(isChanged: boolean, isWritten: boolean, path: string): string {
  if (!isChanged) return 'nothing to change'
  return isWritten ? `${printable(path)} changed` : 'add --write to change the file'
}
