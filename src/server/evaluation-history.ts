import type { Statement } from 'better-sqlite3'
import { Alarm } from '../runtime/alarm'
import { nextTurn } from '../runtime/timers'
import type { AskedStep } from './admin/contract'
import type { ServerDatabase } from './database'
import type { Asked, Evaluations } from './evaluations'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long each step is, and how many of them are stored. */
const STEPS = {
  hour: { ms: HOUR_MS, stored: 48 },
  day: { ms: DAY_MS, stored: 45 },
} as const satisfies Record<AskedStep, object>

/** Counts are stored together this often; a server that is killed loses as much. */
const STORE_MS = 60_000
/** Features that are stored in one transaction, which holds the event loop. */
const SLICE = 500
/** What was not asked for this long is forgotten. */
const LAST_MS = 400 * DAY_MS
/** Others store for others, a little later. */
const OVERLAP_MS = 10 * 60_000

/** How often a feature was asked in each of the last hours or days. */
export interface AskedSeries {
  /** When each step begins, in universal time. */
  readonly starts: readonly number[]
  readonly stepMs: number
  readonly asked: readonly number[]
}

interface Parts {
  readonly evaluations: Evaluations
  /** Undefined: nothing outlives the process. */
  readonly database: ServerDatabase | undefined
  readonly now: () => number
  readonly onError: (error: unknown) => void
}

/**
 * How often features are asked, beyond the life of a server: servers of one database add up. A day
 * counts as watched when a server ran on it.
 */
export class EvaluationHistory {
  private readonly sql: Statements | undefined
  private readonly alarm = new Alarm(() => void this.storeInSlices())
  private readonly last = new Map<string, number>()
  private readUpTo = 0
  private isClosed = false
  private since: number
  readonly evaluations: Evaluations

  constructor(private readonly parts: Parts) {
    this.evaluations = parts.evaluations
    this.since = parts.evaluations.since
    this.sql = parts.database && statementsIn(parts.database)
    if (this.sql === undefined) return
    this.guarded(() => this.begin())
    this.alarm.set(STORE_MS)
  }

  /** When a feature was asked last; undefined when it was not while somebody counted. */
  lastAt(feature: string): number | undefined {
    const here = this.evaluations.lastAt(feature)
    const stored = this.last.get(feature)
    return here === undefined || stored === undefined ? (here ?? stored) : Math.max(here, stored)
  }

  /** Since when questions are counted, without a day in between on which no server ran. */
  get watchedSince(): number {
    return this.since
  }

  /** The oldest first; empty without a database. */
  series(feature: string, step: AskedStep): AskedSeries {
    const { ms, stored } = STEPS[step]
    const newest = Math.floor(this.parts.now() / ms)
    const starts = Array.from({ length: stored }, (_, i) => (newest - stored + 1 + i) * ms)
    if (this.sql === undefined) return { starts: [], stepMs: ms, asked: [] }
    const rows = this.sql[step].read.all(feature, newest - stored + 1)
    const counts = new Map(rows.map(({ at, count }) => [at * ms, count]))
    const waiting = this.evaluations.unstoredOf(feature)
    const asked = starts.map(
      (start) => (counts.get(start) ?? 0) + (start === newest * ms ? waiting : 0),
    )
    return { starts, stepMs: ms, asked }
  }

  /** Stores what is counted now. */
  store(): void {
    while (this.storeSome(this.evaluations.unstored(SLICE)));
  }

  close(): void {
    this.isClosed = true
    this.alarm.clear()
    this.store()
  }

  private async storeInSlices(): Promise<void> {
    this.guarded(() => this.watch())
    // What is asked meanwhile waits for the next time: on a busy server there would be no end.
    const asked = this.evaluations.unstored(Infinity)
    for (let at = 0; at < asked.length && !this.isClosed; at += SLICE) {
      if (!this.storeSome(asked.slice(at, at + SLICE))) break
      await nextTurn()
    }
    if (this.isClosed) return
    this.guarded(() => this.readLast())
    this.alarm.set(STORE_MS)
  }

  /** Whether there was something to store, and it is stored. */
  private storeSome(asked: readonly Asked[]): boolean {
    const { evaluations } = this
    const { database } = this.parts
    if (this.sql === undefined || database?.open !== true || asked.length === 0) return false
    return this.guarded(() => {
      database.transaction(() => asked.forEach((one) => this.storeOne(one))).immediate()
      evaluations.stored(asked)
    })
  }

  private storeOne({ feature, count, lastAt }: Asked): void {
    for (const step of ['hour', 'day'] as const) {
      const { ms, stored } = STEPS[step]
      const at = Math.floor(lastAt / ms)
      this.sql?.[step].add.run(feature, at, count)
      this.sql?.[step].forget.run(feature, at - stored)
    }
    this.sql?.addLast.run(feature, lastAt)
  }

  private begin(): void {
    const { database, now } = this.parts
    for (const [step, { ms, stored }] of Object.entries(STEPS))
      database
        ?.prepare(`DELETE FROM ${tableOf(step)} WHERE at <= ?`)
        .run(Math.floor(now() / ms) - stored)
    database?.prepare('DELETE FROM liveflag_asked_last WHERE at < ?').run(now() - LAST_MS)
    // Of a clock that was ahead.
    database?.prepare('UPDATE liveflag_asked_last SET at = ? WHERE at > ?').run(now(), now())
    this.watch()
    this.readLast()
  }

  /** Counts today as watched, and finds out since when there is no day between. */
  private watch(): void {
    const { now } = this.parts
    let day = Math.floor(now() / DAY_MS)
    this.sql?.watch.run(day, now())
    this.sql?.forgetWatched.run(day - LAST_MS / DAY_MS)
    this.since = Math.min(this.evaluations.since, now())
    for (const watched of this.sql?.watched.all() ?? []) {
      if (watched.day > day) continue
      if (watched.day !== day) break
      this.since = Math.min(this.since, watched.since)
      day--
    }
  }

  private readLast(): void {
    const { now } = this.parts
    const from = this.readUpTo
    this.readUpTo = now() - OVERLAP_MS
    for (const { feature, at } of this.sql?.last.all(from) ?? []) this.last.set(feature, at)
  }

  /** False where it threw: what was counted waits for the next time. */
  private guarded(work: () => void): boolean {
    try {
      if (this.parts.database?.open === true) work()
      return true
    } catch (error) {
      this.parts.onError(error)
      return false
    }
  }
}

interface StepStatements {
  readonly add: Statement<[string, number, number]>
  readonly forget: Statement<[string, number]>
  readonly read: Statement<[string, number], { readonly at: number; readonly count: number }>
}

interface Statements extends Readonly<Record<AskedStep, StepStatements>> {
  readonly addLast: Statement<[string, number]>
  readonly last: Statement<[number], { readonly feature: string; readonly at: number }>
  readonly watch: Statement<[number, number]>
  readonly watched: Statement<[], { readonly day: number; readonly since: number }>
  readonly forgetWatched: Statement<[number]>
}

const tableOf = (step: string): string => `liveflag_asked_${step}s`

function statementsIn(database: ServerDatabase): Statements {
  database.exec(`
    CREATE TABLE IF NOT EXISTS liveflag_asked_last (
      feature TEXT PRIMARY KEY, at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS liveflag_watched_days (
      day INTEGER PRIMARY KEY, since INTEGER NOT NULL
    );`)
  return {
    hour: stepStatements(database, tableOf('hour')),
    day: stepStatements(database, tableOf('day')),
    addLast: database.prepare(`
      INSERT INTO liveflag_asked_last VALUES (?, ?)
      ON CONFLICT (feature) DO UPDATE SET at = max(at, excluded.at)`),
    last: database.prepare('SELECT feature, at FROM liveflag_asked_last WHERE at >= ?'),
    watch: database.prepare('INSERT OR IGNORE INTO liveflag_watched_days VALUES (?, ?)'),
    watched: database.prepare('SELECT day, since FROM liveflag_watched_days ORDER BY day DESC'),
    forgetWatched: database.prepare('DELETE FROM liveflag_watched_days WHERE day < ?'),
  }
}

function stepStatements(database: ServerDatabase, table: string): StepStatements {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (
      feature TEXT NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (feature, at)
    ) WITHOUT ROWID`)
  return {
    add: database.prepare(`
      INSERT INTO ${table} VALUES (?, ?, ?)
      ON CONFLICT (feature, at) DO UPDATE SET count = count + excluded.count`),
    forget: database.prepare(`DELETE FROM ${table} WHERE feature = ? AND at <= ?`),
    read: database.prepare(`SELECT at, count FROM ${table} WHERE feature = ? AND at >= ?`),
  }
}
