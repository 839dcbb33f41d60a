import type { Asker } from '../core/asker'
import { type Claim, type Decision, decisionOf } from '../core/decision'
import type { Installed } from '../core/feature'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Participation } from '../core/participation'
import { type Reply, replyOf } from '../core/reply'
import type { RuleContext } from '../core/rule-context'
import type { StickyDocuments } from '../core/sticky'
import { isEnabledVariant } from '../experiments/variants'
import { NO_REPLIES, replyAt, withReply } from './reply-cache'
import { forcedClaim } from './feature'
import { LONGEST_ROW } from './prerequisites'

/**
 * What may be forced for one visitor, in a request or in `evalFeature`. Every member may be
 * missing.
 */
export interface Forcing {
  /** False: experiments of rules are off; force rules and defaults go on. */
  readonly enabled?: boolean
  /** True: no experiment of a rule assigns anybody. */
  readonly qaMode?: boolean
  /**
   * The address of the request: `?experiment-key=1` forces a variation, and patterns are compared
   * with it.
   */
  readonly url?: string
  /** Variation indexes by experiment key, for experiments of rules. */
  readonly forcedVariations?: Readonly<Record<string, number>>
  /** Legacy: the groups that the visitor is in. */
  readonly groups?: Readonly<Record<string, boolean>>
  /** Legacy: keys that replace an experiment's own, by experiment key. */
  readonly overrides?: Readonly<Record<string, JsonObject>>
}

/** Options of an evaluation. */
export interface EvaluationOptions extends Forcing {
  /** Values by feature: whatever the live config says, these are returned. */
  readonly forcedValues?: Readonly<Record<string, JsonValue>>
  /** The variants that those values belong to, by feature. */
  readonly forcedVariants?: Readonly<Record<string, string>>
  /** Sticky documents, loaded before. */
  readonly sticky?: StickyDocuments | undefined
  /** What signed links force; it wins over everything else. */
  readonly links?: LinkClaims | undefined
}

/** The claims that signed links make for a visitor. */
export interface LinkClaims {
  claimFor(feature: string, asker: Asker): Claim | undefined
}

const NOTHING_FORCED: EvaluationOptions = {}

/** Where the features are: a snapshot, or a payload. */
export interface FeatureFinder {
  readonly generation: number
  find(name: string): Installed | undefined
}

/** What an evaluation needs from its caller: a request, or `evalFeature`. */
export interface EvaluationHost {
  readonly participation: Participation
  /** The answer for a name that has no feature. */
  missing(name: string): Decision
}

/**
 * Decides features for one visitor, each once, and answers what rules ask. A forced value of
 * another type than declared counts as missing, because an answer must not throw.
 */
export class Evaluation implements RuleContext {
  readonly hasForcing: boolean
  private replies = NO_REPLIES
  private replied = 0
  private asking: Set<string> | undefined

  constructor(
    readonly asker: Asker,
    private readonly features: FeatureFinder,
    private readonly host: EvaluationHost,
    private readonly options: EvaluationOptions = NOTHING_FORCED,
  ) {
    this.hasForcing = options !== NOTHING_FORCED
    asker.rules = this
  }

  decide(name: string): Decision {
    return this.replyOf(name).decision
  }

  /** Whether a feature was decided that is not the same for everybody. */
  get dependsOnVisitor(): boolean {
    return this.replied > 0
  }

  /** What most questions read of the Decision, without building it. */
  replyOf(name: string): Reply {
    if (this.hasForcing) {
      const forced = this.forcedDecision(name)
      if (forced) return replyOf(forced)
    }
    const installed = this.features.find(name)
    if (installed === undefined) return replyOf(this.host.missing(name))
    return installed.fixed ?? replyAt(this.replies, installed.index) ?? this.reply(name, installed)
  }

  private reply(name: string, installed: Installed): Reply {
    // Only rules can lead back to the feature that they belong to.
    const reply = installed.feature.asksOthers
      ? this.replyOnce(name, installed)
      : installed.replyTo(this.asker)
    if (installed.fixed === undefined) this.replies = withReply(this.replies, this.replied++, reply)
    return reply
  }

  private replyOnce(name: string, installed: Installed): Reply {
    const asking = (this.asking ??= new Set())
    asking.add(name)
    try {
      return installed.replyTo(this.asker)
    } finally {
      asking.delete(name)
    }
  }

  /** It is decided like any other feature, and cached with the others. */
  prerequisite(feature: string): Decision | 'cyclic' | undefined {
    const { asking } = this
    // A chain of features that is too long counts as a circle: both would exhaust the stack.
    if (asking !== undefined && (asking.has(feature) || asking.size >= LONGEST_ROW)) return 'cyclic'
    const decision = this.decide(feature)
    return decision.error?.code === 'FLAG_NOT_FOUND' ? undefined : decision
  }

  get participation(): Participation {
    return this.host.participation
  }

  get enabled(): boolean {
    return this.options.enabled !== false
  }

  get qaMode(): boolean {
    return Boolean(this.options.qaMode)
  }

  get url(): string {
    const { url } = this.options
    return typeof url === 'string' ? url : ''
  }

  get sticky(): StickyDocuments | undefined {
    return this.options.sticky
  }

  forcedVariation(experiment: string): number | undefined {
    return own(this.options.forcedVariations, experiment)
  }

  forcedValue(feature: string): { readonly value: JsonValue } | undefined {
    const value = own(this.options.forcedValues, feature)
    return value === undefined ? undefined : { value }
  }

  private forcedDecision(name: string): Decision | undefined {
    const { generation } = this.features
    const linked = this.options.links?.claimFor(name, this.asker)
    if (linked) return decisionOf(name, linked, generation)
    const forced = this.forcedValue(name)
    return forced && decisionOf(name, this.forcedClaim(name, forced.value), generation)
  }

  /**
   * The claim for a forced value. When its variant is named, it is on as that variant is: a control
   * of r2 is off.
   */
  private forcedClaim(feature: string, value: JsonValue): Claim {
    const claim = forcedClaim(value)
    const variant = own(this.options.forcedVariants, feature)
    return variant === undefined
      ? claim
      : { ...claim, variant, enabled: claim.enabled && isEnabledVariant(variant) }
  }

  override(experiment: string): JsonObject | undefined {
    const override = own(this.options.overrides, experiment)
    return isJsonObject(override) ? override : undefined
  }

  inGroup(group: string): boolean {
    return Boolean(own(this.options.groups, group))
  }
}
