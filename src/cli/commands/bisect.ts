import { answerOf } from '../../analysis/impact-matrix'
import { LiveflagError } from '../../core/errors'
import type { World } from '../../core/world'
import type { Explanation } from '../../engine/explain'
import { ledgerNamed } from '../ledger-versions'
import type { Reading, Text } from '../live-config-file'
import { namesOf, plainName, unknownFeature } from '../named-experiment'
import { Output, printable } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { openPast, type Past, type PastText } from '../past'
import type { Version } from '../versions'
import { readWorld } from '../world-argument'
import { bisectLedger } from './bisect-ledger'
import { headline } from './explain-headline'

export interface BisectFlags extends Reading {
  readonly world?: string
  readonly all?: boolean
  readonly json?: boolean
}

/** What the visitor got by one version. */
interface State {
  /** `on`, `off`, a variant, a value; undefined where the version has no live config to ask. */
  readonly answer: string | undefined
  readonly explanation?: Explanation
  readonly texts?: readonly Text[]
  /** The version has no such feature. */
  readonly isUnknown?: boolean
  /** Why it cannot be asked. */
  readonly why?: string
}

/** An edit after which the answer was another one. */
interface Turn {
  /** Undefined: nobody that is known made it, such as what is not committed. */
  readonly edit: PastText | undefined
  /** Undefined: there was no older version. */
  readonly before: State | undefined
  readonly after: State
}

/**
 * `liveflag bisect`: every version is asked, from the newest on, until the answer is another one:
 * so nothing is assumed about the versions between.
 */
export async function bisect(
  path: string,
  given: string,
  flags: BisectFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const world = await readWorld(flags.world, terminal.stdin)
  const ledger = ledgerNamed(path)
  if (ledger) return bisectLedger(ledger, given, world, flags, terminal)
  const past = await openPast(path, terminal)
  try {
    return await bisectPast(past, given, { world, flags }, terminal)
  } finally {
    await past.close()
  }
}

async function bisectPast(
  past: Past,
  given: string,
  asked: Omit<Question, 'name'>,
  terminal: Terminal,
): Promise<ExitCode> {
  const { flags } = asked
  if (past.count === 0)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${past.name} has no history: ${past.whyNone}`)
  const newest = await past.openNewest(flags)
  const name = plainName(given, namesOf(newest.features))
  const output = new Output(terminal)
  const { turns, unknown, isNamed } = await turnsOf({ ...asked, name }, newest, past.texts)
  if (!isNamed && !unknown) {
    await newest.features.close()
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', unknownFeature(name, past.name, newest.features))
  }
  if (flags.json)
    output.document({
      ...{ feature: name, versions: past.count, edits: turns.map(printedTurn) },
      ...(unknown && { unknown: unknown.edit }),
    })
  else output.lines(turns.flatMap((turn) => turnLines(turn, past, output)))
  for (const remark of past.remarks) output.complain(remark)
  const isKnown = turns.some(({ before }) => before !== undefined)
  if (unknown && (flags.all || !isKnown)) output.complain(unknownFrom(unknown, past, turns))
  if (!isKnown && (!unknown || isUnknown(name, newest)))
    output.complain(neverChanged(name, past, newest))
  await newest.features.close()
  return isKnown ? OK : PROBLEMS
}

interface Question {
  readonly name: string
  readonly world: World
  readonly flags: BisectFlags
}

interface Found {
  readonly turns: readonly Turn[]
  /** The newest text that is not known: from there on nobody knows what the answers were. */
  readonly unknown?: PastText
  /** Whether some version that was asked has the feature. */
  readonly isNamed: boolean
}

async function turnsOf(
  question: Question,
  newest: Version,
  texts: Iterable<PastText>,
): Promise<Found> {
  const turns: Turn[] = []
  let [after, edit]: [State, PastText | undefined] = [stateOf(newest, question), undefined]
  let isNamed = after.isUnknown !== true
  for (const older of texts) {
    if (older.unknown !== undefined) return { turns, unknown: older, isNamed }
    const before = await stateAt(older, question)
    isNamed ||= before.isUnknown === false
    if (!isSame(before, after)) {
      turns.push({ edit, before, after })
      if (!question.flags.all) return { turns, isNamed: true }
    }
    ;[after, edit] = [before, older]
  }
  // The oldest version: what it says has no edit before it that could have changed it.
  if (turns.length > 0 && after.answer !== undefined) turns.push({ edit, before: undefined, after })
  return { turns, isNamed }
}

/** Where there is no such feature, it makes no difference that there is no live config at all. */
const isSame = (a: State, b: State): boolean =>
  a.answer === b.answer || (isNothing(a) && isNothing(b))

const isNothing = ({ answer, isUnknown }: State): boolean =>
  answer === undefined || isUnknown === true

async function stateAt(text: PastText, question: Question): Promise<State> {
  try {
    const version = await text.open(question.flags)
    const state = stateOf(version, question)
    await version.features.close()
    return state
  } catch (error) {
    // A version that was deleted, or from which no engine could start.
    if (error instanceof LiveflagError) return { answer: undefined, why: error.message }
    throw error
  }
}

function stateOf(version: Version, { name, world }: Question): State {
  const { features, texts } = version
  const explanation = features.for(world).explain(name)
  const answer = answerOf(explanation.decision)
  return { answer, explanation, texts, isUnknown: isUnknown(name, version) }
}

function unknownFrom(
  { words, unknown = '' }: PastText,
  { name }: Past,
  turns: readonly Turn[],
): string {
  const from = words.slice(0, 2).map(printable).join(' of ')
  const since = turns.length === 0 ? ', and the answer was the same since' : ''
  return `of ${name} nothing is known from ${from} back${since}: ${unknown}`
}

const isUnknown = (name: string, { features }: Version): boolean =>
  features.definition(name) === undefined

function neverChanged(name: string, past: Past, newest: Version): string {
  if (isUnknown(name, newest)) return unknownFeature(name, past.name, newest.features)
  return past.count === 1
    ? `${past.name} has one version in its history, and what is there now gives this visitor the same answer of ${name}`
    : `all ${past.count} versions of ${past.name} give this visitor the same answer of ${name}`
}

const printedTurn = ({ edit, before, after }: Turn): object => ({
  edit: edit?.edit ?? null,
  before: before && printedState(before),
  after: printedState(after),
})

const printedState = ({ answer, explanation, why }: State): object => ({
  answer: answer ?? null,
  decision: explanation?.decision ?? null,
  why: why ?? null,
})

function turnLines(
  { edit, before, after }: Turn,
  { newestWords }: Past,
  output: Output,
): readonly string[] {
  const { bold, dim } = output.paint
  return [
    edit ? editLine(edit, output) : bold(newestWords),
    ...(before ? [`  before: ${stateText(before, output)}`] : []),
    `  ${before ? 'after:  ' : 'at first: '}${stateText(after, output)}`,
    ...(edit?.show === undefined ? [] : [dim(`  ${printable(edit.show)}`)]),
    '',
  ]
}

function editLine({ words: [which = '', ...others] }: PastText, output: Output): string {
  const { bold, yellow } = output.paint
  const why = others.pop()
  return [
    yellow(which),
    ...others.map(printable),
    ...(why === undefined ? [] : [bold(printable(why))]),
  ].join('  ')
}

const stateText = ({ answer = '', explanation, why }: State, output: Output): string =>
  explanation
    ? `${printable(answer)}; ${headline(explanation, output)}`
    : `no live config: ${printable(why ?? '')}`
