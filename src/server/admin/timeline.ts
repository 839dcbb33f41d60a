import { type Problem, problemText } from '../../core/problem'
import type { Features } from '../../engine/features'
import type { Change } from '../../live-config/change'
import type { ServerDatabase } from '../database'
import { Alarm } from '../../runtime/alarm'
import type { EditLog } from './edits/edit-log'
import type { TimelineChange, TimelineEvent } from './contract'
import type { Publishers, Signed } from './fleet/publishers'

const MOST_EVENTS = 100
/** A change may be of thousands of entries. */
const MOST_NAMES = 100
const MOST_EDITS = 20

/** What of the log of edits says who changed a file. */
export type Causes = Pick<EditLog, 'causeOf'>

export interface TimelineParts {
  readonly features: Pick<Features, 'on' | 'off' | 'now' | 'snapshot'>
  readonly causes: Causes
  /** What of the stores says who published a text. */
  readonly publishers: Pick<Publishers, 'knows' | 'of'>
}

/** An event that is not stored yet. */
interface Waiting {
  event: TimelineEvent
  /** Who changed it is being asked for. */
  isAsked: boolean
}

/** The last things that happened to the live config. */
export class Timeline {
  private readonly stored: RecentEvents
  /** Events that are not stored yet: thousands of problems may come at once. */
  private waiting: Waiting[] = []
  private readonly signed = new WeakMap<Change, TimelineChange | Promise<TimelineChange>>()
  private readonly alarm = new Alarm(() => this.store())

  constructor(
    private readonly parts: TimelineParts,
    database: ServerDatabase | undefined,
  ) {
    this.stored = database ? new SqlEvents(database) : new MemoryEvents()
    parts.features
      .on('change', this.onChange)
      .on('problem', this.onProblem)
      .on('solved', this.onSolved)
      .on('stale', this.onStale)
      .on('ready', this.onReady)
  }

  /** The newest first. */
  get events(): readonly TimelineEvent[] {
    this.store()
    const waiting = this.waiting.map(({ event }) => event).reverse()
    return waiting.concat(this.stored.newest()).slice(0, MOST_EVENTS)
  }

  /** A change as it is shown, with who made it; of a store, which has to be asked, soon. */
  changeEvent(change: Change): TimelineChange | Promise<TimelineChange> {
    const signed = this.signed.get(change) ?? this.signedEvent(change)
    this.signed.set(change, signed)
    return signed
  }

  close(): void {
    this.alarm.clear()
    for (const one of this.waiting) one.isAsked = false
    this.store()
    this.parts.features
      .off('change', this.onChange)
      .off('problem', this.onProblem)
      .off('solved', this.onSolved)
      .off('stale', this.onStale)
      .off('ready', this.onReady)
  }

  private readonly onChange = (change: Change): void => {
    const event = this.changeEvent(change)
    if (!(event instanceof Promise)) return this.add(event)
    const waiting = { event: this.eventOf(change, this.loggedCause(change)), isAsked: true }
    this.wait(waiting)
    void event.then((signed) => {
      Object.assign(waiting, { event: signed, isAsked: false })
      this.alarm.ringWithin(0)
    })
  }

  private readonly onProblem = (problem: Problem): void => this.addState('problem', problem)

  private readonly onSolved = (problem: Problem): void => this.addState('solved', problem)

  private readonly onStale = ({ problem }: { readonly problem: Problem }): void =>
    this.addState('stale', problem)

  private readonly onReady = ({ generation }: { readonly generation: number }): void => {
    const text = `generation ${generation} is in force, and is the newest`
    this.add({ kind: 'ready', at: this.parts.features.now(), text, feature: null })
  }

  private addState(kind: 'stale' | 'problem' | 'solved', problem: Problem): void {
    const { feature = null } = problem
    this.add({ kind, at: this.parts.features.now(), text: problemText(problem), feature })
  }

  private signedEvent(change: Change): TimelineChange | Promise<TimelineChange> {
    const { publishers } = this.parts
    const logged = this.loggedCause(change)
    const event = this.eventOf(change, logged)
    const published = this.changedSources(change).filter(({ name }) => publishers.knows(name))
    if (published.length === 0) return event
    return Promise.all(published.map(({ name, hash }) => publishers.of(name, hash))).then(
      (all) => ({ ...event, ...(all.find((one) => one?.by) ?? all.find((one) => one)) }),
    )
  }

  private eventOf(change: Change, cause: Signed | undefined): TimelineChange {
    const { generation, added, changed, removed, edits } = change
    return {
      kind: 'change',
      at: this.parts.features.now(),
      generation,
      added: added.slice(0, MOST_NAMES),
      changed: changed.slice(0, MOST_NAMES),
      removed: removed.slice(0, MOST_NAMES),
      edits: edits.slice(0, MOST_EDITS),
      by: cause?.by ?? null,
      reason: cause?.reason ?? null,
    }
  }

  /** Who saved it here. */
  private loggedCause(change: Change): Signed | undefined {
    for (const { name, hash } of this.changedSources(change)) {
      const cause = this.parts.causes.causeOf(name, hash)
      if (cause) return cause
    }
    return undefined
  }

  /** The sources that the change came from, with the hashes of their texts. */
  private changedSources({
    previousGeneration,
  }: Change): readonly { readonly name: string; readonly hash: string }[] {
    return this.parts.features.snapshot.sources.flatMap(({ name, generation, readHash }) =>
      generation > previousGeneration && readHash !== undefined ? [{ name, hash: readHash }] : [],
    )
  }

  private add(event: TimelineEvent): void {
    this.wait({ event, isAsked: false })
  }

  private wait(waiting: Waiting): void {
    this.waiting.push(waiting)
    if (this.waiting.length > 2 * MOST_EVENTS) this.waiting = this.waiting.slice(-MOST_EVENTS)
    this.alarm.ringWithin(0)
  }

  /** As far as it is known who made them: their order stays. */
  private store(): void {
    const asked = this.waiting.findIndex(({ isAsked }) => isAsked)
    const ready = asked < 0 ? this.waiting : this.waiting.slice(0, asked)
    if (ready.length === 0) return
    try {
      this.stored.add(ready.slice(-MOST_EVENTS).map(({ event }) => event))
      this.waiting = this.waiting.slice(ready.length)
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
