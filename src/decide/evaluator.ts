import type { Contender } from '../core/participation'
import type { World } from '../core/world'
import type { Admission as Admit } from '../experiments/allocation'
import type { Features } from '../features'
import type { Admission, DecisionRow, DomainHolder, History } from '../recording/store'
import { type DecisionResult, type Template, templateOf } from './answer'
import { HistoryRules, type Limits } from './limits'

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
  /** Whether the subject qualifies for its experiment, so that what was decided before may speak against it. */
  readonly dependsOnHistory: boolean
}

/** Asks the engine; every answer is a Decision of the one walk. */
export class Evaluator {
  constructor(
    private readonly features: Features,
    private readonly limits: Limits,
  ) {}

  /** Without a look at the history. */
  probe({ world, flags }: Questions): readonly Probe[] {
    let asked = false
    const request = this.features.for(world, { admission: () => void (asked = true) })
    return flags.map((flag) => {
      asked = false
      const template = templateOf(flag, request.decide(flag))
      return { template, dependsOnHistory: asked }
    })
  }

  /** By the stateless limits: from the live config alone, and the same in any order of questions (spec/decide.md, section 5). */
  deterministic({ subject, world, flags }: Questions): readonly Template[] {
    const { maxConcurrent } = this.limits
    const request = this.features.for(world, { admission: (contender, allocation) => allocation.refuses(contender, maxConcurrent, subject) })
    return flags.map((flag) => templateOf(flag, request.decide(flag)))
  }

  /** Nobody new, for when nothing is known of the subject. */
  refused({ world, flags }: Questions): readonly Template[] {
    const request = this.features.for(world, { admission: () => 'participation_limit' })
    return flags.map((flag) => templateOf(flag, request.decide(flag)))
  }

  /** By a history; each flag sees what the flags before it were assigned. */
  withHistory({ subject, world, flags }: Questions, history: History, now: number, answer: (template: Template) => DecisionResult): Judged {
    const rules = new HistoryRules(this.limits, this.features.experiments, now)
    const results: DecisionResult[] = []
    const admissions: Admission[] = []
    const met = new Map<string, Contender>()
    let known = history
    const admission: Admit = (candidate, allocation) => {
      met.set(candidate.experiment, candidate)
      return rules.refuses(known, candidate, allocation)
    }
    for (const flag of flags) {
      const result = answer(templateOf(flag, this.features.for(world, { admission }).decide(flag)))
      results.push(result)
      const assignment = assignmentOf(result, met, (contender) => rules.releasesFor(known, contender))
      if (!assignment) continue
      admissions.push({ decision: rowOf(result, subject, now), assignment })
      known = after(known, assignment, now)
    }
    return { results, admissions }
  }
}

/** What a history gives, and what of it is to be written with the history. */
export interface Judged {
  readonly results: readonly DecisionResult[]
  readonly admissions: readonly Admission[]
}

type Reserved = NonNullable<Admission['assignment']>

/** Experiments without a life reserve nothing. */
function assignmentOf({ reason, experimentId, variantId }: DecisionResult, met: ReadonlyMap<string, Contender>, releases: (contender: Contender) => readonly DomainHolder[]): Reserved | undefined {
  const contender = experimentId === null ? undefined : met.get(experimentId)
  if (reason !== 'experiment_assigned' || contender === undefined || experimentId === null || variantId === null) return undefined
  return { experimentId, variantId, domains: contender.domains, releases: releases(contender) }
}

function after({ assigned, domains }: History, { experimentId, variantId, domains: taken }: Reserved, now: number): History {
  return {
    assigned: [...assigned.filter((one) => one.experimentId !== experimentId), { experimentId, variantId, firstAt: now, lastAt: now }],
    domains: [...domains.filter(({ domain }) => !taken.includes(domain)), ...taken.map((domain) => ({ domain, experimentId }))],
  }
}

/** The row that records an answer. */
export const rowOf = ({ flag, value, decisionId, experimentId, variantId, reason }: DecisionResult, subject: string, at: number): DecisionRow => ({
  decisionId, flag, subject, experimentId, variantId, value, reason, at,
})
