import { type Claim, type Decision, Drawn } from './decision'
import type { Trail } from './trail'

/** What a reply leaves to be recorded, besides the use of its feature. */
export const NOTHING = 0
/** An exposure, where exposures are recorded. */
export const ASSIGNMENT = 1
/** An error, a warning, or what happened on the way. */
export const MORE = 2

/**
 * The answer of a feature to one visitor. `isEnabled` and `variant` read no more of it; the
 * Decision, which is several times as large for a visitor who was drawn, is built when it is first
 * wanted.
 */
export class Reply {
  readonly enabled: boolean
  readonly variant: string | undefined
  readonly records: typeof NOTHING | typeof ASSIGNMENT | typeof MORE
  private made: Decision | undefined = undefined

  constructor(
    /** The feature's index in its snapshot. */
    readonly index: number,
    readonly claim: Claim,
    private readonly build: { decisionOf(claim: Claim): Decision },
    trail?: Trail,
  ) {
    this.enabled = claim.enabled
    this.variant = claim.variant
    this.records = trail === undefined ? recordsOf(claim) : MORE
  }

  get decision(): Decision {
    return (this.made ??= this.build.decisionOf(this.claim))
  }
}

function recordsOf(claim: Claim): Reply['records'] {
  if (claim.error !== undefined || claim.warning !== undefined) return MORE
  if (claim instanceof Drawn) return ASSIGNMENT
  return claim.assignment === undefined ? NOTHING : ASSIGNMENT
}

/** The reply of a Decision that is made already. */
export const replyOf = (decision: Decision, index = -1): Reply =>
  new Reply(index, decision, { decisionOf: () => decision }, decision.trail)
