import { type Answered, answersOn } from '../core/answers'
import type { Decision } from '../core/decision'
import type { EntryInForce } from '../core/entry-in-force'
import type { Contender } from '../core/participation'
import type { World } from '../core/world'
import type { Features } from '../engine/features'
import type { Admission as Admit } from '../experiments/allocation'
import type { Admission, DecisionRow, DomainHolder, History } from '../recording/store'
import { type DecisionResult, lasts, type Template, templateOf } from './answer'
import { freshId } from './fresh-id'
import { HistoryRules, type Limits } from './limits'
import { type Origin, originOf } from './origin'

/** One subject's questions about some flags, at one time. */
export interface Questions {
  readonly subject: string
  readonly world: World
  readonly flags: readonly string[]
}

/** What can be said of a flag without a store. */
export interface Probe {
  /** The answer if nothing that was decided before speaks against it. */
  readonly template: Template
  /**
   * Whether the subject qualifies for an experiment, so that what was decided before may speak
   * against it.
   */
  readonly dependsOnHistory: boolean
  readonly origin: Origin
  /** Whether it may be kept. */
  readonly lasts: boolean
}

/** Asks the engine; every answer is a Decision of the one walk. */
export class Evaluator {
  constructor(
    private readonly features: Features,
    private readonly limits: Limits,
    /** Receives the entry of each answer, for its text to be kept. */
    private readonly keepEntry: (answer: Answered, entry: EntryInForce) => void,
  ) {}

  /** Without a look at the history. */
  probe(questions: Questions): readonly Probe[] {
    return this.each(
      questions,
      () => undefined,
      (considered) => ({ dependsOnHistory: considered }),
    )
  }

  /**
   * By the stateless limits: from the live config alone, and the same in any order of questions
   * (docs/spec/decide.md, section 5).
   */
  deterministic(questions: Questions): readonly Probe[] {
    const admission = this.statelessAdmission(questions.subject)
    // What other experiments do counts, and their times and edits are not in the key of what is
    // kept.
    return this.each(questions, admission, (considered) => ({
      dependsOnHistory: false,
      lasts: !considered,
    }))
  }

  /** The stateless limits of one subject. */
  statelessAdmission(subject: string): Admit {
    const { maxConcurrent } = this.limits
    return (contender, allocation) => allocation.refuses(contender, maxConcurrent, subject)
  }

  /** By what is known of the subject: who is in stays in, and nobody new is let in. */
  staying(questions: Questions, history: History): readonly Probe[] {
    const admission = this.admissionBy(history)
    const isIn = (experiment: string): boolean =>
      history.assigned.some(({ experimentId }) => experimentId === experiment)
    return this.each(
      questions,
      (contender, allocation) =>
        isIn(contender.experiment) ? admission(contender, allocation) : 'participation_limit',
      () => ({ lasts: false }),
    )
  }

  /** What a history says of an experiment, when nothing is written. */
  admissionBy(history: History): Admit {
    const { features, limits } = this
    const rules = new HistoryRules(limits, features.experiments, features.now())
    return (contender, allocation) => rules.refuses(history, contender, allocation)
  }

  /** Nobody new, for when nothing is known of the subject. */
  refused(questions: Questions): readonly Probe[] {
    return this.each(
      questions,
      () => 'participation_limit',
      () => ({ lasts: false }),
    )
  }

  private each(
    { world, flags }: Questions,
    admission: Admit,
    also: (considered: boolean) => Partial<Probe>,
  ): readonly Probe[] {
    return flags.map((flag) => {
      let considered = false
      // A request each: one that answers from memory does not ask again whether it may.
      const request = this.features.for(world, {
        admission: (...asked) => ((considered = true), admission(...asked)),
      })
      const decision = request.decide(flag)
      const template = templateOf(flag, decision)
      const more = also(considered)
      return {
        template,
        dependsOnHistory: false,
        origin: this.originOf(decision, world),
        ...more,
        lasts: more.lasts !== false && lasts(decision, template, considered),
      }
    })
  }

  private originOf(answer: Answered, world: World): Origin {
    const entry = this.features.entryOf(answer.feature)
    if (entry) this.keepEntry(answer, entry)
    return originOf(answer, entry, world)
  }

  /** By a history; each flag sees what the flags before it were assigned. */
  withHistory({ subject, world, flags }: Questions, history: History, now: number): Judged {
    const rules = new HistoryRules(this.limits, this.features.experiments, this.features.now())
    const answers: JudgedAnswer[] = []
    const admissions: Admission[] = []
    const met = new Map<string, Contender>()
    let known = history
    const admission: Admit = (candidate, allocation) => {
      met.set(candidate.experiment, candidate)
      return rules.refuses(known, candidate, allocation)
    }
    for (const flag of flags) {
      met.clear()
      const decision = this.features.for(world, { admission }).decide(flag)
      const template = templateOf(flag, decision)
      const result = answerOf(template)
      const origin = this.originOf(decision, world)
      answers.push({ result, origin, lasts: lasts(decision, template, met.size > 0) })
      for (const { taken, by } of takenBy(decision, result)) {
        const assignment = assignmentOf(taken, met, (contender) =>
          rules.releasesFor(known, contender),
        )
        if (!assignment) continue
        const made = by === decision ? origin : this.originOf(by, world)
        admissions.push({ decision: rowOf(taken, made, subject, now), assignment })
        known = after(known, assignment, now)
      }
    }
    return { answers, admissions, history: known }
  }
}

/** An answer under an id of its own. */
export const answerOf = (template: Template): DecisionResult => ({
  ...template,
  decisionId: freshId(),
})

/**
 * The answer, and a decision for each experiment of another feature that the subject was taken into
 * on the way to it.
 */
function takenBy(decision: Decision, result: DecisionResult): readonly Taken[] {
  const own = { taken: result, by: decision }
  if (decision.trail === undefined) return [own]
  const others = [...answersOn(decision)].filter(
    ({ feature, participation }) =>
      feature !== decision.feature && participation?.outcome === 'experiment_assigned',
  )
  return [...others.map((by) => ({ taken: assignedIn(by), by })), own]
}

interface Taken {
  readonly taken: DecisionResult
  /** The answer that assigned. */
  readonly by: Answered
}

const assignedIn = ({ feature, participation, value, variant }: Answered): DecisionResult =>
  answerOf({
    flag: feature,
    value: value ?? variant ?? null,
    experimentId: participation?.experiment ?? null,
    variantId: variant ?? null,
    reason: 'experiment_assigned',
  })

export interface JudgedAnswer {
  readonly result: DecisionResult
  readonly origin: Origin
  readonly lasts: boolean
}

/** What a history gives, and what of it is to be written with the history. */
export interface Judged {
  readonly answers: readonly JudgedAnswer[]
  readonly admissions: readonly Admission[]
  /** As it is when they are written. */
  readonly history: History
}

type Reserved = NonNullable<Admission['assignment']>

/** Experiments without a life reserve nothing. */
function assignmentOf(
  { reason, experimentId, variantId }: DecisionResult,
  met: ReadonlyMap<string, Contender>,
  releases: (contender: Contender) => readonly DomainHolder[],
): Reserved | undefined {
  const contender = experimentId === null ? undefined : met.get(experimentId)
  if (
    reason !== 'experiment_assigned' ||
    contender === undefined ||
    experimentId === null ||
    variantId === null
  )
    return undefined
  return { experimentId, variantId, domains: contender.domains, releases: releases(contender) }
}

function after(
  { assigned, domains }: History,
  { experimentId, variantId, domains: taken }: Reserved,
  now: number,
): History {
  return {
    assigned: [
      ...assigned.filter((one) => one.experimentId !== experimentId),
      { experimentId, variantId, firstAt: now, lastAt: now },
    ],
    domains: [
      ...domains.filter(({ domain }) => !taken.includes(domain)),
      ...taken.map((domain) => ({ domain, experimentId })),
    ],
  }
}

/** The row that records an answer. */
export const rowOf = (
  { flag, value, decisionId, experimentId, variantId, reason }: DecisionResult,
  origin: Origin,
  subject: string,
  at: number,
): DecisionRow => ({
  decisionId,
  flag,
  subject,
  experimentId,
  variantId,
  value,
  reason,
  at,
  ...origin,
})
