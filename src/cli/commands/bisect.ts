import { answerOf } from '../../analysis/impact-matrix'
import { LiveflagError } from '../../core/errors'
import type { World } from '../../core/world'
import type { Explanation } from '../../engine/explain'
import { type Edit, editsOf } from '../git'
import { ledgerNamed } from '../ledger-versions'
import type { Reading, Text } from '../live-config-file'
import { namesOf, plainName, unknownFeature } from '../named-experiment'
import { Output, printable } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { openEdit, openVersion, type Version } from '../versions'
import { readWorld } from '../world-argument'
import { bisectLedger } from './bisect-ledger'
import { headline } from './explain-headline'
import { shownPath } from '../sources'

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
  /** Why it cannot be asked. */
  readonly why?: string
}

/** An edit after which the answer was another one. */
interface Turn {
  /** Undefined: it is in the working directory, and not committed. */
  readonly edit: Edit | undefined
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
  const edits = await editsOf(path)
  if (edits.length === 0)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${shownPath(path)} has no history: no commit of this branch changed it`,
    )
  const newest = await openVersion(path, flags, terminal.stdin)
  const name = plainName(given, namesOf(newest.features))
  const output = new Output(terminal)
  const turns = await turnsOf({ path, name, world, flags }, newest, edits)
  if (flags.json)
    output.document({ feature: name, versions: edits.length, edits: turns.map(printedTurn) })
  else if (turns.length > 0) output.lines(turns.flatMap((turn) => turnLines(turn, output)))
  const isKnown = turns.some(({ before }) => before !== undefined)
  if (!isKnown) output.complain(neverChanged(name, path, edits, newest))
  return isKnown ? OK : PROBLEMS
}

interface Question {
  readonly path: string
  readonly name: string
  readonly world: World
  readonly flags: BisectFlags
}

async function turnsOf(
  question: Question,
  newest: Version,
  edits: readonly Edit[],
): Promise<readonly Turn[]> {
  const turns: Turn[] = []
  let [after, edit]: [State, Edit | undefined] = [stateOf(newest, question), undefined]
  for (const older of edits) {
    const before = await stateAt(older, question)
    if (before.answer !== after.answer) {
      turns.push({ edit, before, after })
      if (!question.flags.all) return turns
    }
    ;[after, edit] = [before, older]
  }
  // The oldest version: what it says has no edit before it that could have changed it.
  if (turns.length > 0 && after.answer !== undefined) turns.push({ edit, before: undefined, after })
  return turns
}

async function stateAt(edit: Edit, question: Question): Promise<State> {
  try {
    const version = await openEdit(question.path, edit, question.flags)
    const state = stateOf(version, question)
    await version.features.close()
    return state
  } catch (error) {
    // A version that was deleted, or from which no engine could start.
    if (error instanceof LiveflagError) return { answer: undefined, why: error.message }
    throw error
  }
}

function stateOf({ features, texts }: Version, { name, world }: Question): State {
  const explanation = features.for(world).explain(name)
  return { answer: answerOf(explanation.decision), explanation, texts }
}

function neverChanged(
  name: string,
  path: string,
  edits: readonly Edit[],
  { features }: Version,
): string {
  if (features.definition(name) === undefined) return unknownFeature(name, path, features)
  return edits.length === 1
    ? `${path} has one version only, so this visitor had one answer of ${name}`
    : `all ${edits.length} versions of ${path} give this visitor the same answer of ${name}`
}

const printedTurn = ({ edit, before, after }: Turn): object => ({
  edit: edit ?? null,
  before: before && printedState(before),
  after: printedState(after),
})

const printedState = ({ answer, explanation, why }: State): object => ({
  answer: answer ?? null,
  decision: explanation?.decision ?? null,
  why: why ?? null,
})

function turnLines({ edit, before, after }: Turn, output: Output): readonly string[] {
  const { bold, dim, yellow } = output.paint
  const head = edit
    ? `${yellow(edit.commit.slice(0, 12))}  ${edit.at}  ${printable(edit.author)}  ${bold(printable(edit.subject))}`
    : bold('not committed')
  return [
    head,
    ...(before ? [`  before: ${stateText(before, output)}`] : []),
    `  ${before ? 'after:  ' : 'at first: '}${stateText(after, output)}`,
    ...(edit ? [dim(`  git show ${edit.commit.slice(0, 12)} -- ${printable(edit.path)}`)] : []),
    '',
  ]
}

const stateText = ({ answer = '', explanation, why }: State, output: Output): string =>
  explanation
    ? `${printable(answer)}; ${headline(explanation, output)}`
    : `no live config: ${printable(why ?? '')}`
