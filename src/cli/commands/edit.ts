import { parse } from 'yaml'
import { jumpsByEdit } from '../../analysis/ramp-jumps'
import { type Impact, impactOf } from '../../analysis/impact'
import { isStill } from '../../analysis/moves'
import { LiveflagError } from '../../core/errors'
import type { JsonValue } from '../../core/json'
import type { Problem } from '../../core/problem'
import { type AskedEdit, changesFor } from '../../editing/entry-edits'
import { editText, readText } from '../../editing/edit-text'
import { withReason } from '../../editing/reason-comment'
import { diffOf, painted, writeAll } from '../changed-files'
import { comparedProblems } from '../compared-problems'
import { type Opened, openText, problemText, type Reading, type Text } from '../live-config-file'
import { Output, printable } from '../output'
import { isStoreUrl } from '../../sources/open-key-store'
import { isUrl } from '../sources'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { editable, textInForce } from '../text-in-force'
import { type Visitors, unreadOf, visitorsOf } from '../visitors'
import { differenceLines } from './diff-lines'

export interface EditFlags extends Reading {
  readonly population?: string
  readonly store?: string
  readonly names?: boolean
  readonly reason?: string
  readonly add?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** An edit that is made in memory, and what comes of it. */
interface Made {
  readonly action: string
  readonly path: string
  readonly before: string
  readonly after: string
  /** Problems that it brings: with an error among them nothing is written. */
  readonly fresh: readonly Problem[]
  readonly isRefused: boolean
  readonly impact: Impact
  /** Whom it counts besides all buckets; empty where nobody was named. */
  readonly counted: string
  readonly compared: number
  /** The reason has no place in the file. */
  readonly isReasonLost: boolean
}

/** `liveflag edit`: one change of one entry, written at once unless it brings an error. */
export async function edit(
  path: string,
  name: string,
  given: AskedEdit,
  flags: EditFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (path === '-' || isUrl(path))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `FILE is ${path === '-' ? 'stdin' : 'a URL'}, which cannot be written; ${isStoreUrl(path) ? 'edit a file, and bring it to the store with liveflag publish' : 'give a path'}`,
    )
  const feature = name.replace(/^feature_/, '')
  const asked = { ...given, isAdding: flags.add === true }
  const counted = await visitorsOf(flags, terminal)
  const opened = await openText(path, flags, terminal.stdin)
  try {
    const made = await make(feature, asked, flags, opened, counted, terminal)
    const isWritten = !made.isRefused && flags.dryRun !== true && made.before !== made.after
    if (isWritten) await writeAll([made])
    const output = new Output(terminal)
    if (flags.json) output.document(printed(made, isWritten))
    else output.lines(reportLines(made, isWritten, output))
    for (const sentence of unreadOf(counted)) output.complain(sentence)
    if (made.isReasonLost)
      output.complain('--reason is not in the file: the entry has no line of its own for a comment')
    return made.isRefused ? PROBLEMS : OK
  } finally {
    await opened.features.close()
  }
}

async function make(
  feature: string,
  asked: AskedEdit,
  { reason, names }: EditFlags,
  { features, texts }: Opened,
  { visitors, words }: Visitors,
  { now }: Terminal,
): Promise<Made> {
  const { name, text, format } = textToEdit(feature, asked, texts)
  const written = readText(text, format)
  const entry = written.read.features.get(feature)
  const value = entry?.json?.kind === 'mapping' ? entry.json.value : entry?.value
  const read = (one: string): JsonValue => valueIn(one)
  const edited = editText(text, format, changesFor(asked, { feature, value, read }))
  const comment = `${now().toISOString().slice(0, 16)}Z ${[asked.action, ...asked.values].join(' ')}: ${reason ?? ''}`
  const explained =
    reason === undefined || edited === text
      ? undefined
      : withReason(edited, format, { feature, comment })
  const after = explained ?? edited
  const trial = await features.trial(name, after)
  const compared = comparedProblems(features.snapshot.problems, trial.snapshot.problems)
  const fresh = [...compared.fresh, ...jumpsByEdit(features, trial, name, now().getTime())]
  return {
    action: asked.action,
    path: name,
    before: text,
    after,
    fresh,
    isRefused: fresh.some(({ severity }) => severity === 'error'),
    impact: named(impactOf(features, trial, counting(visitors)), names === true),
    counted: visitors.length > 0 ? words : '',
    compared: trial.snapshot.names.length,
    isReasonLost: reason !== undefined && edited !== text && explained === undefined,
  }
}

const counting = (population: Visitors['visitors']) => ({
  population,
  most: Number.MAX_SAFE_INTEGER,
})

/** Those who change are named on demand alone: a log of edits is no place for ids. */
const named = (impact: Impact, names: boolean): Impact =>
  names ? impact : { ...impact, features: impact.features.map((one) => ({ ...one, examples: [] })) }

/** The text whose entry is in force: the last one that has it. A new entry goes into the first. */
function textToEdit(feature: string, { action }: AskedEdit, texts: readonly Text[]): Text {
  const all = editable(texts)
  const having = textInForce(feature, texts)
  const found = having ?? (action === 'add' ? all[0] : undefined)
  if (found) return found
  const [first] = all
  // The message that says which names there are.
  if (first) editText(first.text, first.format, [{ kind: 'delete', feature }])
  throw new LiveflagError('LIVEFLAG_CANNOT_EDIT', `there is no text with feature_${feature}`)
}

function valueIn(written: string): JsonValue {
  try {
    // Data from outside: a text of YAML's core schema has only JSON values.
    return (parse(written, { schema: 'core' }) ?? null) as JsonValue
  } catch {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${JSON.stringify(written)} is no value; write it as in the file, such as 25, off or [a, b]`,
    )
  }
}

const printed = ({ path, before, after, fresh, isRefused, impact }: Made, written: boolean) => ({
  file: path,
  diff: before === after ? '' : diffOf(path, before, after),
  problems: fresh,
  refused: isRefused,
  impact,
  written,
})

function reportLines(made: Made, isWritten: boolean, output: Output): readonly string[] {
  const { path, before, after, fresh, impact, compared, counted } = made
  if (before === after) return ['nothing to change: the entry says that already']
  const difference = {
    ...{ old: path, new: 'as edited', compared, refused: [], notAllowed: [], counted },
    isNobody: impact.isNobody,
    features: impact.features,
  }
  const problems = fresh.map((problem) => printable(problemText(problem)))
  return [
    ...painted(diffOf(path, before, after), output),
    ...differenceLines(difference, output),
    ...(isWithoutEffect(made) ? [LOOK] : []),
    ...problems,
    output.paint.bold(lastLine(made, isWritten)),
  ]
}

/** What is meant to change answers and changes none. */
const isWithoutEffect = ({ action, isRefused, impact }: Made): boolean =>
  ['on', 'off', 'percent', 'traffic', 'weights'].includes(action) &&
  !isRefused &&
  impact.features.every(isStill)

const LOOK =
  'Something else decides these answers, such as another key of the entry: see liveflag explain.'

function lastLine({ path, isRefused }: Made, isWritten: boolean): string {
  if (isRefused) return `nothing is written: ${printable(path)} would have the errors above`
  return isWritten ? `${printable(path)} changed` : 'nothing is written, because of --dry-run'
}
