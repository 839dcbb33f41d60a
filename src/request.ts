import { Asker, type AskerOptions } from './core/asker'
import type { Assignment, Decision } from './core/decision'
import { LiveflagError } from './core/errors'
import type { JsonValue } from './core/json'
import { type EmptyOverride, override } from './core/overrides'
import type { Compat, Naming } from './core/selector'
import type { Overrides, World } from './core/world'
import { DecisionCache } from './decision-cache'
import { type Explanation, explain } from './explain'
import { type Exposure, exposureOf } from './exposure'
import { missing, type Snapshot } from './live-config/snapshot'

/** What can be asked of the features, in a request or without one. */
export interface Questions {
  /** Whether the visitor has the feature. Records the exposure that the answer owes; never throws. */
  isEnabled(name: string, overrides?: Overrides): boolean
  /** The visitor's variant, controls included; undefined when excluded, not eligible or not an experiment. */
  variant(name: string, overrides?: Overrides): string | undefined
  /** The whole answer. Records nothing. */
  decide(name: string, overrides?: Overrides): Decision
  /** The answer, and selector by selector how it came about. Slow; records nothing. */
  explain(name: string, overrides?: Overrides): Explanation
  /**
   * Everything the visitor has: `true`, or the variant of an experiment, controls included. For handing to a browser,
   * which then owes the exposures: none is recorded. An object without a prototype, so that any name is just a key.
   */
  allEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>>
}

export type Enabled = true | { readonly experimentId?: JsonValue; readonly variant: string }

/** What requests share: how to read the World, and where exposures go. */
export interface RequestRules {
  readonly compat: Compat
  readonly asker: AskerOptions
  readonly dedupe: boolean
  readonly now: () => number
  readonly record: ((exposure: Exposure) => void) | undefined
  readonly isValid: (world: World) => boolean
  /** Told a Decision that carries a warning. */
  readonly warn: (decision: Decision) => void
}

/** One request: one World, one snapshot, each Decision made once, each exposure recorded once. */
export class Request implements Questions {
  private readonly asker: Asker
  private readonly decisions = new DecisionCache()
  private valid: boolean | undefined

  constructor(
    private readonly world: World,
    private readonly snapshot: Snapshot,
    private readonly rules: RequestRules,
    private readonly exposed = new Exposed(),
  ) {
    this.asker = new Asker(world, rules.asker)
  }

  isEnabled(name: string, overrides?: Overrides): boolean {
    if (overrides !== undefined) return this.with(overrides).isEnabled(name)
    return this.recorded(this.decide(name)).enabled
  }

  variant(name: string, overrides?: Overrides): string | undefined {
    if (overrides !== undefined) return this.with(overrides).variant(name)
    const decision = this.decide(name)
    // r2's variant() only looks (spec/r2.md, section 11).
    return (this.rules.compat === 'r2' ? decision : this.recorded(decision)).variant
  }

  decide(name: string, overrides?: Overrides): Decision {
    if (overrides !== undefined) return this.with(overrides).decide(name)
    const installed = this.snapshot.find(name)
    if (installed === undefined) return missing(name, this.snapshot)
    if (installed.fixed !== undefined) return installed.fixed
    let decision = this.decisions.get(installed.index)
    if (decision === undefined) this.decisions.set(installed.index, (decision = installed.decide(this.asker)))
    return decision
  }

  explain(name: string, overrides?: Overrides): Explanation {
    if (overrides !== undefined) return this.with(overrides).explain(name)
    return explain(name, this.world, this.snapshot, this.rules.asker)
  }

  allEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>> {
    if (this.rules.compat === 'r2') return this.allAsR2(overrides?.user ?? null)
    if (overrides !== undefined) return this.with(overrides).allEnabled()
    const all = Object.create(null) as Record<string, Enabled>
    for (const name of this.snapshot.names()) {
      const decision = this.decide(name)
      if (decision.variant !== undefined) all[name] = { ...this.experimentOf(name), variant: decision.variant }
      else if (decision.enabled) all[name] = true
    }
    return all
  }

  /** The same request with some answers replaced; exposures are still recorded once for both. */
  private with(overrides: Overrides): Request {
    const empty: EmptyOverride = this.rules.compat === 'r2' ? 'own' : 'none'
    return this.of(override(this.world, overrides, empty))
  }

  private of(world: World): Request {
    return new Request(world, this.snapshot, this.rules, this.exposed)
  }

  /**
   * r2's `allEnabled` (spec/r2.md, section 13): about this user, or about nobody while the request may be signed in;
   * user experiments are listed by their variant, page experiments are asked like flags and do record.
   */
  private allAsR2(user: Overrides['user']): Readonly<Record<string, Enabled>> {
    const none = (): undefined => undefined
    const asked = this.of({ ...override(this.world, {}, 'own'), user: () => user ?? undefined, subreddit: none, subdomain: none, oauthClient: none })
    const all = Object.create(null) as Record<string, Enabled>
    for (const name of this.snapshot.names()) {
      const decision = asked.decide(name)
      if (decision.error) throw new LiveflagError('LIVEFLAG_NO_USER', `allEnabled has no answer for ${name}: ${decision.error.message}`)
      const listing = this.namingsOf(name).some(({ listed }) => listed)
      if (!listing) {
        if (asked.recorded(decision).enabled) all[name] = true
      } else if (decision.variant) all[name] = { ...this.experimentOf(name), variant: decision.variant }
    }
    return all
  }

  private namingsOf(name: string): readonly Naming[] {
    return this.snapshot.find(name)?.feature.namings ?? []
  }

  /** The id of the experiment that a feature's variants belong to. */
  private experimentOf(name: string): { readonly experimentId?: JsonValue } {
    const experimentId = this.namingsOf(name).find((naming) => naming.experimentId !== undefined)?.experimentId
    return experimentId === undefined ? {} : { experimentId }
  }

  /** Records the exposure that a Decision owes, the first time it is owed. */
  private recorded(decision: Decision): Decision {
    const { assignment } = decision
    if (assignment === undefined || (this.rules.record === undefined && decision.warning === undefined)) return decision
    if (this.exposed.isNew(decision, assignment, this.rules.dedupe)) this.record(decision, assignment)
    return decision
  }

  private record(decision: Decision, assignment: Assignment): void {
    if (decision.warning) this.rules.warn(decision)
    this.valid ??= this.rules.isValid(this.world)
    if (this.valid) this.rules.record?.(exposureOf(decision, assignment, this.asker, this.rules.now()))
  }
}

/** Which exposures a request has recorded. */
class Exposed {
  private assignments: Set<Assignment> | undefined
  private keys: Set<string> | undefined

  isNew({ feature }: Decision, assignment: Assignment, dedupe: boolean): boolean {
    if (!dedupe) return true
    // A repeated question finds the same Decision again, so it costs no text.
    if (this.assignments?.has(assignment)) return false
    ;(this.assignments ??= new Set()).add(assignment)
    const keys = (this.keys ??= new Set())
    const size = keys.size
    return keys.add(`${assignment.kind}\0${feature}\0${assignment.unit}`).size > size
  }
}
