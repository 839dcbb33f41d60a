import { LiveflagError } from '../core/errors'
import { admitted, NOTHING, withDecision } from './admitting'
import { reportsOf, type StoredRows } from './memory-reports'
import { stored } from './sql/tables'
import { storableText } from './sql/storable'
import type {
  Ask,
  ConversionQuestion,
  ConversionRow,
  CountedBatch,
  DecisionRow,
  DomainHolder,
  DropRow,
  ExposureRow,
  History,
  Reports,
  Span,
  Store,
  UsageRow,
} from './store'

class MemoryStore implements Store, StoredRows {
  readonly name = 'memory'
  readonly decisions = new Map<string, DecisionRow>()
  readonly exposures = new Map<string, ExposureRow>()
  readonly usages = new Map<string, UsageRow>()
  readonly conversionRows = new Map<string, ConversionRow>()
  readonly dropRows = new Map<string, DropRow>()
  private readonly subjects = new Map<string, History>()
  private closed = false

  async open(): Promise<void> {
    this.use()
  }

  async write(batch: CountedBatch): Promise<void> {
    this.use()
    // Refuses the rows that a database would refuse.
    stored(batch)
    for (const row of batch.decisions ?? []) this.addDecision(row)
    for (const row of batch.exposures ?? []) this.addExposure(row)
    for (const row of batch.usages ?? []) keepFirst(this.usages, row.id, row)
    for (const row of batch.conversions ?? []) keepFirst(this.conversionRows, row.eventId, row)
    for (const row of batch.drops ?? []) keepFirst(this.dropRows, row.id, row)
  }

  /** Runs without a pause, so that no other call comes between. */
  async admit(asks: readonly Ask[]): Promise<void> {
    this.use()
    const known = asks.map(({ subject, decide }): Ask => ({
      subject: storableText(subject),
      decide,
    }))
    const { admissions, releases, reservations } = admitted(known, this.subjects)
    stored({ decisions: admissions.map(({ decision }) => decision) })
    for (const { subject, ...holder } of releases)
      this.changeDomains(subject, (held) => held.filter((one) => one.domain !== holder.domain))
    for (const { subject, ...holder } of reservations)
      this.changeDomains(subject, (held) => [...held, holder])
    for (const { decision } of admissions) this.addDecision(decision)
  }

  async histories(subjects: readonly string[]): Promise<readonly History[]> {
    this.use()
    return subjects.map((subject) => this.subjects.get(storableText(subject)) ?? NOTHING)
  }

  async hasDecision(decisionId: string): Promise<boolean> {
    return this.use().decisions.has(decisionId)
  }

  async exposuresOverTime(experiment: string, stepMs: number, span?: Span) {
    return reportsOf(this.use()).exposuresOverTime(experiment, stepMs, span)
  }

  async exposedUnits(experiment: string, span?: Span) {
    return reportsOf(this.use()).exposedUnits(experiment, span)
  }

  async conversions(question: ConversionQuestion) {
    return reportsOf(this.use()).conversions(question)
  }

  async conversionNames(experiment: string) {
    return reportsOf(this.use()).conversionNames(experiment)
  }

  async conversionCounts(span?: Span) {
    return reportsOf(this.use()).conversionCounts(span)
  }

  async recorded(experiment: string) {
    return reportsOf(this.use()).recorded(experiment)
  }

  async experiments() {
    return reportsOf(this.use()).experiments()
  }

  async decisionsByReason(experiment: string, span?: Span) {
    return reportsOf(this.use()).decisionsByReason(experiment, span)
  }

  async drops(experiment: string, span?: Span) {
    return reportsOf(this.use()).drops(experiment, span)
  }

  async snapshot<T>(read: (reports: Reports) => Promise<T>): Promise<T> {
    const { decisions, exposures, conversionRows, dropRows } = this.use()
    return read(
      reportsOf({
        decisions: new Map(decisions),
        exposures: new Map(exposures),
        conversionRows: new Map(conversionRows),
        dropRows: new Map(dropRows),
      }),
    )
  }

  /** What is in memory ends with the process, written or not. */
  writeAtExit(): boolean {
    return true
  }

  async close(): Promise<void> {
    this.closed = true
  }

  /** The earliest stays: a row that waited on another server arrives after later ones. */
  private addExposure(row: ExposureRow): void {
    const key = JSON.stringify([row.unit, row.experiment, row.variant])
    const known = this.exposures.get(key)
    if (!known || row.at < known.at) this.exposures.set(key, row)
  }

  private addDecision(row: DecisionRow): void {
    keepFirst(this.decisions, row.decisionId, row)
    const subject = storableText(row.subject)
    const history = this.subjects.get(subject) ?? NOTHING
    this.subjects.set(subject, { ...history, assigned: withDecision(history.assigned, row) })
  }

  private changeDomains(
    subject: string,
    change: (held: readonly DomainHolder[]) => readonly DomainHolder[],
  ): void {
    const history = this.subjects.get(subject) ?? NOTHING
    this.subjects.set(subject, {
      ...history,
      domains: change(history.domains).toSorted((a, b) => (a.domain < b.domain ? -1 : 1)),
    })
  }

  private use(): this {
    if (this.closed)
      throw new LiveflagError(
        'LIVEFLAG_CLOSED',
        'the store of records in memory is closed; close it after the last request',
      )
    return this
  }
}

function keepFirst<Row>(rows: Map<string, Row>, key: string, row: Row): void {
  if (!rows.has(key)) rows.set(key, row)
}

/**
 * Stores records in the memory of this process, all of them, until it ends. For tests, and to try
 * things out. Needs no package.
 *
 * @example const decider = createDecider({ features, store: memoryStore() })
 */
export function memoryStore(): Store {
  return new MemoryStore()
}
