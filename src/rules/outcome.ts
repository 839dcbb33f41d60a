import type { Asker } from '../core/asker'
import type { Assignment } from '../core/assignment'
import { nameOf } from '../core/coercion'
import type { JsonValue } from '../core/json'
import type { ExperimentDefinition, ExperimentResult, RuleDetail } from '../core/trail'
import { type Hashed, hashedBy, textOr } from './targeting'

/** The result of an experiment for one visitor. */
export interface Outcome {
  /** -1: not in the experiment. */
  readonly variation: number
  readonly hashUsed: boolean
  readonly sticky: boolean
  /** The hash, where the variation was assigned, and what was hashed. */
  readonly bucket?: number
  readonly hashed?: Hashed
}

export const OUT: Outcome = { variation: -1, hashUsed: false, sticky: false }
/** The outcome when a stored assignment is older than the experiment accepts. */
export const BLOCKED: Outcome = { variation: -1, hashUsed: false, sticky: true }

export const forced = (variation: number, count: number): Outcome =>
  Number.isInteger(variation) && variation >= 0 && variation < count
    ? { variation, hashUsed: false, sticky: false }
    : OUT

/** What a contextual bandit decided for one visitor. */
export interface BanditDecision {
  readonly leafId: JsonValue
  readonly variationWeights: readonly number[]
  readonly banditVersion?: JsonValue
}

/** The parts that the result of an experiment is built from. */
export interface Ended {
  readonly definition: ExperimentDefinition
  readonly variations: readonly unknown[]
  readonly meta: readonly ExperimentDefinition[]
  readonly featureId: string | null
  readonly outcome: Outcome
  readonly hashed: Hashed
  readonly bandit?: BanditDecision | undefined
}

/**
 * The name of a variation in results, records and sticky assignments; its index when `meta` names
 * none.
 */
export function variationKey(meta: readonly ExperimentDefinition[], variation: number): string {
  return nameOf(meta[variation]?.key) || String(variation)
}

/**
 * The assignment, when the visitor's hash or a stored assignment gave the variation; undefined of a
 * forced one.
 */
export function assignmentOf(
  { key, meta }: Pick<Parts, 'key' | 'meta'>,
  { variation, bucket }: Outcome,
  { attribute, value }: Hashed,
): Assignment | undefined {
  if (bucket === undefined) return undefined
  return {
    kind: kindOfUnit(attribute),
    experimentId: key,
    experiment: key,
    variant: variationKey(meta, variation),
    unit: String(value),
    bucket,
  }
}

/** The kind of unit that an attribute's value is. */
export const kindOfUnit = (attribute: string): string => (attribute === 'id' ? 'user' : attribute)

/** The Result of an experiment, in GrowthBook's shape (docs/spec/growthbook.md, section 1.6). */
export function resultOf({
  variations,
  meta,
  featureId,
  outcome,
  hashed,
  bandit,
}: Ended): ExperimentResult {
  const inExperiment = outcome.variation >= 0
  const variationId = inExperiment ? outcome.variation : 0
  const { name, passthrough } = meta[variationId] ?? {}
  return {
    key: variationKey(meta, variationId),
    featureId,
    inExperiment,
    hashUsed: outcome.hashUsed,
    variationId,
    value: variations[variationId],
    hashAttribute: hashed.attribute,
    hashValue: hashed.value,
    stickyBucketUsed: outcome.sticky,
    ...(name ? { name: nameOf(name) } : {}),
    ...(outcome.bucket !== undefined && { bucket: outcome.bucket }),
    ...(passthrough ? { passthrough: true } : {}),
    ...(inExperiment && outcome.hashUsed ? bandit : {}),
  }
}

/**
 * The detail of an experiment rule. Its objects are created when they are read; most answers are
 * never read that far.
 */
export class ExperimentDetail implements RuleDetail {
  readonly source = 'experiment'

  constructor(
    readonly ruleId: string,
    private readonly parts: Pick<Ended, 'definition' | 'variations' | 'meta'>,
    private readonly featureId: string,
    private readonly outcome: Outcome,
    private readonly hashed: Hashed,
    private readonly bandit: BanditDecision | undefined,
  ) {}

  get experiment(): ExperimentDefinition {
    const { definition } = this.parts
    return this.bandit && this.outcome.hashUsed
      ? { ...definition, contextualBandit: this.bandit }
      : definition
  }

  get experimentResult(): ExperimentResult {
    const { definition, variations, meta } = this.parts
    const { featureId, outcome, hashed, bandit } = this
    return resultOf({ definition, variations, meta, featureId, outcome, hashed, bandit })
  }

  toJSON(): RuleDetail {
    return {
      source: this.source,
      ruleId: this.ruleId,
      experiment: this.experiment,
      experimentResult: this.experimentResult,
    }
  }
}

/** The parts of an experiment, read once. */
export interface Parts {
  readonly key: string
  readonly definition: ExperimentDefinition
  readonly variations: readonly unknown[]
  readonly meta: readonly ExperimentDefinition[]
  /** The name of each variation, as `variationKey` gives it. */
  readonly variants: readonly string[]
  /** The attribute that is hashed for a visitor. */
  readonly hashed: (asker: Asker) => Hashed
}

export function partsOf(definition: ExperimentDefinition): Parts {
  const variations: readonly unknown[] = Array.isArray(definition.variations)
    ? definition.variations
    : []
  const meta = Array.isArray(definition.meta)
    ? definition.meta.map((entry: ExperimentDefinition | null) => entry ?? {})
    : []
  return {
    key: nameOf(definition.key),
    definition,
    variations,
    meta,
    variants: variations.map((_, i) => variationKey(meta, i)),
    hashed: hashing(definition),
  }
}

/** A fallback attribute counts only while stored assignments are looked up. */
function hashing({
  hashAttribute,
  fallbackAttribute,
  disableStickyBucketing,
}: ExperimentDefinition): (asker: Asker) => Hashed {
  const attribute = textOr(hashAttribute, 'id')
  const fallback = disableStickyBucketing ? undefined : textOr(fallbackAttribute, '')
  return (asker) =>
    hashedBy(asker, attribute, asker.rules.sticky && fallback ? fallback : undefined)
}
