import { LiveflagError } from '../core/errors'
import { checkOptions, type OptionKinds, wholeNumberFrom } from '../core/options'
import { dayOf } from '../core/time'
import { bindMethods } from '../runtime/bind-methods'
import { admitted, NOTHING, withDecision } from './admitting'
import { reportsOf } from './memory-reports'
import { NewestRows, type StoredRows } from './memory-rows'
import { keyedConversions } from './conversion-key'
import { STORE_METHODS } from './option-kinds'
import { type SeenRow, seenOf, type SignInRow, stored } from './sql/tables'
import { SEEN_AGAIN_MS } from './seen-again'
import { storableText } from './sql/storable'
import type {
  Ask,
  ConfigRow,
  ConversionQuestion,
  ConversionRow,
  CountedBatch,
  DecisionRow,
  DomainHolder,
  DropRow,
  EventsAsked,
  ExposureRow,
  History,
  LedgerAsked,
  Member,
  MembersAsked,
  RecordedEvent,
  Reports,
  SignIn,
  Span,
  Store,
  UsageRow,
} from './store'

class MemoryStore implements Store, StoredRows {
  readonly name = 'memory'
  readonly decisions: Map<string, DecisionRow>
  readonly configRows: Map<string, ConfigRow>
  readonly exposures: Map<string, SeenRow>
  readonly signIns: Map<string, SignInRow>
  readonly usages: Map<string, UsageRow>
  readonly conversionRows: Map<string, ConversionRow>
  readonly dropRows: Map<string, DropRow>
  readonly subjects: Map<string, History>
  readonly lookCounts = new Map<string, Map<number, number>>()
  private closed = false

  constructor(most: number) {
    this.decisions = new NewestRows(most)
    this.configRows = new NewestRows(most)
    this.exposures = new NewestRows(most)
    this.signIns = new NewestRows(most)
    this.usages = new NewestRows(most)
    this.conversionRows = new NewestRows(most)
    this.dropRows = new NewestRows(most)
    this.subjects = new NewestRows(most)
    bindMethods<Store>(this, STORE_METHODS)
  }

  async open(): Promise<void> {
    this.use()
  }

  async write(batch: CountedBatch): Promise<void> {
    this.use()
    // Refuses the rows that a database would refuse.
    stored(batch)
    for (const row of batch.configs ?? []) this.addConfig(row)
    for (const row of batch.decisions ?? []) this.addDecision(row)
    for (const row of batch.exposures ?? []) this.addExposure(row)
    for (const row of batch.usages ?? []) keepFirst(this.usages, row.id, row)
    for (const row of (batch.conversions ?? []).flatMap(keyedConversions))
      keepFirst(this.conversionRows, row.eventId, row)
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

  async eachMember(asked: MembersAsked, each: (member: Member) => void) {
    return reportsOf(this.use()).eachMember(asked, each)
  }

  async eachSignIn(experiment: string, each: (signIn: SignIn) => void) {
    return reportsOf(this.use()).eachSignIn(experiment, each)
  }

  async eachEvent(asked: EventsAsked, each: (event: RecordedEvent) => void) {
    return reportsOf(this.use()).eachEvent(asked, each)
  }

  async configs(revisions: readonly string[]) {
    return reportsOf(this.use()).configs(revisions)
  }

  async ledger(asked: LedgerAsked) {
    return reportsOf(this.use()).ledger(asked)
  }

  async orphans(span?: Span) {
    return reportsOf(this.use()).orphans(span)
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

  async recentUnits(most: number) {
    return reportsOf(this.use()).recentUnits(most)
  }

  async askedFeatures(span?: Span) {
    return reportsOf(this.use()).askedFeatures(span)
  }

  async decisionsByReason(experiment: string, span?: Span) {
    return reportsOf(this.use()).decisionsByReason(experiment, span)
  }

  async drops(experiment: string, span?: Span) {
    return reportsOf(this.use()).drops(experiment, span)
  }

  async looks(experiment: string) {
    return reportsOf(this.use()).looks(experiment)
  }

  async countLook(experiment: string, at: number): Promise<void> {
    const { lookCounts } = this.use()
    const days = lookCounts.get(experiment) ?? new Map<number, number>()
    const day = dayOf(at)
    lookCounts.set(experiment, days.set(day, (days.get(day) ?? 0) + 1))
  }

  async snapshot<T>(read: (reports: Reports) => Promise<T>): Promise<T> {
    const { configRows, decisions, exposures, signIns, usages, ...others } = this.use()
    const { conversionRows, dropRows, subjects, lookCounts } = others
    return read(
      reportsOf({
        lookCounts: new Map(lookCounts),
        configRows: new Map(configRows),
        decisions: new Map(decisions),
        exposures: new Map(exposures),
        signIns: new Map(signIns),
        usages: new Map(usages),
        conversionRows: new Map(conversionRows),
        dropRows: new Map(dropRows),
        subjects: new Map(subjects),
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

  private addConfig(row: ConfigRow): void {
    const known = this.configRows.get(row.revision)
    if (!known || row.at < known.at) this.configRows.set(row.revision, row)
  }

  /**
   * The earliest stays, with the time of the latest: a row that waited on another server arrives
   * after later ones.
   */
  private addExposure(row: ExposureRow): void {
    const key = JSON.stringify([row.unit, row.experiment, row.variant])
    const known = this.exposures.get(key)
    const seen = seenOf(row)
    const merged = known ? mergedExposure(known, seen) : seen
    if (merged !== known) this.exposures.set(key, merged)
    this.addSignIn(row)
  }

  /** As databases keep them: see `signInsOf`. */
  private addSignIn({ kind, user, loid, unit, experiment, at }: ExposureRow): void {
    if (kind !== 'user' || !user || !loid || loid === unit) return
    const key = JSON.stringify([experiment, loid, unit])
    const known = this.signIns.get(key)
    if (!known || at < known.at) this.signIns.set(key, { experiment, loid, unit, at })
  }

  private addDecision(row: DecisionRow): void {
    keepFirst(this.decisions, row.decisionId, row)
    this.changeHistory(storableText(row.subject), (history) => ({
      ...history,
      assigned: withDecision(history.assigned, row),
    }))
  }

  private changeDomains(
    subject: string,
    change: (held: readonly DomainHolder[]) => readonly DomainHolder[],
  ): void {
    this.changeHistory(subject, (history) => ({
      ...history,
      domains: change(history.domains).toSorted((a, b) => (a.domain < b.domain ? -1 : 1)),
    }))
  }

  /** The subject becomes the newest one. */
  private changeHistory(subject: string, change: (history: History) => History): void {
    const history = this.subjects.get(subject) ?? NOTHING
    this.subjects.delete(subject)
    this.subjects.set(subject, change(history))
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

/** As databases merge them: see `exposuresMerge`. */
function mergedExposure(known: SeenRow, row: SeenRow): SeenRow {
  const { lastAt, lastRevision } = row.lastAt > known.lastAt ? row : known
  const loid = known.loid ?? row.loid ?? null
  const isEdit = lastRevision !== null && lastRevision !== known.lastRevision
  const isNews =
    row.at < known.at ||
    lastAt >= known.lastAt + SEEN_AGAIN_MS ||
    isEdit ||
    loid !== (known.loid ?? null)
  return isNews ? { ...(row.at < known.at ? row : known), lastAt, lastRevision, loid } : known
}

function keepFirst<Row>(rows: Map<string, Row>, key: string, row: Row): void {
  if (!rows.has(key)) rows.set(key, row)
}

/** Options of `memoryStore`. Every member may be missing. */
export interface MemoryStoreOptions {
  /**
   * Rows of each kind, and subjects, that are stored; the oldest are forgotten. Default: all, until
   * the process ends.
   */
  readonly mostRows?: number
}

const KINDS: OptionKinds<MemoryStoreOptions> = { mostRows: wholeNumberFrom(1) }

/**
 * Stores records in the memory of this process. For tests, and to try things out. Needs no package.
 *
 * @example const decider = createDecider({ features, store: memoryStore() })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an option that is unknown or not valid
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  checkOptions('memoryStore', options, KINDS)
  return new MemoryStore(options.mostRows ?? Infinity)
}
