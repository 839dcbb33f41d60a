import { LiveflagError } from '../../core/errors'
import { type Edit, editsOf } from '../git'
import type { Reading } from '../live-config-file'
import { namesOf, plainName, unknownFeature } from '../named-experiment'
import { ledgerNamed } from '../ledger-versions'
import { Output, printable } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { openEdit, openVersion, type Version } from '../versions'
import { readWorld } from '../world-argument'
import { table } from './eval'
import { readTime } from '../records'
import { explanationLines } from './explain-lines'
import { shownPath } from '../sources'

export interface AtFlags extends Reading {
  readonly world?: string
  readonly explain?: boolean
  readonly json?: boolean
}

/** `liveflag at`: the answers of a time, by the live config and the clock of then. */
export async function at(
  time: string,
  path: string,
  names: readonly string[],
  flags: AtFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const then = readTime('TIME', time, terminal.now())
  const world = await readWorld(flags.world, terminal.stdin)
  const { edit, version } = await openThen(path, then, flags, terminal)
  const { features } = version
  const output = new Output(terminal)
  const all = namesOf(features)
  const asked = names.length > 0 ? names.map((name) => plainName(name, all)) : all
  const request = features.for(world)
  const decisions = asked.map((name) => request.decide(name))
  if (flags.json)
    output.document({
      at: new Date(then).toISOString(),
      edit,
      decisions: Object.fromEntries(decisions.map((one) => [one.feature, one])),
    })
  else {
    output.line(
      output.paint.dim(edit ? editText(edit) : `by the ledger of ${printable(version.name)}`),
    )
    if (flags.explain)
      output.lines(asked.flatMap((name) => explained(name, version, world, output)))
    else output.lines(table(decisions, output))
  }
  for (const { feature, error } of decisions)
    if (error?.code === 'FLAG_NOT_FOUND')
      output.complain(unknownFeature(feature, version.name, features))
  for (const sentence of version.unknown ?? []) output.complain(sentence)
  await features.close()
  return decisions.some(({ error }) => error) ? PROBLEMS : OK
}

/** By git, or by the ledger of a store, which knows no edit. */
async function openThen(
  path: string,
  then: number,
  flags: AtFlags,
  { stdin }: Terminal,
): Promise<{ readonly edit: Edit | null; readonly version: Version }> {
  const reading = { ...flags, now: () => then }
  const ledger = ledgerNamed(path)
  if (ledger?.time !== undefined)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `TIME says when; leave out @${ledger.time}`)
  if (ledger) return { edit: null, version: await openVersion(path, reading, stdin) }
  const edit = await editInForce(path, then)
  return { edit, version: await openEdit(path, edit, reading) }
}

/** The newest commit of this branch until then. */
async function editInForce(path: string, then: number): Promise<Edit> {
  const [edit] = await editsOf(path, ['-1', `--until=${new Date(then).toISOString()}`])
  if (edit) return edit
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${shownPath(path)} was not there at ${new Date(then).toISOString()}: no commit of this branch until then has it`,
  )
}

const editText = ({ commit, at: when, author, subject }: Edit): string =>
  printable(`${commit.slice(0, 12)}  ${when}  ${author}  ${subject}`)

function explained(
  name: string,
  { features, texts }: Version,
  world: Parameters<Version['features']['for']>[0],
  output: Output,
): readonly string[] {
  const explanation = features.for(world).explain(name)
  const text = texts.find((one) => one.name === explanation.source) ?? { name, text: '' }
  const problems = features.snapshot.problems.filter(({ feature }) => feature === name)
  return explanationLines(explanation, problems, text, output)
}
