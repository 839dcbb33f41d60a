import type { Assignment } from './assignment'
import type { JsonValue } from './json'
import type { Outcome } from './participation'
import type { RuleDetail, Trail } from './trail'

/** Why a Decision came out as it did, in OpenFeature's words. */
export type Reason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'DISABLED' | 'ERROR'

/** Why there is no answer, in OpenFeature's codes. */
export interface DecisionError {
  readonly code:
    'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'TARGETING_KEY_MISSING' | 'GENERAL'
  readonly message: string
}

/**
 * The one answer that isEnabled, variant, explain, the command line, the server and the logs read.
 * Immutable. Every Decision has every key, undefined where it has no value, because objects of one
 * shape are read fastest.
 */
export interface Decision {
  readonly feature: string
  readonly enabled: boolean
  /**
   * The variant, controls included; undefined when the visitor is excluded or not eligible, or
   * there is no experiment.
   */
  readonly variant?: string | undefined
  readonly value?: JsonValue | undefined
  readonly reason: Reason
  /**
   * The key that claimed the visitor: `users`, `percent_loggedin`, `experiment`. Undefined when
   * none did.
   */
  readonly selector?: string | undefined
  readonly assignment?: Assignment | undefined
  /** The snapshot that decided it. */
  readonly generation: number
  /** A URL or an override decided: there is no assignment and no exposure. */
  readonly forced?: true | undefined
  /** The newest text of this feature was refused; this is the answer of its last good version. */
  readonly heldBack?: true | undefined
  readonly error?: DecisionError | undefined
  /** Which rule decided; for features with rules. */
  readonly rule?: RuleDetail | undefined
  /**
   * What happened on the way: experiments that were passed through, other features that were asked.
   */
  readonly trail?: Trail | undefined
  /** The outcome of the feature's experiment with a life, when that decided. */
  readonly participation?: { readonly experiment: string; readonly outcome: Outcome } | undefined
  /**
   * `variant-over-cap` (`compat: 'r2'` only): the share of the drawn variant is over the cap of
   * 100/n, of which r2 warns. `targeting-unanswered`: the targeting has no answer for this visitor,
   * for example because an attribute is missing.
   */
  readonly warning?: 'variant-over-cap' | 'targeting-unanswered' | undefined
}

/**
 * The answer of a selector for a visitor whom it matches; `undefined` passes the question on. A
 * claim without an assignment is a constant of its feature, made at load, so a repeated question
 * costs no memory.
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

/**
 * The claim for a visitor who was drawn. It refers to what was made at load, and adds the visitor's
 * own unit and bucket. The assignment is built when it is read, which most questions never do.
 */
export abstract class Drawn implements Claim {
  constructor(
    readonly unit: string,
    readonly bucket: number,
  ) {}

  abstract get enabled(): boolean
  abstract get variant(): string
  abstract get selector(): string
  abstract get assignment(): Assignment

  get reason(): Reason {
    return 'SPLIT'
  }

  get value(): JsonValue | undefined {
    return undefined
  }

  get rule(): RuleDetail | undefined {
    return undefined
  }

  get warning(): Claim['warning'] {
    return undefined
  }
}

/** The Decision on a feature for a claim. */
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
 * The claim where r2 would bucket the signed-in visitor but has no user, and crashes
 * (docs/spec/r2.md, section 2): here it is an error, never an answer. Made at load, one for each
 * selector that draws.
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
