import type { Handle, ReportedEvent } from './adapter'
import { isNoDifference, type Difference } from './diff'

/**
 * The events that are due: one for each effective change, one for each turn of the status, and no
 * others.
 */
export class Ledger {
  private changes: Difference[] = []
  private turns: ('stale' | 'ready')[] = []
  private from = 0
  private stale = false
  private turnsCount = true

  constructor(private readonly handle: Handle) {}

  expectChange(change: Difference): void {
    if (!isNoDifference(change)) this.changes.push(change)
  }

  expectTurn(turn: 'stale' | 'ready'): void {
    if (this.stale === (turn === 'stale')) return
    this.stale = turn === 'stale'
    this.turns.push(turn)
  }

  /** Allows any number of turns of the status until the next skip. */
  ignoreTurns(): void {
    this.turnsCount = false
  }

  /** Leaves out all events so far. */
  skip(): void {
    this.changes = []
    this.turns = []
    this.turnsCount = true
    this.from = this.handle.events?.length ?? 0
  }

  /** All events since the last skip. */
  reported(): readonly ReportedEvent[] {
    const events = this.handle.events ?? []
    // READY for the first content may come before anybody listens, or right after.
    const start = this.from === 0 && events[0]?.type === 'ready' ? 1 : this.from
    return events.slice(start)
  }

  isComplete(): boolean {
    return this.reported().length >= this.changes.length + this.turns.length
  }

  violations(): string[] {
    const changes = this.reported().flatMap((event) =>
      event.type === 'change' ? [keysOf(event)] : [],
    )
    const turns = this.reported().flatMap((event) => (event.type === 'change' ? [] : [event.type]))
    return [
      ...unequal('I8: change events', changes, this.changes.map(keysOf)),
      ...(this.turnsCount ? unequal('I9: status events', turns, this.turns) : []),
      ...this.disorder(),
    ]
  }

  private disorder(): string[] {
    const generations = this.reported().flatMap((event) =>
      event.type === 'change' ? [event.generation] : [],
    )
    return generations.some((generation, i) => generation <= (generations[i - 1] ?? 0))
      ? [`I8: events out of order: ${generations.join(', ')}`]
      : []
  }
}

const keysOf = ({ added, changed, removed }: Difference): string =>
  `+[${added.join()}] ~[${changed.join()}] -[${removed.join()}]`

function unequal(what: string, seen: readonly string[], wanted: readonly string[]): string[] {
  return seen.join(' ') === wanted.join(' ')
    ? []
    : [`${what}: wanted ${wanted.join(' ') || 'none'}; saw ${seen.join(' ') || 'none'}`]
}
