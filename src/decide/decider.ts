import { codeOf, LiveflagError, shown, withCode } from '../core/errors'
import { guarded } from '../core/guarded'
import { noIdOf } from '../core/ids'
import { isJsonObject, type JsonObject } from '../core/json'
import type { World } from '../core/world'
import { bufferedWriter } from '../recording/buffered'
import { ConfigLog } from '../recording/config-log'
import type { Store } from '../recording/store'
import type { BufferedWriter } from '../recording/buffered-writer'
import { systemClock } from '../runtime/clock'
import { ErrorReports } from '../recording/error-reports'
import { SharedStore } from './admissions'
import type { DecisionReason, DecisionResult } from './answer'
import { type Conversion, conversionRows, refusalOf, unknownDecision } from './conversion'
import { DecisionLog } from './decision-log'
import { answerOf, Evaluator } from './evaluator'
import { HoldoutLog } from './holdout-log'
import { type Answered, Judge } from './judge'
import { KeptAnswers } from './kept-answers'
import { Renames } from './renames'
import { bindMethods } from '../runtime/bind-methods'
import { type DeciderOptions, plainWorld, readOptions, type Settled } from './settings'

/**
 * Decides which value a subject gets for a flag, says why, and writes it down
 * (docs/spec/decide.md).
 */
export interface Decider {
  /**
   * Throws LIVEFLAG_BAD_OPTION on a subject that is no text or empty, and on attributes that are no
   * object; else never.
   */
  decide(flag: string, subjectId: string, attributes?: JsonObject): Promise<DecisionResult>
  /**
   * The answers in the order of the flags. The subject's history is read once; each flag sees what
   * those before it assigned.
   */
  decideAll(
    flags: readonly string[],
    subjectId: string,
    attributes?: JsonObject,
  ): Promise<readonly DecisionResult[]>
  /**
   * Records that something an experiment hopes for happened. Resolves to true once it is durable; an
   * event that is known changes nothing. Resolves to false when it is not recorded, with the reason
   * in `onError`: the store is away, there is no such decision, or no report could use its time or
   * its value.
   */
  convert(conversion: Conversion): Promise<boolean>
  /**
   * The same for many, written together: resolves when they are durable, to the reason why each is
   * not recorded, undefined where it is. Rejects when the store is away, and when one is not valid.
   */
  convertAll(conversions: readonly Conversion[]): Promise<readonly (LiveflagError | undefined)[]>
  /** Answers so far, by reason. */
  readonly counts: Readonly<Partial<Record<DecisionReason, number>>>
  /** What writes decisions behind answers; give it exposures and usages, too. */
  readonly writer: BufferedWriter
  /** What was recorded, for reports. */
  readonly records: Pick<Store, 'snapshot' | 'countLook'>
  /** Writes what waits, then closes the store. Idempotent. */
  close(): Promise<void>
}

/**
 * Makes a decider over opened features and a store. Throws LIVEFLAG_BAD_OPTION on an option that is
 * unknown or not valid.
 *
 * @example
 * const decider = createDecider({ features, store: sqliteStore('records.db') })
 * const { value, decisionId } = await decider.decide('checkout', 'u1', { country: 'NZ' })
 * await decider.convert({ decisionId, name: 'purchase', value: 9.5 })
 */
export function createDecider(options: DeciderOptions): Decider {
  return new StoredDecider(readOptions(options))
}

/** How often errors of one code are reported. */
const ERRORS_EVERY_MS = 60_000

class StoredDecider implements Decider {
  readonly counts: Partial<Record<DecisionReason, number>> = {}
  readonly writer: BufferedWriter
  readonly records: Pick<Store, 'snapshot' | 'countLook'>
  private readonly judge: Judge
  private readonly log: DecisionLog
  private readonly kept: KeptAnswers
  private readonly reports: ErrorReports
  private readonly running = new Set<Promise<unknown>>()
  private readonly endAdmissions: () => void
  private readonly renames: Renames
  private closing: Promise<void> | undefined

  constructor(private readonly settings: Settled) {
    bindMethods(this, ['decide', 'decideAll', 'convert', 'convertAll', 'close'])
    const { features, store, limits, writeMode, log, onMetric } = settings
    this.records = store
    this.writer = bufferedWriter(store, log)
    this.reports = new ErrorReports(settings.onError, ERRORS_EVERY_MS, systemClock)
    this.log = new DecisionLog(this.writer, writeMode, log.whenFull, this.storeFailed)
    const shared = new SharedStore(store, (operation, seconds) =>
      guarded(() => onMetric.storeSeconds?.(operation, seconds), this.callbackFailed),
    )
    const configs = new ConfigLog(this.writer)
    const holdouts = new HoldoutLog(this.writer)
    const writeAgain = this.log.durable.bind(this.log)
    this.judge = new Judge(
      new Evaluator(features, limits, (answer, entry) => {
        configs.add(answer.feature, entry, settings.now())
        if (writeMode !== 'disabled') holdouts.add(answer, entry, settings.now())
      }),
      shared,
      settings,
      writeAgain,
      this.storeFailed,
    )
    this.kept = new KeptAnswers(settings, this.storeFailed)
    this.endAdmissions = features.admitBy((visitor) => this.judge.admissionOf(visitor))
    this.renames = new Renames(features, this.storeFailed)
  }

  /** What is behind it is no JSON: sockets, timers and rings. */
  toJSON(): object {
    return { counts: this.counts }
  }

  async decide(
    flag: string,
    subjectId: string,
    attributes: JsonObject = {},
  ): Promise<DecisionResult> {
    const [result] = await this.decideAll([flag], subjectId, attributes)
    if (result === undefined)
      throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'decide: one flag has one answer')
    return result
  }

  decideAll(
    flags: readonly string[],
    subjectId: string,
    attributes: JsonObject = {},
  ): Promise<readonly DecisionResult[]> {
    return this.underWay(() => this.answer(flags, subjectId, attributes))
  }

  private async answer(
    flags: readonly string[],
    subject: string,
    attributes: JsonObject,
  ): Promise<readonly DecisionResult[]> {
    checkSubject(subject)
    checkAttributes(attributes)
    const now = this.settings.now()
    // From before anything is decided: what an edit changes meanwhile is kept under what was.
    const asked = this.kept.ask(flags, subject, attributes)
    const kept = this.kept.isShared ? await asked.foundAnywhere(now) : asked.found(now)
    const open = flags.filter((_, i) => kept[i] === undefined)
    const decided = open.length === 0 ? [] : await this.decided(open, subject, attributes, now)
    const settled = this.kept.isShared ? await asked.settled(kept, decided) : decided
    let next = 0
    const answers = kept.flatMap((known, i): Answered[] => {
      if (known) {
        const { template, origin } = known
        return [{ result: answerOf(template), origin, isWritten: false, lasts: true }]
      }
      const answered = settled[next++]
      if (answered?.lasts) asked.keep(i, answered, now)
      return answered ? [answered] : []
    })
    const recorded = this.log.record(answers, subject, now)
    if (recorded) await recorded
    return answers.map(({ result }) => this.counted(result))
  }

  private decided(
    flags: readonly string[],
    subject: string,
    attributes: JsonObject,
    now: number,
  ): Promise<readonly Answered[]> {
    return this.judge.answer({ subject, world: this.worldOf(subject, attributes), flags }, now)
  }

  convert(conversion: Conversion): Promise<boolean> {
    return this.underWay(async () => {
      try {
        const [refusal] = await this.recordConversions([conversion])
        if (refusal) this.report(refusal)
        return refusal === undefined
      } catch (error) {
        // A call that is not valid rejects; what the store says does not.
        if (codeOf(error) === 'LIVEFLAG_BAD_OPTION') throw error
        this.storeFailed(error)
        return false
      }
    })
  }

  convertAll(conversions: readonly Conversion[]): Promise<readonly (LiveflagError | undefined)[]> {
    return this.underWay(() => this.recordConversions(conversions))
  }

  private async recordConversions(
    conversions: readonly Conversion[],
  ): Promise<readonly (LiveflagError | undefined)[]> {
    const now = this.settings.now()
    const read = await Promise.all(
      conversions.map(async (conversion) => ({
        rows: conversionRows(conversion, now),
        refusal: refusalOf(conversion, now) ?? (await this.orphaned(conversion)),
      })),
    )
    const rows = read.flatMap(({ rows, refusal }) => (refusal ? [] : rows))
    if (rows.length > 0) await this.writer.record({ conversions: rows })
    return read.map(({ refusal }) => refusal)
  }

  /** Why a conversion joins no decision. Undefined also when the store cannot say. */
  private async orphaned({ decisionId }: Conversion): Promise<LiveflagError | undefined> {
    const { store } = this.settings
    if (decisionId === undefined || !store.hasDecision) return undefined
    try {
      if (await store.hasDecision(decisionId)) return undefined
      // It may wait to be written.
      await this.writer.written()
      return (await store.hasDecision(decisionId)) ? undefined : unknownDecision(decisionId)
    } catch {
      return undefined
    }
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  /** Each question ends in bounded time, and what it assigned is to be written. */
  private async end(): Promise<void> {
    this.endAdmissions()
    this.renames.end()
    await Promise.allSettled(this.running)
    await this.writer.close()
    await this.settings.store.close()
    await this.kept.close().catch(this.storeFailed)
    this.reports.end()
  }

  private async underWay<T>(ask: () => Promise<T>): Promise<T> {
    if (this.closing)
      throw new LiveflagError(
        'LIVEFLAG_CLOSED',
        'the decider is closed; close it after the last request',
      )
    const running = ask()
    this.running.add(running)
    try {
      return await running
    } finally {
      this.running.delete(running)
    }
  }

  /** The application's own function; where it throws, the subject has the attributes alone. */
  private worldOf(subject: string, attributes: JsonObject): World {
    return (
      guarded(() => this.settings.world(subject, attributes), this.callbackFailed) ??
      plainWorld(subject, attributes)
    )
  }

  private counted(result: DecisionResult): DecisionResult {
    this.counts[result.reason] = (this.counts[result.reason] ?? 0) + 1
    guarded(() => this.settings.onMetric.decision?.(result.reason), this.callbackFailed)
    return result
  }

  private readonly storeFailed = (error: unknown): void =>
    this.report(withCode(error, 'LIVEFLAG_STORE_UNAVAILABLE'))

  private readonly callbackFailed = (error: unknown): void =>
    this.report(withCode(error, 'LIVEFLAG_CALLBACK_FAILED'))

  private report(error: LiveflagError): void {
    this.reports.report(error.code, error)
  }
}

function checkSubject(subject: unknown): void {
  if (typeof subject === 'string' && subject !== '' && noIdOf(subject) === undefined) return
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `decide: the subject is ${shown(subject)}; give its id, a text that is not blank`,
  )
}

function checkAttributes(attributes: JsonObject): void {
  if (isJsonObject(attributes)) return
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `decide: the attributes are ${shown(attributes)}; give an object, such as {country: 'NZ'}`,
  )
}
