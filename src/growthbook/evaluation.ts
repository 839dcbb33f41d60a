import { membersOf } from '../conditions/paths'
import { lazyPatterns } from '../conditions/lazy'
import { prepareSavedGroups } from '../conditions/saved-groups'
import { answersOn, assignedBy } from '../core/answers'
import { Asker } from '../core/asker'
import { isRecord } from '../core/coercion'
import { claimOf, decisionOf } from '../core/decision'
import type { AttributeReader } from '../core/definitions'
import { Installed } from '../core/feature'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { NO_LIMITS } from '../core/participation'
import type { StickyDocuments } from '../core/sticky'
import type { Answer, RuleDetail } from '../core/trail'
import { worldOf } from '../core/world'
import { Evaluation, type EvaluationHost, type FeatureFinder } from '../rules/evaluation'
import { compilePayloadFeature } from '../rules/feature'
import type { Payload } from '../rules/targeting'
import type { FeatureResult, GrowthBookContext } from './context'

/** One visitor and one payload. */
export interface PayloadEvaluation {
  readonly evaluation: Evaluation
  /** For experiments that belong to no feature. */
  readonly payload: Payload
}

/** The engine's own evaluation, on features that are compiled when they are asked. */
export function evaluationOf(
  context: GrowthBookContext,
  sticky: StickyDocuments | undefined,
): PayloadEvaluation {
  const payload = payloadOf(context)
  const attribute = readerOf(context)
  const givesUndefined = (name: string): boolean => attribute(name) === undefined
  const asker = new Asker({ ...worldOf(), attribute }, { forceByUrl: false, givesUndefined })
  const options = { ...context, forcedValues: forcedValuesOf(context), sticky }
  const features = new PayloadFeatures(context.features, payload)
  return { evaluation: new Evaluation(asker, features, HOST, options), payload }
}

const HOST: EvaluationHost = {
  participation: NO_LIMITS,
  missing: (name) => decisionOf(name, UNKNOWN_FEATURE, 0),
}

const UNKNOWN_FEATURE = claimOf({
  enabled: false,
  reason: 'ERROR',
  error: { code: 'FLAG_NOT_FOUND', message: 'the payload has no feature of this name' },
})

/** Null where a value is given as undefined. */
function forcedValuesOf({ forcedFeatureValues }: GrowthBookContext): JsonObject {
  const forced = forcedFeatureValues ?? {}
  const values = forced instanceof Map ? forced : Object.entries(forced)
  return Object.fromEntries(
    Array.from(values as Iterable<[string, JsonValue]>, ([name, value]) => [name, value ?? null]),
  )
}

/** The features of a payload. */
class PayloadFeatures implements FeatureFinder {
  readonly generation = 0
  private readonly compiled = new Map<string, Installed>()

  constructor(
    private readonly features: JsonObject | undefined,
    private readonly payload: Payload,
  ) {}

  find(name: string): Installed | undefined {
    const known = this.compiled.get(name)
    if (known) return known
    const definition = own(this.features, name) ?? null
    if (definition === null) return undefined
    // Like the live config: whatever is there is a feature, if only of null.
    const feature = compilePayloadFeature(
      name,
      isJsonObject(definition) ? definition : {},
      this.payload,
    )
    const installed = new Installed(feature, this.generation, this.compiled.size, false)
    this.compiled.set(name, installed)
    return installed
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

/** An answer in GrowthBook's words; only unknown features have no rule. */
export function featureResultOf({ value = null, rule }: Answer): FeatureResult {
  if (!rule) return UNKNOWN
  const on = Boolean(value)
  const { source, ruleId, experiment, experimentResult } = rule
  const result = { value, on, off: !on, source, ruleId }
  return experiment && experimentResult ? { ...result, experiment, experimentResult } : result
}

/**
 * Calls back for every experiment that assigned the visitor and every feature asked, in the order
 * in which they came up.
 */
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
