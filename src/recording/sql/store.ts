import { LiveflagError } from '../../core/errors'
import { bindMethods } from '../../runtime/bind-methods'
import { admitted, type Admitted, NOTHING } from '../admitting'
import { STORE_METHODS } from '../option-kinds'
import type {
  Ask,
  ConfigRow,
  AskedFeature,
  ConversionCount,
  ConversionQuestion,
  CountedBatch,
  Dropped,
  EventsAsked,
  ExposureStep,
  History,
  LedgerAsked,
  LedgerRow,
  Member,
  MembersAsked,
  Orphans,
  ReasonCount,
  Recorded,
  RecordedEvent,
  RecordedLooks,
  RecordedUnit,
  Reports,
  SignIn,
  Span,
  Store,
  VariantConversions,
  VariantUnits,
} from '../store'
import type { Connection, Engine } from './engine'
import { migrate } from './migrations'
import { readHistories } from './reading'
import { reportsOf, reportsOn } from './reports'
import { sql } from './statement'
import { storableText } from './storable'
import { restoredText } from '../../core/storable-text'
import { domains, stored, type Stored } from './tables'
import type { WriteThread } from './thread/write-thread'
import { type Writing, writingTo } from './writing'

/** Every store that speaks SQL: one set of queries, on an engine. */
export class SqlStore implements Store {
  readonly name: string
  private readonly writing: Writing
  private opening: Promise<Connection> | undefined
  private closing: Promise<void> | undefined
  private readonly running = new Set<Promise<unknown>>()

  /**
   * `thread` writes large batches over its own connection to the same database. A database in memory
   * has none.
   */
  constructor(
    private readonly engine: Engine,
    private readonly thread?: WriteThread,
  ) {
    this.name = engine.name
    this.writing = writingTo(engine)
    bindMethods<Store>(this, STORE_METHODS)
  }

  async open(): Promise<void> {
    await this.use(async () => undefined)
  }

  async write(batch: CountedBatch): Promise<void> {
    const rows = stored(batch)
    await this.use(() => this.written(rows))
  }

  async admit(asks: readonly Ask[]): Promise<void> {
    if (asks.length === 0) return
    const known = asks.map(({ subject, decide }): Ask => ({
      subject: storableText(subject),
      decide,
    }))
    const subjects = [...new Set(known.map(({ subject }) => subject))]
    await this.use(() =>
      this.engine.transaction(async (connection) => {
        await this.engine.lock(connection, subjects)
        await this.carryOut(
          connection,
          admitted(known, await readHistories(this.engine, connection, subjects)),
        )
      }),
    )
  }

  async histories(subjects: readonly string[]): Promise<readonly History[]> {
    const known = subjects.map(storableText)
    const found = await this.read((database) =>
      readHistories(this.engine, database, [...new Set(known)]),
    )
    return known.map((subject) => found.get(subject) ?? NOTHING)
  }

  hasDecision(decisionId: string): Promise<boolean> {
    return this.read(async (database) => {
      const rows = await database.query(
        sql`select 1 from liveflag_decisions where decision_id = ${storableText(decisionId)}`,
      )
      return rows.length > 0
    })
  }

  exposuresOverTime(
    experiment: string,
    stepMs: number,
    span?: Span,
  ): Promise<readonly ExposureStep[]> {
    return this.snapshot((reports) => reports.exposuresOverTime(experiment, stepMs, span))
  }

  eachMember(asked: MembersAsked, each: (member: Member) => void): Promise<void> {
    return this.snapshot((reports) => reports.eachMember(asked, each))
  }

  eachSignIn(experiment: string, each: (signIn: SignIn) => void): Promise<void> {
    return this.snapshot(async (reports) => reports.eachSignIn?.(experiment, each))
  }

  eachEvent(asked: EventsAsked, each: (event: RecordedEvent) => void): Promise<void> {
    return this.snapshot((reports) => reports.eachEvent(asked, each))
  }

  configs(revisions: readonly string[]): Promise<readonly ConfigRow[]> {
    return this.report((reports) => reports.configs(revisions))
  }

  ledger(asked: LedgerAsked): Promise<readonly LedgerRow[]> {
    return this.report((reports) => reports.ledger(asked))
  }

  orphans(span?: Span): Promise<Orphans> {
    return this.report((reports) => reports.orphans(span))
  }

  exposedUnits(experiment: string, span?: Span): Promise<readonly VariantUnits[]> {
    return this.snapshot((reports) => reports.exposedUnits(experiment, span))
  }

  conversions(question: ConversionQuestion): Promise<readonly VariantConversions[]> {
    return this.snapshot((reports) => reports.conversions(question))
  }

  conversionNames(experiment: string): Promise<readonly string[]> {
    return this.snapshot((reports) => reports.conversionNames(experiment))
  }

  conversionCounts(span?: Span): Promise<readonly ConversionCount[]> {
    return this.snapshot((reports) => reports.conversionCounts(span))
  }

  recorded(experiment: string): Promise<readonly Recorded[]> {
    return this.snapshot((reports) => reports.recorded(experiment))
  }

  experiments(): Promise<readonly string[]> {
    return this.report((reports) => reports.experiments())
  }

  recentUnits(most: number): Promise<readonly RecordedUnit[]> {
    return this.report((reports) => reports.recentUnits(most))
  }

  askedFeatures(span?: Span): Promise<readonly AskedFeature[]> {
    return this.report((reports) => reports.askedFeatures(span))
  }

  decisionsByReason(experiment: string, span?: Span): Promise<readonly ReasonCount[]> {
    return this.snapshot((reports) => reports.decisionsByReason(experiment, span))
  }

  drops(experiment: string, span?: Span): Promise<readonly Dropped[]> {
    return this.report((reports) => reports.drops(experiment, span))
  }

  looks(experiment: string): Promise<RecordedLooks> {
    return this.report((reports) => reports.looks(experiment))
  }

  countLook(experiment: string, at: number): Promise<void> {
    return this.use(() =>
      this.engine.transaction((connection) => this.writing.look(connection, experiment, at)),
    )
  }

  snapshot<T>(read: (reports: Reports) => Promise<T>): Promise<T> {
    return this.use(() => this.engine.snapshot((connection) => read(reportsOf(connection))))
  }

  writeAtExit(batch: CountedBatch, ms: number): boolean {
    // What is in memory ends with the process, written or not.
    if (!this.thread) return true
    if (this.closing) return false
    // SQLite: a transaction in progress, which never ends, holds the only lock.
    void this.engine.close()
    return this.thread.writeAtExit(stored(batch), ms)
  }

  close(): Promise<void> {
    this.closing ??= Promise.allSettled(this.running)
      .then(() => this.thread?.close())
      .then(() => this.engine.close())
    return this.closing
  }

  private async written(rows: Stored): Promise<void> {
    const { engine, thread } = this
    if (thread && (await thread.takes(rows))) await engine.elsewhere(() => thread.write(rows))
    else await engine.transaction((connection) => this.writing.write(connection, rows))
  }

  private async carryOut(
    connection: Connection,
    { admissions, releases, reservations }: Admitted,
  ): Promise<void> {
    for (const { subject, domain, experimentId } of releases) {
      await connection.query(
        sql`delete from liveflag_domains where subject_id = ${subject} and domain = ${domain} and experiment_id = ${experimentId}`,
      )
    }
    const rows = reservations.map(({ subject, ...rest }) =>
      domains.valuesOf({ ...rest, subject: restoredText(subject) }),
    )
    await this.writing.reserve(connection, rows)
    await this.writing.write(
      connection,
      stored({ decisions: admissions.map(({ decision }) => decision) }),
    )
  }

  private report<T>(ask: (reports: ReturnType<typeof reportsOn>) => Promise<T>): Promise<T> {
    return this.read((database) => ask(reportsOn(database)))
  }

  private read<T>(work: (database: Connection) => Promise<T>): Promise<T> {
    return this.use((database) => this.engine.read(() => work(database)))
  }

  private async use<T>(work: (database: Connection) => Promise<T>): Promise<T> {
    if (this.closing)
      throw new LiveflagError(
        'LIVEFLAG_CLOSED',
        `${this.name} is closed; close it after the last request`,
      )
    const running = this.worked(work)
    this.running.add(running)
    try {
      return await running
    } catch (error) {
      const failure = this.engine.failure(error)
      // What was found when the store was opened may have changed, such as its tables.
      if (failure.code === 'LIVEFLAG_STORE_UNAVAILABLE') this.opening = undefined
      throw failure
    } finally {
      this.running.delete(running)
    }
  }

  private async worked<T>(work: (database: Connection) => Promise<T>): Promise<T> {
    this.opening ??= this.opened()
    return work(await this.opening)
  }

  private async opened(): Promise<Connection> {
    try {
      const database = await this.engine.open()
      await migrate(this.engine, database)
      return database
    } catch (error) {
      // The next call tries again.
      this.opening = undefined
      throw error
    }
  }
}
