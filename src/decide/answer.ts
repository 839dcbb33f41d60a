import type { Decision } from '../core/decision'
import type { JsonValue } from '../core/json'
import type { Outcome } from '../core/participation'
import { idOf } from '../experiments/life'

/** Why a subject gets a value: the codes of docs/spec/decide.md, section 1. */
export type DecisionReason = Outcome | 'flag_not_found'

/** What one subject gets for one flag. */
export interface DecisionResult {
  readonly flag: string
  /**
   * The variant's value when one is assigned, else the flag's default; null for a flag that there
   * is not.
   */
  readonly value: JsonValue
  /** A UUID of this answer alone; conversions refer to it. */
  readonly decisionId: string
  /** Null when no running experiment was considered. */
  readonly experimentId: string | null
  /** The variant's name; null unless one is assigned. */
  readonly variantId: string | null
  readonly reason: DecisionReason
}

/** An answer that is not yet anybody's: what the cache keeps. */
export type Template = Omit<DecisionResult, 'decisionId'>

/** Reads a Decision as the decide service tells it. */
export function templateOf(flag: string, decision: Decision): Template {
  if (decision.error)
    return { flag, value: null, experimentId: null, variantId: null, reason: 'flag_not_found' }
  const { experiment, outcome } = participationOf(decision)
  const assigned = outcome === 'experiment_assigned'
  return {
    flag,
    value: valueOf(decision, assigned),
    experimentId: outcome === 'no_active_experiment' ? null : experiment,
    variantId: assigned ? (decision.variant ?? null) : null,
    reason: outcome,
  }
}

/** Of an experiment without a life: assigned or none that is active. */
function participationOf({ participation, assignment }: Decision): {
  readonly experiment: string | null
  readonly outcome: Outcome
} {
  if (participation) return participation
  return assignment
    ? {
        experiment: idOf(assignment.experimentId, assignment.experiment),
        outcome: 'experiment_assigned',
      }
    : { experiment: null, outcome: 'no_active_experiment' }
}

/** A feature without values is on or off; of a variant without one, its name. */
function valueOf({ value, variant, enabled }: Decision, assigned: boolean): JsonValue {
  if (value !== undefined) return value
  return assigned && variant !== undefined ? variant : enabled
}

const DEPENDS_ON_HISTORY: ReadonlySet<DecisionReason> = new Set<DecisionReason>([
  'participation_limit',
  'domain_conflict',
])

/**
 * Whether the same question gets the same answer until the entry changes (docs/spec/decide.md,
 * section 1). What rests on other features does not; nor does an answer beside an experiment that
 * was considered and that the answer does not tell of.
 */
export function lasts(decision: Decision, { reason }: Template, considered: boolean): boolean {
  if (DEPENDS_ON_HISTORY.has(reason) || (decision.trail?.prerequisites.length ?? 0) > 0)
    return false
  return !considered || decision.participation !== undefined
}
