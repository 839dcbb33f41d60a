import type { JsonObject, JsonValue } from '../core/json'
import type { StickyDocument, StickyService } from '../core/sticky'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Forcing } from '../rules/evaluation'

/**
 * What an evaluation by hand is given; the shape of docs/spec/growthbook.md, section 1.4. Every
 * member may be missing.
 */
export interface GrowthBookContext extends Forcing {
  readonly attributes?: Readonly<Record<string, unknown>>
  /** Replace attributes of the same names everywhere. */
  readonly attributeOverrides?: Readonly<Record<string, unknown>>
  readonly features?: JsonObject
  readonly savedGroups?: JsonObject
  readonly contextualBandits?: JsonObject
  /** Auto experiments. */
  readonly experiments?: readonly JsonValue[]
  /** By feature id. */
  readonly forcedFeatureValues?:
    ReadonlyMap<string, JsonValue> | Readonly<Record<string, JsonValue>>
  /** Sticky documents that are loaded already, by `attribute||value`. */
  readonly stickyBucketAssignmentDocs?: Readonly<Record<string, StickyDocument>>
  readonly stickyBucketService?: StickyService
  /**
   * "Experiment Viewed": for assigned visitors, passed-through experiments and prerequisites
   * included.
   */
  readonly trackingCallback?: (
    experiment: ExperimentDefinition,
    result: ExperimentResult,
  ) => unknown
  /** "Feature Evaluated": once for each feature that was asked, prerequisites included. */
  readonly onFeatureUsage?: (feature: string, result: FeatureResult) => unknown
}

/** What a feature answers, in GrowthBook's shape (docs/spec/growthbook.md, section 1.5). */
export interface FeatureResult {
  readonly value: JsonValue
  readonly on: boolean
  readonly off: boolean
  readonly source:
    | 'unknownFeature'
    | 'defaultValue'
    | 'force'
    | 'override'
    | 'experiment'
    | 'prerequisite'
    | 'cyclicPrerequisite'
  readonly ruleId: string
  readonly experiment?: ExperimentDefinition
  readonly experimentResult?: ExperimentResult
}
