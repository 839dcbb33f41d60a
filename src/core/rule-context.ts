import type { JsonObject, JsonValue } from './json'

/** What an experiment on attributes gave one visitor; GrowthBook's shape (spec/growthbook.md, section 1.6). */
export interface ExperimentResult {
  readonly key: string
  readonly variationId: number
  readonly value: JsonValue | undefined
  readonly inExperiment: boolean
  /** True for a real assignment, by hash or sticky; false for a forced or overridden one. */
  readonly hashUsed: boolean
  readonly hashAttribute: string
  /** With its own type: a number stays a number. */
  readonly hashValue: unknown
  readonly featureId: string | null
  readonly stickyBucketUsed: boolean
  readonly name?: string
  readonly bucket?: number
  readonly passthrough?: boolean
  readonly leafId?: JsonValue
  readonly variationWeights?: readonly number[]
  readonly banditVersion?: JsonValue
}

/** Which rule decided, in GrowthBook's words. */
export interface RuleDetail {
  readonly source: 'defaultValue' | 'force' | 'override' | 'experiment' | 'prerequisite' | 'cyclicPrerequisite'
  readonly ruleId: string
  readonly experiment?: JsonObject
  readonly experimentResult?: ExperimentResult
}

/** An experiment that a visitor was seen in while a question was answered: an exposure is owed for each. */
export interface Viewed {
  readonly experiment: JsonObject
  readonly result: ExperimentResult
}

/** What another feature answers, for a rule that requires it. */
export interface Prerequisite {
  readonly value: JsonValue
  readonly cyclic: boolean
}

/** The sticky documents of one visitor; loaded before, so that deciding stays synchronous (section 10). */
export interface StickyDocuments {
  /** The assignments stored for an attribute's value; empty when there are none. */
  assignments(attribute: string, value: unknown): Readonly<Record<string, string>>
  /** Keeps an assignment, and writes it without being waited for. */
  assign(attribute: string, value: unknown, key: string, variation: string): void
}

/** What rules may ask besides the World: what is forced for this request, other features, and where to note experiments. */
export interface RuleContext {
  /** False switches experiments off; force rules and defaults go on. */
  readonly enabled: boolean
  /** True: nobody is assigned at random. */
  readonly qaMode: boolean
  readonly url: string
  forcedVariation(experiment: string): number | undefined
  forcedValue(feature: string): { readonly value: JsonValue } | undefined
  /** Legacy: keys laid over an experiment's own. */
  override(experiment: string): JsonObject | undefined
  /** Legacy: whether the visitor is in a named group. */
  inGroup(group: string): boolean
  readonly sticky: StickyDocuments | undefined
  prerequisite(feature: string): Prerequisite
  viewed(view: Viewed): void
}
