import { answerOf } from '../../analysis/impact-matrix'
import { LiveflagError } from '../../core/errors'
import type { World } from '../../core/world'
import { type LedgerEntry, ledgerEntries, type LedgerName, openEntries } from '../ledger-versions'
import type { Reading } from '../live-config-file'
import { Output, printable } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { headline } from './explain-headline'

interface Flags extends Reading {
  readonly all?: boolean
  readonly json?: boolean
}

/** What the visitor got by one entry of the ledger. */
interface Answered {
  readonly entry: LedgerEntry
  /** Undefined where the store does not have its text. */
  readonly answer: string | undefined
  readonly says: string
}

interface Turn {
  readonly before: Answered | undefined
  readonly after: Answered
}

/**
 * `liveflag bisect store:PATH`: the entries of one feature that decided, from the last on, until one
 * gives another answer. What other features say is not asked.
 */
export async function bisectLedger(
  { store, time }: LedgerName,
  given: string,
  world: World,
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (time !== undefined)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `bisect looks at all times; leave out @${time}`)
  const feature = given.replace(/^feature_/, '')
  const entries = await ledgerEntries(store, { feature, until: terminal.now().getTime() })
  if (entries.length === 0)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `the store has no row that says which entry of feature_${feature} decided; rows of before the ledger do not say it`,
    )
  const output = new Output(terminal)
  const answered: Answered[] = []
  for (const entry of entries) answered.push(await answerBy(entry, world, flags, output))
  const turns = turnsOf(answered, flags.all === true)
  if (flags.json)
    output.document({ feature, versions: entries.length, edits: turns.map(printedTurn) })
  else output.lines(turns.flatMap((turn) => linesOf(turn, output)))
  if (turns.length > 0) return OK
  output.complain(
    entries.length === 1
      ? `one entry of feature_${feature} alone decided, so this visitor had one answer`
      : `all ${entries.length} entries of feature_${feature} that decided give this visitor the same answer`,
  )
  return PROBLEMS
}

async function answerBy(
  entry: LedgerEntry,
  world: World,
  flags: Flags,
  output: Output,
): Promise<Answered> {
  const { kept, feature, revision, lastAt } = entry
  if (kept === undefined)
    return { entry, answer: undefined, says: 'the store does not have the text of this entry' }
  const reading = { ...flags, now: () => lastAt }
  const { features } = await openEntries(revision.slice(0, 12), [kept], reading)
  const explanation = features.for(world).explain(feature)
  await features.close()
  return { entry, answer: answerOf(explanation.decision), says: headline(explanation, output) }
}

/** From the last entry on. One whose text is missing is neither this nor that. */
function turnsOf(answered: readonly Answered[], all: boolean): readonly Turn[] {
  const turns: Turn[] = []
  for (const [i, after] of answered.entries()) {
    const before = answered[i + 1]
    if (before === undefined || before.answer === after.answer) continue
    turns.push({ before, after })
    if (!all) return turns
  }
  return turns
}

const isoOf = (at: number): string => new Date(at).toISOString()

const printedTurn = ({ before, after }: Turn): object => ({
  revision: after.entry.revision,
  at: isoOf(after.entry.firstAt),
  before: before?.answer ?? null,
  after: after.answer ?? null,
})

function linesOf({ before, after }: Turn, { paint }: Output): readonly string[] {
  const { revision, firstAt } = after.entry
  const said = ({ answer, says }: Answered): string =>
    answer === undefined ? says : `${printable(answer)}; ${says}`
  return [
    `${paint.yellow(revision.slice(0, 12))}  first decided ${isoOf(firstAt)}`,
    ...(before ? [`  before: ${said(before)}`] : []),
    `  after:   ${said(after)}`,
    '',
  ]
}
