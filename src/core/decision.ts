import type { Assignment } from './assignment'
import type { JsonValue } from './json'
import type { Outcome } from './participation'
import type { RuleDetail, Trail } from './trail'

/** Why a Decision came out as it did, in OpenFeature's words. */
export type Reason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'DISABLED' | 'ERROR'

/** What could not be answered, in OpenFeature's codes. */
export interface DecisionError {
  readonly code:
    'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'TARGETING_KEY_MISSING' | 'GENERAL'
  readonly message: string
}

/**
 * The one answer that everything reads: isEnabled, variant, explain, the CLI, the logs. Immutable.
 * Every Decision has every key, undefined where it says nothing, so that the engine reads them all
 * alike.
 */
export interface Decision {
  readonly feature: string
  readonly enabled: boolean
  /** The variant, controls included; missing when excluded, not eligible, or not an experiment. */
  readonly variant?: string | undefined
  readonly value?: JsonValue | undefined
  readonly reason: Reason
  /**
   * The key that claimed the asker: `users`, `percent_loggedin`, `experiment`. Missing when none
   * did.
   */
  readonly selector?: string | undefined
  readonly assignment?: Assignment | undefined
  /** The snapshot that decided it. */
  readonly generation: number
  /** A URL or an override made it so: not an assignment, no exposure. */
  readonly forced?: true | undefined
  /** The newest text of this feature was refused; this is its last good version's answer. */
  readonly heldBack?: true | undefined
  readonly error?: DecisionError | undefined
  /** Which rule decided; for features with rules. */
  readonly rule?: RuleDetail | undefined
  /** What else came up on the way: passed-through experiments, other features asked. */
  readonly trail?: Trail | undefined
  /** What came of the feature's experiment, when it has one with a life and that decided. */
  readonly participation?: { readonly experiment: string; readonly outcome: Outcome } | undefined
  /**
   * `variant-over-cap`, in `compat: 'r2'` only: the drawn variant's share is over the cap of 100/n
   * (r2's warning). `targeting-unanswered`: the targeting has no answer for this visitor, such as
   * for want of an attribute.
   */
  readonly warning?: 'variant-over-cap' | 'targeting-unanswered' | undefined
}

/**
 * What a selector says of an asker it knows; `undefined` instead passes the question on. A claim
 * without an assignment is a constant of its feature, made at load: that is what lets a repeated
 * question cost no memory.
 */
export type Claim = Omit<Decision, 'feature' | 'generation' | 'heldBack' | 'trail'>

/** A claim with every key, in one order: objects of one shape are read fastest. */
export function claimOf({
  enabled,
  variant,
  value,
  reason,
  selector,
  assignment,
  forced,
  error,
  rule,
  participation,
  warning,
}: Claim): Claim {
  return {
    enabled,
    variant,
    value,
    reason,
    selector,
    assignment,
    forced,
    error,
    rule,
    participation,
    warning,
  }
}

/** The Decision that a claim makes on a feature. */
export function decisionOf(
  feature: string,
  claim: Claim,
  generation: number,
  heldBack?: true,
  trail?: Trail,
): Decision {
  const {
    enabled,
    variant,
    value,
    reason,
    selector,
    assignment,
    forced,
    error,
    rule,
    participation,
    warning,
  } = claim
  return {
    feature,
    enabled,
    variant,
    value,
    reason,
    selector,
    assignment,
    generation,
    forced,
    heldBack,
    error,
    rule,
    trail,
    participation,
    warning,
  }
}

/**
 * r2 would bucket the signed-in visitor but was handed nobody: it crashes there (docs/spec/r2.md,
 * section 2), so here it is an error and never an answer. Made at load, one for each selector that
 * draws.
 */
export function noUser(selector: string): Claim {
  const message =
    'the request is signed in, but there is no user whose id could be bucketed; give a user with an id'
  return claimOf({
    enabled: false,
    reason: 'ERROR',
    selector,
    error: { code: 'TARGETING_KEY_MISSING', message },
  })
}
