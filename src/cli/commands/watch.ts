import { LiveflagError } from '../../core/errors'
import { type Problem, problemText } from '../../core/problem'
import type { Source } from '../../core/source'
import { type Features, openFeatures } from '../../engine/features'
import type { SnapshotInfo } from '../../engine/snapshot-info'
import type { Change } from '../../live-config/change'
import type { Edit } from '../../live-config/edits'
import { type Reading, startProblem } from '../live-config-file'
import { counted, Output, printable } from '../output'
import { placeOf, problemLine } from '../problems'
import { keepAliveDuring } from '../../runtime/wait'
import { shownPath, sourceAt } from '../sources'
import { editsLine } from './edit-lines'
import { type ExitCode, OK, type Terminal } from '../terminal'

/** Prints the events of a watched live config. */
export interface Journal {
  /** There is nothing to watch yet. */
  waiting(message: string): void
  ready(snapshot: SnapshotInfo, path: string): void
  change(change: Change): void
  problem(problem: Problem, snapshot: SnapshotInfo): void
  stale(problem: Problem, snapshot: SnapshotInfo): void
  solved(problem: Problem): void
}

/** More names than this are counted, not listed. */
const MOST_NAMES = 20

/** Prints lines for people. */
class PlainJournal implements Journal {
  constructor(
    private readonly output: Output,
    private readonly now: () => Date,
  ) {}

  waiting(message: string): void {
    this.print(this.output.paint.yellow('WAITING'), printable(message))
  }

  ready({ generation, names, hash }: SnapshotInfo, path: string): void {
    this.print(
      this.output.paint.green('READY  '),
      `generation ${generation}, ${counted(names.length, 'feature')}, ${printable(path)}, sha256 ${hash.slice(0, 12)}`,
    )
  }

  change({ generation, added, changed, removed, edits }: Change): void {
    const { green, yellow, red, cyan } = this.output.paint
    const byFeature = grouped(edits)
    const named = [
      ...added.map((name) => green(`+${printable(name)}`)),
      ...changed.map((name) => {
        const edited = editsLine(byFeature.get(name) ?? [])
        return yellow(`~${printable(name)}`) + (edited && ` (${edited})`)
      }),
      ...removed.map((name) => red(`-${printable(name)}`)),
    ]
    const more =
      named.length > MOST_NAMES
        ? [
            `and ${named.length - MOST_NAMES} more: +${added.length} ~${changed.length} -${removed.length} in all`,
          ]
        : []
    this.print(
      cyan('CHANGE '),
      [`generation ${generation}`, ...named.slice(0, MOST_NAMES), ...more].join('  '),
    )
  }

  problem(problem: Problem, { heldBack }: SnapshotInfo): void {
    const held =
      problem.severity === 'error' &&
      problem.feature !== undefined &&
      heldBack.includes(problem.feature)
    const kept = held ? this.output.paint.dim('  (its last good version stays in force)') : ''
    this.print(this.output.paint.red('PROBLEM'), problemLine(problem, this.output) + kept)
  }

  solved(problem: Problem): void {
    this.print(this.output.paint.green('SOLVED '), problemLine(problem, this.output))
  }

  stale(problem: Problem, { generation }: SnapshotInfo): void {
    this.print(
      this.output.paint.red('STALE  '),
      `generation ${generation} stays in force: ${problem.code} ${printable(placeOf(problem))}`.trimEnd(),
    )
  }

  private print(word: string, text: string): void {
    const time = [this.now().getHours(), this.now().getMinutes(), this.now().getSeconds()].map(
      (part) => String(part).padStart(2, '0'),
    )
    this.output.line(`${this.output.paint.dim(time.join(':'))}  ${word}  ${text}`)
  }
}

function grouped(edits: readonly Edit[]): ReadonlyMap<string, readonly Edit[]> {
  const groups = new Map<string, Edit[]>()
  for (const edit of edits) {
    const group = groups.get(edit.feature)
    if (group) group.push(edit)
    else groups.set(edit.feature, [edit])
  }
  return groups
}

/** Prints lines of NDJSON for programs. */
class RecordJournal implements Journal {
  constructor(
    private readonly output: Output,
    private readonly now: () => Date,
  ) {}

  waiting(message: string): void {
    this.print('waiting', { message })
  }

  ready({ generation, hash, names }: SnapshotInfo): void {
    this.print('ready', { generation, hash, features: names.length })
  }

  change(change: Change): void {
    const { edits } = change
    this.print('change', { ...change, ...(edits.length > 0 && { edits }) })
  }

  problem(problem: Problem, { heldBack }: SnapshotInfo): void {
    this.print('problem', {
      ...problem,
      heldBack: problem.feature !== undefined && heldBack.includes(problem.feature),
    })
  }

  stale(problem: Problem, { generation }: SnapshotInfo): void {
    this.print('stale', { generation, problem })
  }

  solved(problem: Problem): void {
    this.print('solved', { ...problem })
  }

  private print(event: string, members: object): void {
    this.output.record({ event, at: this.now().toISOString(), ...members })
  }
}

export interface WatchFlags extends Reading {
  readonly json?: boolean
  readonly wait?: boolean
}

/** How often the reason is printed while there is nothing to watch, when it has changed. */
const PATIENCE_MS = 1000

/** `liveflag watch`: prints each change as it takes effect, until it is interrupted. */
export async function watch(
  path: string,
  flags: WatchFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (path === '-')
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'stdin cannot be watched; give a file')
  const source = await sourceAt(path, { ...flags, keepAlive: true }, 'watch')
  const output = new Output(terminal)
  const journal = flags.json
    ? new RecordJournal(output, terminal.now)
    : new PlainJournal(output, terminal.now)
  const interruption = terminal.interruption()
  const interrupted = new Promise<undefined>((resolve) =>
    interruption.addEventListener('abort', () => resolve(undefined), { once: true }),
  )
  const features = await Promise.race([
    new Opening(path, source, flags, terminal).run(journal, interruption),
    interrupted,
  ])
  if (features) journalOf(features, journal, path)
  // A URL that is pulled does not keep the process alive by itself.
  await keepAliveDuring(interrupted)
  await features?.close()
  await source.close()
  return OK
}

/**
 * Prints what happens from now on. What was wrong while there was nothing to watch, and is right by now, was said
 * as why it waits.
 */
export function journalOf(features: Features, journal: Journal, path: string): void {
  const isOver = new Set<string>()
  let isReady = false
  features
    .on('ready', () => {
      isReady = true
      journal.ready(features.snapshot, shownPath(path))
    })
    .on('change', (change) => journal.change(change))
    .on('problem', (problem) => {
      const isThere = features.snapshot.problems.some((one) => textOf(one) === textOf(problem))
      if (isReady || isThere) journal.problem(problem, features.snapshot)
      else isOver.add(textOf(problem))
    })
    .on('solved', (problem) => {
      if (!isOver.delete(textOf(problem))) journal.solved(problem)
    })
    .on('stale', ({ problem }) => journal.stale(problem, features.snapshot))
}

const textOf = (problem: Problem): string => `${problem.code} ${problemText(problem)}`

/**
 * Opens the file; with `--wait`, retries until it can be opened and prints each new reason why it
 * cannot.
 */
class Opening {
  constructor(
    private readonly path: string,
    private readonly source: Source,
    private readonly flags: WatchFlags,
    private readonly terminal: Terminal,
  ) {}

  async run(journal: Journal, interruption: AbortSignal): Promise<Features | undefined> {
    for (let printed = ''; !interruption.aborted;) {
      const features = await this.attempt(printed === '' ? false : PATIENCE_MS)
      if (!(features instanceof LiveflagError)) return features
      const problem = await this.problem(features)
      if (!this.flags.wait) throw problem ?? features
      if (problem && problem.message !== printed) journal.waiting((printed = problem.message))
    }
    return undefined
  }

  private async attempt(waitForFile: number | false): Promise<Features | LiveflagError> {
    const { compat } = this.flags
    try {
      return await openFeatures({ source: this.source, ...(compat && { compat }), waitForFile })
    } catch (error) {
      if (error instanceof LiveflagError && error.code === 'LIVEFLAG_NO_CONFIG') return error
      throw error
    }
  }

  /** The engine's message names options of the code, so the command line has its own. */
  private problem(cause: LiveflagError): Promise<LiveflagError | undefined> {
    return startProblem(this.path, this.flags, this.terminal.stdin, cause)
  }
}
