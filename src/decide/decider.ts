import { LiveflagError, shown } from '../core/errors'
import { guarded } from '../core/guarded'
import { isJsonObject, type JsonObject } from '../core/json'
import type { World } from '../core/world'
import { bufferedWriter } from '../recording/buffered'
import type { BufferedWriter } from '../recording/buffered-writer'
import { systemClock } from '../recording/clock'
import { ErrorReports } from '../recording/error-reports'
import type { Ask, DecisionRow } from '../recording/store'
import { SharedStore } from './admissions'
import type { DecisionReason, DecisionResult, Template } from './answer'
import { type Conversion, conversionRow } from './conversion'
import { answerOf, Evaluator, type Judged, type Probe, type Questions, rowOf } from './evaluator'
import { type DeciderOptions, plainWorld, readOptions, type Settled } from './settings'
import { TemplateCache } from './template-cache'

/** Decides which value a subject gets for a flag, says why, and writes it down (docs/spec/decide.md). */
export interface Decider {
  /** Throws LIVEFLAG_BAD_OPTION on a subject that is no text or empty, and on attributes that are no object; else never. */
  decide(flag: string, subjectId: string, attributes?: JsonObject): Promise<DecisionResult>
  /** The answers in the order of the flags. The subject's history is read once; each flag sees what those before it assigned. */
  decideAll(
    flags: readonly string[],
    subjectId: string,
    attributes?: JsonObject,
  ): Promise<readonly DecisionResult[]>
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
  /** Whether it may be kept. */
  readonly lasts: boolean
}

class StoredDecider implements Decider {
  readonly counts: Partial<Record<DecisionReason, number>> = {}
  readonly writer: BufferedWriter
  private readonly store: SharedStore
  private readonly evaluator: Evaluator
  private readonly cache: TemplateCache
  private readonly reports: ErrorReports
  private readonly running = new Set<Promise<unknown>>()
  private closing: Promise<void> | undefined

  constructor(private readonly settings: Settled) {
    const { features, store, limits, cacheTtlSeconds, log, onMetric } = settings
    this.writer = bufferedWriter(store, log)
    this.reports = new ErrorReports(settings.onError, ERRORS_EVERY_MS, systemClock)
    this.store = new SharedStore(store, (operation, seconds) =>
      guarded(() => onMetric.storeSeconds?.(operation, seconds), this.failed),
    )
    this.evaluator = new Evaluator(features, limits)
    this.cache = new TemplateCache(features, cacheTtlSeconds)
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
    const subjectKey = this.cache.subjectKey(subject, attributes)
    // From before anything is decided: what an edit changes meanwhile is kept under what was.
    const keys = flags.map((flag) => this.cache.key(flag, subjectKey))
    const kept = keys.map((key) => this.cache.get(key, now))
    const open = flags.filter((_, i) => kept[i] === undefined)
    const decided =
      open.length === 0
        ? []
        : await this.decideNow(
            { subject, world: this.worldOf(subject, attributes), flags: open },
            now,
          )
    let next = 0
    const answers = kept.flatMap((template, i): Answered[] => {
      if (template) return [{ result: answerOf(template), isWritten: false, lasts: true }]
      const answered = decided[next++]
      if (answered?.lasts) this.cache.set(keys[i], templateIn(answered.result), now)
      return answered ? [answered] : []
    })
    const recorded = this.record(answers, subject, now)
    if (recorded) await recorded
    return answers.map(({ result }) => this.counted(result))
  }

  convert(conversion: Conversion): Promise<boolean> {
    return this.underWay(async () => {
      const row = conversionRow(conversion, this.settings.now())
      try {
        await this.writer.record({ conversions: [row] })
        return true
      } catch (error) {
        this.failed(error)
        return false
      }
    })
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  /** Each question ends in bounded time, and what it assigned is to be written. */
  private async end(): Promise<void> {
    await Promise.allSettled(this.running)
    await this.writer.close()
    await this.settings.store.close()
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
      guarded(() => this.settings.world(subject, attributes), this.failed) ??
      plainWorld(subject, attributes)
    )
  }

  /** Answers that nothing is known of yet. */
  private async decideNow(questions: Questions, now: number): Promise<readonly Answered[]> {
    if (this.settings.isDeterministic) return this.evaluator.deterministic(questions).map(unwritten)
    const probes = this.evaluator.probe(questions)
    const waiting = probes.filter(({ dependsOnHistory }) => dependsOnHistory)
    if (waiting.length === 0) return probes.map(unwritten)
    const assigns = waiting.some(({ template }) => template.reason === 'experiment_assigned')
    const judged = await this.judge(
      { ...questions, flags: waiting.map(({ template }) => template.flag) },
      now,
      assigns,
    )
    let next = 0
    return probes.map(
      (probe) => (probe.dependsOnHistory ? judged[next++] : undefined) ?? unwritten(probe),
    )
  }

  /** Answers that depend on what was decided before: with a lock on the subject when one of them may assign. */
  private async judge(
    questions: Questions,
    now: number,
    assigns: boolean,
  ): Promise<readonly Answered[]> {
    let judged: Judged | undefined
    const ask: Ask = {
      subject: questions.subject,
      decide: (history) => {
        judged = this.evaluator.withHistory(questions, history, now)
        return judged.admissions
      },
    }
    try {
      if (assigns) await this.store.admit(ask, this.settings.timeoutMs)
      else ask.decide(await this.store.history(questions.subject, this.settings.timeoutMs))
    } catch (error) {
      this.failed(error)
      // What was decided may have been written, or may yet be: it is the answer, and the log makes sure of it.
      if (judged) await this.durable(judged.admissions.map(({ decision }) => decision))
      else return this.withoutStore(questions)
    }
    // An edit came between the first look and this one, and now somebody is let in.
    if (!assigns && judged && judged.admissions.length > 0) return this.judge(questions, now, true)
    const written = new Set(judged?.admissions.map(({ decision }) => decision.decisionId))
    return (judged?.answers ?? []).map(({ result, lasts }) => ({
      result,
      lasts,
      isWritten: written.has(result.decisionId),
    }))
  }

  /** Not kept: the store may be back for the next question. */
  private withoutStore(questions: Questions): readonly Answered[] {
    const probes =
      this.settings.whenStoreIsAway === 'deterministic'
        ? this.evaluator.deterministic(questions)
        : this.evaluator.refused(questions)
    return probes.map((probe) => ({ ...unwritten(probe), lasts: false }))
  }

  /** Writes what is not written yet, as the write mode says; what assigns is durable before the answer. Undefined: nobody need wait. */
  private record(
    answers: readonly Answered[],
    subject: string,
    now: number,
  ): Promise<unknown> | undefined {
    const { writeMode } = this.settings
    const [first, behind]: [DecisionRow[], DecisionRow[]] = [[], []]
    for (const { result, isWritten } of answers) {
      if (isWritten) continue
      if (writeMode === 'sync' || result.reason === 'experiment_assigned')
        first.push(rowOf(result, subject, now))
      else if (writeMode === 'async') behind.push(rowOf(result, subject, now))
    }
    const taken = behind.length > 0 ? this.takenBehind(behind) : undefined
    return first.length > 0 ? Promise.all([taken, this.durable(first)]) : taken
  }

  /** Only with `block` there is something to wait for: room. */
  private takenBehind(decisions: readonly DecisionRow[]): Promise<unknown> | undefined {
    if (this.settings.log.whenFull === 'block') return this.writer.put({ decisions })
    // One that finds no room is written before the answer: it is not lost because the log is behind.
    return this.writer.offer({ decisions }) ? undefined : this.durable(decisions)
  }

  private async durable(decisions: readonly DecisionRow[]): Promise<void> {
    try {
      await this.writer.record({ decisions })
    } catch (error) {
      this.failed(error)
    }
  }

  private counted(result: DecisionResult): DecisionResult {
    this.counts[result.reason] = (this.counts[result.reason] ?? 0) + 1
    guarded(() => this.settings.onMetric.decision?.(result.reason), this.failed)
    return result
  }

  private readonly failed = (error: unknown): void => {
    const told = error instanceof Error ? error : new Error(String(error))
    this.reports.tell(told instanceof LiveflagError ? told.code : told.name, told)
  }
}

const unwritten = ({ template, lasts }: Probe): Answered => ({
  result: answerOf(template),
  isWritten: false,
  lasts,
})

const templateIn = ({ decisionId: _, ...template }: DecisionResult): Template => template

function checkSubject(subject: unknown): void {
  if (typeof subject === 'string' && subject !== '') return
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `decide: the subject is ${shown(subject)}; give its id, a text that is not empty`,
  )
}

function checkAttributes(attributes: JsonObject): void {
  if (isJsonObject(attributes)) return
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `decide: the attributes are ${shown(attributes)}; give an object, such as {country: 'NZ'}`,
  )
}
