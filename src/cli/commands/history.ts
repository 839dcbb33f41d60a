import { numberOf } from '../../analysis/asked-figures'
import {
  type Generation,
  generation as readGeneration,
  history as readHistory,
  type History,
  prune,
} from '../../fleet/history'
import type { HistoryEntry } from '../../sources/fleet-records'
import type { KeyStore } from '../../sources/key-store'
import { diffOf, painted } from '../changed-files'
import { countOf } from '../count-argument'
import { withStore } from '../fleet-store'
import { entryOf } from '../generations'
import { clipped, counted, Output, printable } from '../output'
import { table } from '../table'
import { type ExitCode, OK, type Terminal } from '../terminal'

export interface HistoryFlags {
  readonly limit?: string
  readonly keep?: string
  readonly text?: boolean
  readonly json?: boolean
}

const USUAL_LIMIT = 20

/** `liveflag history`: who published what, when and why; one generation; or what is between two. */
export async function history(
  url: string,
  [first, second]: readonly [string | undefined, string | undefined],
  flags: HistoryFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const keep = countOf('--keep', flags.keep)
  const limit = countOf('--limit', flags.limit) ?? USUAL_LIMIT
  return withStore(url, terminal, async (store): Promise<ExitCode> => {
    const output = new Output(terminal)
    if (keep !== undefined) await pruned(store, keep, output)
    if (first === undefined) await list(store, limit, flags, output)
    else if (second === undefined) await show(store, first, flags, output)
    else await compare(store, [first, second], flags, output)
    return OK
  })
}

async function pruned(store: KeyStore, keep: number, output: Output): Promise<void> {
  const removed = await prune(store, { keep })
  output.complain(`${counted(removed.length, 'old generation')} removed`)
}

async function list(
  store: KeyStore,
  limit: number,
  flags: HistoryFlags,
  output: Output,
): Promise<void> {
  const found = await readHistory(store)
  const { generations } = found
  const shown = generations.slice(0, limit)
  if (flags.json) {
    output.document({ ...found, generations: shown })
    return
  }
  output.lines([...remarks(found), ...table(shown.map(rowOf), [1, 2, 3, 4])])
  const more = generations.length - shown.length
  if (more > 0) output.line(output.paint.dim(`  and ${more} before; --limit shows more`))
}

function remarks({ name, isEmpty, isOutside, staged, generations }: History): readonly string[] {
  return [
    ...(isEmpty && generations.length === 0 ? [`nothing was published to ${name}`] : []),
    ...(isEmpty && generations.length > 0 ? ['the text is gone: somebody removed its key'] : []),
    ...(isOutside ? ['the text in force was written by another tool since'] : []),
    ...(staged ? [`generation ${staged.generation} is being staged, at ${staged.percent} %`] : []),
  ]
}

/** As it is, to be written into a file; a terminal would obey what is in it. */
const textLines = (text: string, output: Output): readonly string[] => {
  const lines = text.replace(/\n$/, '').split('\n')
  return output.isTerminal ? lines.map(printable) : lines
}

const LONGEST_REASON = 80
const LONGEST_NAME = 30
/** A message of a commit has several lines, and a row has one. */
const inOneLine = (text: string, longest: number): string =>
  printable(clipped(text.trim().replace(/\s+/g, ' '), longest))

const rowOf = ({ generation, at, by, kind, of, reason, state, quarantined }: Generation) => [
  String(generation),
  timeText(at),
  inOneLine(by ?? '–', LONGEST_NAME),
  state,
  inOneLine(why({ kind, of, reason, quarantined }), LONGEST_REASON),
]

const timeText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`

function why({
  kind,
  of,
  reason,
  quarantined,
}: Pick<Generation, 'kind' | 'reason'> & {
  readonly of: number | undefined
  readonly quarantined: Generation['quarantined']
}): string {
  const what = kind === 'outside' ? 'written by another tool' : ''
  const back = kind === 'rollback' && of !== undefined ? `back to ${of}` : ''
  return [what, back, reason ?? '', quarantined ? `taken back: ${quarantined.reason}` : '']
    .filter((part) => part !== '')
    .join('; ')
}

async function show(
  store: KeyStore,
  written: string,
  flags: HistoryFlags,
  output: Output,
): Promise<void> {
  const entry = await numbered(store, written)
  if (flags.json) {
    output.document(entry)
    return
  }
  if (flags.text) {
    output.lines(textLines(entry.text, output))
    return
  }
  const { generation, at, by, reason, hash, basedOn } = entry
  const before = basedOn === null ? undefined : await readGeneration(store, basedOn)
  output.lines([
    output.paint.bold(`generation ${generation}`),
    `  ${timeText(at)} by ${printable(by ?? 'nobody that is known')}`,
    ...(reason === null ? [] : reason.split(/\r?\n/).map((line) => `  ${printable(line)}`)),
    `  sha256 ${hash}`,
    '',
    ...patch(before, entry, output),
  ])
}

async function compare(
  store: KeyStore,
  written: readonly [string, string],
  flags: HistoryFlags,
  output: Output,
): Promise<void> {
  const [older, newer] = [await numbered(store, written[0]), await numbered(store, written[1])]
  if (flags.json) output.document({ older, newer, diff: diffBetween(older, newer) })
  else output.lines(patch(older, newer, output))
}

const diffBetween = (older: HistoryEntry | undefined, newer: HistoryEntry): string =>
  diffOf('live config', older?.text ?? '', newer.text)

function patch(
  older: HistoryEntry | undefined,
  newer: HistoryEntry,
  output: Output,
): readonly string[] {
  if (older?.text === newer.text) return ['the text is the same']
  return painted(diffBetween(older, newer), output)
}

const numbered = (store: KeyStore, written: string): Promise<HistoryEntry> =>
  entryOf(store, numberOf('GENERATION', written) ?? 0, written)
