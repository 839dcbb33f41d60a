import { LiveflagError } from '../../core/errors'
import type { Reading } from '../live-config-file'
import { namesOf, plainName, unknownFeature } from '../named-experiment'
import { ledgerNamed, openLedger } from '../ledger-versions'
import { Output, printable } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { openPast, type Past, type PastText } from '../past'
import type { Version } from '../versions'
import { readWorld } from '../world-argument'
import { table } from './eval'
import { readTime } from '../records'
import { explanationLines } from './explain-lines'

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
  const { edit, remarks, version } = await openThen(path, then, flags, terminal)
  const { features } = version
  const output = new Output(terminal)
  const all = namesOf(features)
  const asked = names.length > 0 ? names.map((name) => plainName(name, all)) : all
  const request = features.for(world)
  const decisions = asked.map((name) => request.decide(name))
  if (flags.json)
    output.document({
      at: new Date(then).toISOString(),
      edit: edit?.edit ?? null,
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
  for (const sentence of [...remarks, ...(version.unknown ?? [])]) output.complain(sentence)
  await features.close()
  return decisions.some(({ error }) => error) ? PROBLEMS : OK
}

interface Then {
  /** Undefined: by the ledger of a store, which knows no edit. */
  readonly edit: PastText | undefined
  readonly remarks: readonly string[]
  readonly version: Version
}

/** By the history of the live config, or by the ledger of a store. */
async function openThen(
  path: string,
  then: number,
  flags: AtFlags,
  terminal: Terminal,
): Promise<Then> {
  const reading = { ...flags, now: () => then }
  const ledger = ledgerNamed(path)
  if (ledger?.time !== undefined)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `TIME says when; leave out @${ledger.time}`)
  if (ledger) {
    const version = await openLedger(ledger, reading, new Date(then))
    return { edit: undefined, remarks: [], version }
  }
  const past = await openPast(path, terminal)
  try {
    const edit = inForceAt(past, then)
    const version = await edit.open(reading).catch((error: unknown) => {
      throw unusableThen(edit, error)
    })
    return { edit, remarks: past.remarks, version }
  } finally {
    await past.close()
  }
}

/** A text that no process took was in force in none: those that ran kept the one before it. */
function unusableThen(edit: PastText, error: unknown): unknown {
  if (!(error instanceof LiveflagError) || error.code !== 'LIVEFLAG_NO_CONFIG') return error
  return new LiveflagError(
    error.code,
    `the newest text of then is of no use (${editText(edit)}): ${error.message}; processes that ran kept the one before, so ask for a time before it`,
    { cause: error },
  )
}

function inForceAt(past: Past, then: number): PastText {
  for (const text of past.texts) if (text.at === undefined || text.at <= then) return text
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', past.missing(new Date(then).toISOString()))
}

const editText = ({ words }: PastText): string => printable(words.join('  '))

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
