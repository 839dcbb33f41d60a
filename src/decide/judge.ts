import { LiveflagError } from '../core/errors'
import type { Ask, DecisionRow, History } from '../recording/store'
import type { Admission } from '../experiments/allocation'
import type { SharedStore } from './admissions'
import type { DecisionResult } from './answer'
import { answerOf, type Evaluator, type Judged, type Probe, type Questions } from './evaluator'
import { KnownHistories } from './known-histories'
import { isAhead } from './limits'
import type { Origin } from './origin'
import type { Settled } from './settings'

/** An answer, and what is still to be done with it. */
export interface Answered {
  readonly result: DecisionResult
  readonly origin: Origin
  /** The store has it already. */
  readonly isWritten: boolean
  /** It may be cached. */
  readonly lasts: boolean
}

type JudgeSettings = Pick<Settled, 'isDeterministic' | 'timeoutMs' | 'whenStoreIsAway'>

/**
 * Answers questions that the cache has no answer for: by the history of the subject where it
 * matters.
 */
export class Judge {
  private readonly known = new KnownHistories()

  constructor(
    private readonly evaluator: Evaluator,
    private readonly store: SharedStore,
    private readonly settings: JudgeSettings,
    /** Writes decisions whose commit is in doubt. Never rejects. */
    private readonly writeAgain: (decisions: readonly DecisionRow[]) => Promise<void>,
    private readonly storeFailed: (error: unknown) => void,
  ) {}

  /** One answer for each flag, in their order. Never rejects. */
  async answer(questions: Questions, now: number): Promise<readonly Answered[]> {
    if (this.settings.isDeterministic)
      return this.evaluator.deterministic(questions).map(notWritten)
    const probes = this.evaluator.probe(questions)
    const waiting = probes.filter(({ dependsOnHistory }) => dependsOnHistory)
    if (waiting.length === 0) return probes.map(notWritten)
    const mayAssign = waiting.some(({ template }) => template.reason === 'experiment_assigned')
    const flags = waiting.map(({ template }) => template.flag)
    const answers = await this.byHistory({ ...questions, flags }, now, mayAssign)
    let next = 0
    return probes.map(
      (probe) => (probe.dependsOnHistory ? answers[next++] : undefined) ?? notWritten(probe),
    )
  }

  /** With a lock on the subject when one of the flags may assign. */
  private async byHistory(
    questions: Questions,
    now: number,
    mayAssign: boolean,
  ): Promise<readonly Answered[]> {
    let judged: Judged | undefined
    const ask: Ask = {
      subject: questions.subject,
      decide: (history) => {
        this.reportFutures(questions.subject, history, now)
        this.reportLosses(questions.subject, history)
        judged = this.evaluator.withHistory(questions, history, now)
        return judged.admissions
      },
    }
    try {
      const { timeoutMs } = this.settings
      if (mayAssign) await this.store.admit(ask, timeoutMs)
      else ask.decide(await this.store.history(questions.subject, timeoutMs))
    } catch (error) {
      this.storeFailed(error)
      // What was decided may have been written, or may yet be: it is the answer, and is written
      // again.
      if (judged) await this.writeAgain(judged.admissions.map(({ decision }) => decision))
      else return this.withoutStore(questions)
    }
    if (judged) this.known.remember(questions.subject, judged.history)
    // An edit came after the probe, and now an experiment assigns.
    if (!mayAssign && judged && judged.admissions.length > 0)
      return this.byHistory(questions, now, true)
    return answersOf(judged)
  }

  private probesWithoutStore(questions: Questions): readonly Probe[] {
    const { whenStoreIsAway } = this.settings
    if (whenStoreIsAway === 'deterministic') return this.evaluator.deterministic(questions)
    const known = whenStoreIsAway === 'known' ? this.known.of(questions.subject) : undefined
    return known ? this.evaluator.staying(questions, known) : this.evaluator.refused(questions)
  }

  /**
   * Which experiments may have a subject of whom this process knows what was decided; undefined of
   * any other.
   */
  admissionOf(subject: string): Admission | undefined {
    if (this.settings.isDeterministic) return this.evaluator.statelessAdmission(subject)
    const known = this.known.of(subject)
    return known && this.evaluator.admissionBy(known)
  }

  private reportLosses(subject: string, history: History): void {
    const lost = this.known.remember(subject, history)
    if (lost.length > 0)
      this.storeFailed(
        new LiveflagError(
          'LIVEFLAG_BAD_ROW',
          `the store no longer has the assignment of ${subject} to ${lost.join(', ')}, which it had before, so its slots are free again; was a backup restored, or liveflag_assignments emptied? liveflag audit says what else is missing`,
        ),
      )
  }

  private reportFutures(subject: string, { assigned }: History, now: number): void {
    for (const { experimentId, lastAt } of assigned)
      if (isAhead(lastAt, now))
        this.storeFailed(
          new LiveflagError(
            'LIVEFLAG_BAD_ROW',
            `the store has an assignment of ${subject} to ${experimentId} at ${lastAt}, which is in the future, so it does not count for the cooldown; set the clock of the server that wrote it, and correct liveflag_assignments`,
          ),
        )
  }

  /** Not cached: the store may be back for the next question. */
  private withoutStore(questions: Questions): readonly Answered[] {
    const probes = this.probesWithoutStore(questions)
    return probes.map((probe) => {
      const answered = notWritten(probe)
      return { ...answered, origin: { ...answered.origin, degraded: true }, lasts: false }
    })
  }
}

function answersOf(judged: Judged | undefined): readonly Answered[] {
  const written = new Set(judged?.admissions.map(({ decision }) => decision.decisionId))
  return (judged?.answers ?? []).map(({ result, origin, lasts }) => ({
    result,
    origin,
    lasts,
    isWritten: written.has(result.decisionId),
  }))
}

const notWritten = ({ template, origin, lasts }: Probe): Answered => ({
  result: answerOf(template),
  origin,
  isWritten: false,
  lasts,
})
