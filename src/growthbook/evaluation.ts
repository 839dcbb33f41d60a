import { membersOf } from '../conditions/paths'
import { lazyPatterns } from '../conditions/lazy'
import { prepareSavedGroups } from '../conditions/saved-groups'
import { answersOn, assignedBy } from '../core/answers'
import { Asker } from '../core/asker'
import { isRecord } from '../core/coercion'
import { type Decision, decisionOf } from '../core/decision'
import type { AttributeReader } from '../core/definitions'
import { type Feature, Installed } from '../core/feature'
import { isJsonObject, type JsonValue, own } from '../core/json'
import { NO_LIMITS } from '../core/participation'
import type { RuleContext } from '../core/rule-context'
import type { StickyDocuments } from '../core/sticky'
import type { Answer, RuleDetail } from '../core/trail'
import { worldOf } from '../core/world'
import { compilePayloadFeature, forcedClaim } from '../rules/feature'
import { ForcedRules } from '../rules/forcing'
import { LONGEST_ROW } from '../rules/prerequisites'
import type { Payload } from '../rules/targeting'
import type { FeatureResult, GrowthBookContext } from './context'

/** One visitor and one payload, for evaluating by hand: features are compiled when they are asked, by the engine's own walk. */
export class Evaluation extends ForcedRules implements RuleContext {
  readonly adjusts = true
  readonly participation = NO_LIMITS
  readonly asker: Asker
  readonly payload: Payload
  private readonly decisions = new Map<string, Decision>()
  private readonly asking = new Set<string>()

  constructor(
    private readonly context: GrowthBookContext,
    readonly sticky: StickyDocuments | undefined,
  ) {
    super(context)
    this.payload = payloadOf(context)
    const attribute = readerOf(context)
    const givesUndefined = (name: string): boolean => attribute(name) === undefined
    this.asker = new Asker({ ...worldOf(), attribute }, { forceByUrl: false, givesUndefined })
    this.asker.rules = this
  }

  forcedValue(feature: string): { readonly value: JsonValue } | undefined {
    const values = this.context.forcedFeatureValues ?? {}
    if (values instanceof Map)
      return values.has(feature)
        ? { value: (values as ReadonlyMap<string, JsonValue>).get(feature) ?? null }
        : undefined
    const record = values as Readonly<Record<string, JsonValue>>
    return Object.hasOwn(record, feature) ? { value: record[feature] ?? null } : undefined
  }

  prerequisite(feature: string): Answer | 'cyclic' | undefined {
    return this.asking.has(feature) || this.asking.size >= LONGEST_ROW
      ? 'cyclic'
      : this.decide(feature)
  }

  /** undefined: there is no such feature. */
  decide(name: string): Decision | undefined {
    const known = this.decisions.get(name)
    if (known) return known
    const forced = this.forcedValue(name)
    if (forced) return decisionOf(name, forcedClaim(forced.value), 0)
    const feature = this.compile(name)
    if (!feature) return undefined
    this.asking.add(name)
    const decision = new Installed(feature, 0, 0, false).decide(this.asker)
    this.asking.delete(name)
    this.decisions.set(name, decision)
    return decision
  }

  private compile(name: string): Feature | undefined {
    const definition = own(this.context.features, name) ?? null
    // Like the live config: whatever is there is a feature, if only of null.
    return definition === null
      ? undefined
      : compilePayloadFeature(name, isJsonObject(definition) ? definition : {}, this.payload)
  }
}

function payloadOf({ savedGroups, contextualBandits }: GrowthBookContext): Payload {
  const patterns = lazyPatterns()
  return {
    groups: prepareSavedGroups(savedGroups ?? {}, patterns),
    patterns,
    report: () => undefined,
    bandit: (id) => own(contextualBandits, id),
  }
}

/** Null when there is no such attribute; one may be given as undefined. */
function readerOf({ attributes, attributeOverrides }: GrowthBookContext): AttributeReader {
  const [overrides, own] = [membersOf(attributeOverrides), membersOf(attributes)]
  const isOverridden = (name: string): boolean =>
    isRecord(attributeOverrides) && Object.hasOwn(attributeOverrides, name)
  return (name) => (isOverridden(name) ? overrides(name) : own(name))
}

const UNKNOWN: FeatureResult = {
  value: null,
  on: false,
  off: true,
  source: 'unknownFeature',
  ruleId: '',
}

/** A Decision in GrowthBook's words. */
export function featureResultOf(decision: Answer | undefined): FeatureResult {
  const rule: RuleDetail | undefined = decision?.rule
  if (!decision || !rule) return UNKNOWN
  const value = decision.value ?? null
  const on = Boolean(value)
  const { source, ruleId, experiment, experimentResult } = rule
  const result = { value, on, off: !on, source, ruleId }
  return experiment && experimentResult ? { ...result, experiment, experimentResult } : result
}

/** Calls back for every experiment that assigned the visitor and every feature asked, in the order in which they came up. */
export function follow(
  answer: Answer,
  onAssigned: (rule: RuleDetail) => void,
  onFeature: (answer: Answer) => void,
): void {
  for (const met of answersOn(answer)) {
    for (const { rule } of assignedBy(met)) if (rule) onAssigned(rule)
    if (met.rule?.source !== 'override') onFeature(met)
  }
}
