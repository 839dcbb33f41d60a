import type { Problem } from '../core/problem'
import type { Change } from '../live-config/change'
import type { SnapshotInfo } from '../snapshot-info'
import { counted, type Output, printable } from './output'
import { placeOf, problemLine } from './problems'

/** Writes down what a watched live config does. */
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

/** One line for people. */
export class PlainJournal implements Journal {
  constructor(
    private readonly output: Output,
    private readonly now: () => Date,
  ) {}

  waiting(message: string): void {
    this.tell(this.output.paint.yellow('WAITING'), printable(message))
  }

  ready({ generation, names, hash }: SnapshotInfo, path: string): void {
    this.tell(this.output.paint.green('READY  '), `generation ${generation}, ${counted(names.length, 'feature')}, ${printable(path)}, sha256 ${hash.slice(0, 12)}`)
  }

  change({ generation, added, changed, removed }: Change): void {
    const { green, yellow, red, cyan } = this.output.paint
    const named = [
      ...added.map((name) => green(`+${printable(name)}`)),
      ...changed.map((name) => yellow(`~${printable(name)}`)),
      ...removed.map((name) => red(`-${printable(name)}`)),
    ]
    const more = named.length > MOST_NAMES ? [`and ${named.length - MOST_NAMES} more: +${added.length} ~${changed.length} -${removed.length} in all`] : []
    this.tell(cyan('CHANGE '), [`generation ${generation}`, ...named.slice(0, MOST_NAMES), ...more].join('  '))
  }

  problem(problem: Problem, { heldBack }: SnapshotInfo): void {
    const held = problem.severity === 'error' && problem.feature !== undefined && heldBack.includes(problem.feature)
    const kept = held ? this.output.paint.dim('  (its last good version stays in force)') : ''
    this.tell(this.output.paint.red('PROBLEM'), problemLine(problem, this.output) + kept)
  }

  solved(problem: Problem): void {
    this.tell(this.output.paint.green('SOLVED '), problemLine(problem, this.output))
  }

  stale(problem: Problem, { generation }: SnapshotInfo): void {
    this.tell(this.output.paint.red('STALE  '), `generation ${generation} stays in force: ${problem.code} ${printable(placeOf(problem))}`.trimEnd())
  }

  private tell(word: string, text: string): void {
    const time = [this.now().getHours(), this.now().getMinutes(), this.now().getSeconds()].map((part) => String(part).padStart(2, '0'))
    this.output.line(`${this.output.paint.dim(time.join(':'))}  ${word}  ${text}`)
  }
}

/** One line of NDJSON for programs. */
export class RecordJournal implements Journal {
  constructor(
    private readonly output: Output,
    private readonly now: () => Date,
  ) {}

  waiting(message: string): void {
    this.tell('waiting', { message })
  }

  ready({ generation, hash, names }: SnapshotInfo): void {
    this.tell('ready', { generation, hash, features: names.length })
  }

  change(change: Change): void {
    this.tell('change', change)
  }

  problem(problem: Problem, { heldBack }: SnapshotInfo): void {
    this.tell('problem', { ...problem, heldBack: problem.feature !== undefined && heldBack.includes(problem.feature) })
  }

  stale(problem: Problem, { generation }: SnapshotInfo): void {
    this.tell('stale', { generation, problem })
  }

  solved(problem: Problem): void {
    this.tell('solved', { ...problem })
  }

  private tell(event: string, members: object): void {
    this.output.record({ event, at: this.now().toISOString(), ...members })
  }
}
