import { randomUUID } from 'node:crypto'
import { LiveflagError } from '../core/errors'
import { isJsonObject, type JsonObject } from '../core/json'
import { shown } from '../core/shown'
import { bufferedWriter } from '../recording/buffered'
import { systemClock } from '../recording/internal/clock'
import { ErrorReports } from '../recording/internal/error-reports'
import type { BufferedWriter } from '../recording/writer'
import { SharedStore } from './admissions'
import type { DecisionReason, DecisionResult, Template } from './answer'
import { type Conversion, conversionRow } from './conversion'
import { Evaluator, type Judged, type Questions, rowOf } from './evaluator'
import { within } from './in-time'
import { type DeciderOptions, readOptions, type Settled } from './settings'
import { TemplateCache } from './template-cache'

/** Decides which value a subject gets for a flag, says why, and writes it down (spec/decide.md). */
export interface Decider {
  /** Throws LIVEFLAG_BAD_OPTION on a subject that is no text or empty, and on attributes that are no object; else never. */
  decide(flag: string, subjectId: string, attributes?: JsonObject): Promise<DecisionResult>
  /** The answers in the order of the flags. The subject's history is read once; each flag sees what those before it assigned. */
  decideAll(flags: readonly string[], subjectId: string, attributes?: JsonObject): Promise<readonly DecisionResult[]>
  /** Notes that something an experiment hopes for happened. True once it is durable; an event id that is known changes nothing. */
  convert(conversion: Conversion): Promise<boolean>
  /** Answers so far, by reason. */
  readonly counts: Readonly<Partial<Record<DecisionReason, number>>>
  /** What writes decisions behind answers; give it exposures and usages, too. */
  readonly writer: BufferedWriter
  /** Writes what waits, then closes the store. Idempotent. */
  close(): Promise<void>
}

export function createDecider(options: DeciderOptions): Decider {
  return new StoredDecider(readOptions(options))
}

/** An error of a kind is told once in this time. */
const ERRORS_EVERY_MS = 60_000

/** An answer, and whether it has been written already. */
interface Answered {
  readonly result: DecisionResult
  readonly isWritten: boolean
}

class StoredDecider implements Decider {
  readonly counts: Partial<Record<DecisionReason, number>> = {}
  readonly writer: BufferedWriter
  private readonly store: SharedStore
  private readonly evaluator: Evaluator
  private readonly cache: TemplateCache
  private readonly reports: ErrorReports
  private closing: Promise<void> | undefined

  constructor(private readonly settings: Settled) {
    const { features, store, limits, cacheTtlSeconds, log, onMetric } = settings
    this.writer = bufferedWriter(store, log)
    this.reports = new ErrorReports(settings.onError, ERRORS_EVERY_MS, systemClock)
    this.store = new SharedStore(store, (operation, seconds) => onMetric.storeSeconds?.(operation, seconds))
    this.evaluator = new Evaluator(features, limits)
    this.cache = new TemplateCache(features, cacheTtlSeconds)
  }

  async decide(flag: string, subjectId: string, attributes: JsonObject = {}): Promise<DecisionResult> {
    const [result] = await this.decideAll([flag], subjectId, attributes)
    if (result === undefined) throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'decide: one flag has one answer')
    return result
  }

  async decideAll(flags: readonly string[], subjectId: string, attributes: JsonObject = {}): Promise<readonly DecisionResult[]> {
    if (this.closing) throw new LiveflagError('LIVEFLAG_CLOSED', 'the decider is closed; close it after the last request')
    checkSubject(subjectId)
    checkAttributes(attributes)
    const now = this.settings.now()
    const key = this.cache.subjectKey(subjectId, attributes)
    const kept = flags.map((flag) => this.cache.get(flag, key, now))
    const open = flags.filter((_, i) => kept[i] === undefined)
    const decided = open.length === 0 ? [] : await this.decideNow({ subject: subjectId, world: this.settings.world(subjectId, attributes), flags: open }, now)
    for (const { result: { decisionId: _, ...template } } of decided) this.cache.set(template, key, now)
    let next = 0
    const answers = kept.map((template) => (template ? { result: answerOf(template), isWritten: false } : decided[next++])).filter((one) => one !== undefined)
    await this.record(answers, subjectId, now)
    return answers.map(({ result }) => this.counted(result))
  }

  async convert(conversion: Conversion): Promise<boolean> {
    const row = conversionRow(conversion, this.settings.now())
    try {
      await this.writer.record({ conversions: [row] })
      return true
    } catch (error) {
      this.failed(error)
      return false
    }
  }

  close(): Promise<void> {
    return (this.closing ??= this.writer.close().then(() => this.settings.store.close()).finally(() => this.reports.end()))
  }

  /** Answers that nothing is known of yet. */
  private async decideNow(questions: Questions, now: number): Promise<readonly Answered[]> {
    if (this.settings.isDeterministic) return this.evaluator.deterministic(questions).map(unwritten)
    const probes = this.evaluator.probe(questions)
    const waiting = probes.filter(({ dependsOnHistory }) => dependsOnHistory)
    if (waiting.length === 0) return probes.map(({ template }) => unwritten(template))
    const assigns = waiting.some(({ template }) => template.reason === 'experiment_assigned')
    const judged = await this.judge({ ...questions, flags: waiting.map(({ template }) => template.flag) }, now, assigns)
    let next = 0
    return probes.map(({ template, dependsOnHistory }) => (dependsOnHistory ? judged[next++] : undefined) ?? unwritten(template))
  }

  /** Answers that depend on what was decided before: with a lock on the subject when one of them may assign. */
  private async judge(questions: Questions, now: number, assigns: boolean): Promise<readonly Answered[]> {
    let judged: Judged | undefined
    let isOver = false
    const decide = (history: Parameters<Evaluator['withHistory']>[1]): Judged['admissions'] => {
      // Whoever asked has been answered without it.
      if (isOver) return []
      judged = this.evaluator.withHistory(questions, history, now, answerOf)
      return judged.admissions
    }
    try {
      if (assigns) await within(this.settings.timeoutMs, this.store.admit({ subject: questions.subject, decide }))
      else decide(await within(this.settings.timeoutMs, this.store.history(questions.subject)))
      const written = new Set(assigns ? judged?.admissions.map(({ decision }) => decision.decisionId) : [])
      return (judged?.results ?? []).map((result) => ({ result, isWritten: written.has(result.decisionId) }))
    } catch (error) {
      isOver = true
      this.failed(error)
      // What was decided may have been written, or may yet be: it is the answer, and the log makes sure of it.
      if (judged) return judged.results.map((result) => ({ result, isWritten: false }))
      return this.withoutStore(questions)
    }
  }

  private withoutStore(questions: Questions): readonly Answered[] {
    if (this.settings.whenStoreIsAway === 'deterministic') return this.evaluator.deterministic(questions).map(unwritten)
    return this.evaluator.refused(questions).map(unwritten)
  }

  /** Writes what is not written yet, as the write mode says; what assigns is durable before the answer. */
  private async record(answers: readonly Answered[], subject: string, now: number): Promise<void> {
    const { writeMode } = this.settings
    const rows = answers.filter(({ isWritten }) => !isWritten).map(({ result }) => rowOf(result, subject, now))
    const assigning = rows.filter(({ reason }) => reason === 'experiment_assigned')
    const others = writeMode === 'disabled' ? [] : rows.filter(({ reason }) => reason !== 'experiment_assigned')
    if (writeMode === 'async' && others.length > 0) await this.writer.put({ decisions: others })
    const first = writeMode === 'async' ? assigning : [...assigning, ...others]
    if (first.length === 0) return
    try {
      await this.writer.record({ decisions: first })
    } catch (error) {
      this.failed(error)
    }
  }

  private counted(result: DecisionResult): DecisionResult {
    this.counts[result.reason] = (this.counts[result.reason] ?? 0) + 1
    this.settings.onMetric.decision?.(result.reason)
    return result
  }

  private failed(error: unknown): void {
    const told = error instanceof Error ? error : new Error(String(error))
    this.reports.tell(told instanceof LiveflagError ? told.code : told.name, told)
  }
}

const answerOf = (template: Template): DecisionResult => ({ ...template, decisionId: randomUUID() })

const unwritten = (template: Template): Answered => ({ result: answerOf(template), isWritten: false })

function checkSubject(subject: unknown): void {
  if (typeof subject === 'string' && subject !== '') return
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', `decide: the subject is ${shown(subject)}; give its id, a text that is not empty`)
}

function checkAttributes(attributes: JsonObject): void {
  if (isJsonObject(attributes)) return
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', `decide: the attributes are ${shown(attributes)}; give an object, such as {country: 'NZ'}`)
}
