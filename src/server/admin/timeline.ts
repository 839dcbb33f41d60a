import { type Problem, problemText } from '../../core/problem'
import type { Features } from '../../engine/features'
import type { Change } from '../../live-config/change'
import type { ServerDatabase } from '../database'
import { Alarm } from '../../runtime/alarm'
import type { EditLog } from './edits/edit-log'
import type { TimelineChange, TimelineEvent } from './contract'

const MOST_EVENTS = 100
/** A change may be of thousands of entries. */
const MOST_NAMES = 100
const MOST_EDITS = 20

/** What of the log of edits says who changed a file. */
export type Causes = Pick<EditLog, 'causeOf'>

/** The last things that happened to the live config. */
export class Timeline {
  private readonly stored: RecentEvents
  /** Events that are not stored yet: thousands of problems may come at once. */
  private waiting: TimelineEvent[] = []
  private readonly alarm = new Alarm(() => this.store())

  constructor(
    private readonly features: Pick<Features, 'on' | 'off' | 'now' | 'snapshot'>,
    private readonly causes: Causes,
    database: ServerDatabase | undefined,
  ) {
    this.stored = database ? new SqlEvents(database) : new MemoryEvents()
    features
      .on('change', this.onChange)
      .on('problem', this.onProblem)
      .on('solved', this.onSolved)
      .on('stale', this.onStale)
      .on('ready', this.onReady)
  }

  /** The newest first. */
  get events(): readonly TimelineEvent[] {
    this.store()
    return [...this.waiting].reverse().concat(this.stored.newest()).slice(0, MOST_EVENTS)
  }

  /** A change as it is shown, with whoever saved it here. */
  changeEvent(change: Change): TimelineChange {
    const { generation, added, changed, removed, edits } = change
    const { by = null, reason = null } = this.causeOf(change) ?? {}
    return {
      kind: 'change',
      at: this.features.now(),
      generation,
      added: added.slice(0, MOST_NAMES),
      changed: changed.slice(0, MOST_NAMES),
      removed: removed.slice(0, MOST_NAMES),
      edits: edits.slice(0, MOST_EDITS),
      by,
      reason,
    }
  }

  close(): void {
    this.alarm.clear()
    this.store()
    this.features
      .off('change', this.onChange)
      .off('problem', this.onProblem)
      .off('solved', this.onSolved)
      .off('stale', this.onStale)
      .off('ready', this.onReady)
  }

  private readonly onChange = (change: Change): void => this.add(this.changeEvent(change))

  private readonly onProblem = (problem: Problem): void => this.addState('problem', problem)

  private readonly onSolved = (problem: Problem): void => this.addState('solved', problem)

  private readonly onStale = ({ problem }: { readonly problem: Problem }): void =>
    this.addState('stale', problem)

  private readonly onReady = ({ generation }: { readonly generation: number }): void => {
    const text = `generation ${generation} is in force, and is the newest`
    this.add({ kind: 'ready', at: this.features.now(), text, feature: null })
  }

  private addState(kind: 'stale' | 'problem' | 'solved', problem: Problem): void {
    const { feature = null } = problem
    this.add({ kind, at: this.features.now(), text: problemText(problem), feature })
  }

  private causeOf({ previousGeneration }: Change): ReturnType<Causes['causeOf']> {
    for (const { name, generation, readHash } of this.features.snapshot.sources) {
      if (generation <= previousGeneration || readHash === undefined) continue
      const cause = this.causes.causeOf(name, readHash)
      if (cause) return cause
    }
    return undefined
  }

  private add(event: TimelineEvent): void {
    this.waiting.push(event)
    if (this.waiting.length > 2 * MOST_EVENTS) this.waiting = this.waiting.slice(-MOST_EVENTS)
    this.alarm.ringWithin(0)
  }

  private store(): void {
    if (this.waiting.length === 0) return
    try {
      this.stored.add(this.waiting.slice(-MOST_EVENTS))
      this.waiting = []
    } catch {
      // Of a database that is locked or full: they wait for the next event, or for somebody who asks.
    }
  }
}

/** The newest events, whoever wrote them. */
interface RecentEvents {
  add(events: readonly TimelineEvent[]): void
  /** The newest first. */
  newest(): readonly TimelineEvent[]
}

class MemoryEvents implements RecentEvents {
  private events: readonly TimelineEvent[] = []

  add(events: readonly TimelineEvent[]): void {
    this.events = [...this.events, ...events].slice(-MOST_EVENTS)
  }

  newest(): readonly TimelineEvent[] {
    return [...this.events].reverse()
  }
}

/** The order of events is that of SQLite's row numbers, which servers of one file share. */
class SqlEvents implements RecentEvents {
  private read: readonly TimelineEvent[] = []
  /** The newest row that has been read. */
  private last = 0

  constructor(private readonly database: ServerDatabase) {
    database.exec(`CREATE TABLE IF NOT EXISTS ${TABLE} (key TEXT PRIMARY KEY, value TEXT NOT NULL)`)
  }

  add(events: readonly TimelineEvent[]): void {
    const insert = this.database.prepare<[string]>(
      `INSERT INTO ${TABLE} VALUES (lower(hex(randomblob(8))), ?)`,
    )
    this.database
      .transaction(() => {
        for (const event of events) insert.run(JSON.stringify(event))
        this.database.exec(
          `DELETE FROM ${TABLE} WHERE rowid <= (SELECT max(rowid) FROM ${TABLE}) - ${MOST_EVENTS}`,
        )
      })
      .immediate()
  }

  newest(): readonly TimelineEvent[] {
    const { last = 0 } =
      this.database
        .prepare<[], { readonly last: number }>(`SELECT max(rowid) AS last FROM ${TABLE}`)
        .get() ?? {}
    if (last === this.last) return this.read
    this.last = last
    this.read = this.database
      .prepare<[], { readonly value: string }>(
        `SELECT value FROM ${TABLE} ORDER BY rowid DESC LIMIT ${MOST_EVENTS}`,
      )
      .all()
      // Where data comes in: written by `add`.
      .map(({ value }) => JSON.parse(value) as TimelineEvent)
    return this.read
  }
}

const TABLE = 'liveflag_timeline'
