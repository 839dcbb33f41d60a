import type { Asker } from './asker'
import { type Claim, claimOf, type Decision, decisionOf, Drawn } from './decision'
import type { JsonObject, JsonValue } from './json'
import { Reply, replyOf } from './reply'
import { type Compat, type Life, type Naming, NEXT_STAGE, type Step } from './selector'
import type { Trail } from './trail'

/** An entry in force as it was written, for whoever writes it in another language. */
export interface Definition {
  readonly feature: Feature
  /** The entry's value; of a text that is JSON, what it says. */
  readonly value: JsonValue
  /** The entry is a feature of a GrowthBook payload. */
  readonly isPayload: boolean
  /** The segments and saved groups that it may name, in GrowthBook's shape. */
  readonly groups: JsonObject
  /** The contextual bandits that it may name. */
  readonly bandits: JsonObject
  /** Whether a visitor may force anything by the URL. */
  readonly forcesByUrl: boolean
}

/** The same, with the options of the live config by which it was read. */
export interface DefinitionInForce extends Definition {
  readonly compat: Compat
  /** Whether visitors who are not signed in take part in experiments. */
  readonly loggedOutExperiments: boolean
}

/** What an author says of a feature besides who gets it; decides nothing. */
export type Metadata = Readonly<Record<string, JsonValue>>

/**
 * One entry, compiled: immutable, and the same from snapshot to snapshot while its text means the
 * same.
 */
export interface Feature {
  readonly name: string
  /** Asked in this order; the first that claims the visitor decides. */
  readonly steps: readonly Step[]
  /** What a visitor gets whom no step claims. */
  readonly otherwise: Claim
  /** What every visitor gets, when nothing about the visitor matters. */
  readonly constant?: Claim | undefined
  /** Whether a rule asks other features, which may lead back to this one. */
  readonly asksOthers?: boolean
  /** What names the variant of a visitor who is in by a selector that names none, in order. */
  readonly namings: readonly Naming[]
  /** Its experiment, when that has a life. */
  readonly life?: Life | undefined
  /**
   * r2's `variant()` is another question than its `isEnabled`: the namings answer it, whatever the
   * steps said (docs/spec/r2.md, section 11).
   */
  readonly compat: Compat
  readonly metadata: Metadata
}

export const NOBODY = claimOf({ enabled: false, reason: 'DEFAULT' })

/** The only loop over selectors: the claim of the first step that matches the visitor. */
export function walk(steps: readonly Step[], asker: Asker): Claim | undefined {
  const trace = asker.trace
  for (let i = 0; i < steps.length;) {
    const step = steps[i] as Step
    trace?.enter(step, asker)
    const claim = step.match(asker)
    trace?.leave(
      claim === undefined ? 'passed on' : claim === NEXT_STAGE ? 'ended its stage' : 'claimed',
    )
    if (claim === undefined) i++
    else if (claim === NEXT_STAGE) i = step.nextStage
    else return claim
  }
  return undefined
}

/** Selectors of an application may make a new claim each time. */
const MOST_ANSWERS = 64

/** A feature as it stands in one snapshot. */
export class Installed {
  /** Everybody's reply, once it has been asked for and if there is one. */
  fixed: Reply | undefined
  private readonly shared: Reply[] = []

  constructor(
    readonly feature: Feature,
    readonly generation: number,
    /** Counts the snapshot's features from 0, in the order in which they were first asked. */
    readonly index: number,
    readonly heldBack: boolean,
  ) {}

  /**
   * The answer to one question. Pure: the same visitor gets the same Decision, and nothing is
   * recorded.
   */
  replyTo(asker: Asker): Reply {
    const { steps, constant, otherwise } = this.feature
    // An explanation wants to see the walk even where its end is known.
    if (constant !== undefined && asker.trace === undefined)
      return (this.fixed ??= new Reply(this.index, constant, this))
    const outer = asker.trail
    asker.trail = undefined
    const claim = walk(steps, asker) ?? otherwise
    const { trail } = asker
    asker.trail = outer
    const final = this.feature.namings.length > 0 ? named(claim, asker, this.feature) : claim
    if (trail !== undefined) return replyOf(this.decisionOf(final, trail), this.index)
    return final === claim && !(claim instanceof Drawn) && claim.assignment === undefined
      ? this.sharedReply(claim)
      : new Reply(this.index, final, this)
  }

  /**
   * A feature makes a handful of claims, at most one or two for each step: found quicker than in a
   * Map.
   */
  private sharedReply(claim: Claim): Reply {
    const { shared } = this
    for (let i = 0; i < shared.length; i++) {
      const reply = shared[i]
      if (reply?.claim === claim) return reply
    }
    const reply = new Reply(this.index, claim, this)
    if (shared.length < MOST_ANSWERS) shared.push(reply)
    return reply
  }

  decisionOf(claim: Claim, trail?: Trail): Decision {
    return decisionOf(
      this.feature.name,
      claim,
      this.generation,
      this.heldBack ? true : undefined,
      trail,
    )
  }
}

/**
 * The claim with the variant that the namings give; in r2's semantics theirs alone, otherwise where
 * the claim lacks one.
 */
function named(claim: Claim, asker: Asker, { namings, compat }: Feature): Claim {
  const always = compat === 'r2'
  if (!always && (!claim.enabled || claim.variant !== undefined)) return claim
  for (const { match, selector = '', path = [] } of namings) {
    asker.trace?.enter({ selector, path }, asker)
    const naming = match(asker)
    asker.trace?.leave(
      typeof naming === 'object' && naming.variant !== undefined
        ? 'named the variant'
        : 'named nothing',
    )
    if (typeof naming !== 'object') continue
    if (naming.error && !claim.error)
      return { ...claimOf(claim), variant: undefined, error: naming.error }
    const forced = !always && naming.forced ? true : claim.forced
    if (naming.variant !== undefined) return { ...claimOf(claim), variant: naming.variant, forced }
    if (naming.forced) break
  }
  return claim.variant === undefined ? claim : { ...claimOf(claim), variant: undefined }
}
