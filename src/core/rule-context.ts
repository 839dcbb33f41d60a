import type { JsonObject, JsonValue } from './json'
import { NO_LIMITS, type Participation } from './participation'

/** What an experiment on attributes gave one visitor; GrowthBook's shape (spec/growthbook.md, section 1.6). */
export interface ExperimentResult {
  readonly key: string
  readonly variationId: number
  readonly value: unknown
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

/** An experiment as it is written; inline ones may hold functions and regular expressions. */
export type ExperimentDefinition = Readonly<Record<string, unknown>>

/** Which rule decided, in GrowthBook's words. */
export interface RuleDetail {
  readonly source: 'defaultValue' | 'force' | 'override' | 'experiment' | 'prerequisite' | 'cyclicPrerequisite'
  readonly ruleId: string
  readonly experiment?: ExperimentDefinition | undefined
  readonly experimentResult?: ExperimentResult | undefined
}

/** What a feature answered, as far as rules of other features care; every Decision is one. */
export interface Answer {
  readonly feature: string
  readonly value?: JsonValue | undefined
  /** The snapshot that decided it. */
  readonly generation?: number
  readonly rule?: RuleDetail | undefined
  readonly trail?: Trail | undefined
}

/** What else came up while a question was answered: experiments that the visitor was seen in, and other features asked. */
export interface Trail {
  /** An exposure is owed for each, passed-through experiments included. */
  readonly views: readonly RuleDetail[]
  readonly prerequisites: readonly Answer[]
  /** Assignments to be stored, once the answer is really given: whoever only looks stores nothing. */
  readonly kept: readonly StickyAssignment[]
}

/** That a value of an attribute has a variation of an experiment, for good. */
export interface StickyAssignment {
  readonly attribute: string
  readonly value: unknown
  /** Experiment key and bucket version. */
  readonly key: string
  readonly variation: string
}

const NOTHING: readonly never[] = []

/** A trail as it is laid. Most trails have one view and nothing else. */
export class TrailLog implements Trail {
  views: readonly RuleDetail[] = NOTHING
  prerequisites: readonly Answer[] = NOTHING
  kept: readonly StickyAssignment[] = NOTHING

  saw(...views: readonly RuleDetail[]): void {
    this.views = this.views === NOTHING ? views : [...this.views, ...views]
  }

  asked(prerequisite: Answer): void {
    this.prerequisites = [...this.prerequisites, prerequisite]
  }

  keeps(assignment: StickyAssignment): void {
    this.kept = [...this.kept, assignment]
  }
}

/** The sticky documents of one visitor; loaded before, so that deciding stays synchronous (section 10). */
export interface StickyDocuments {
  /** The assignments stored for an attribute's value; empty when there are none. */
  assignments(attribute: string, value: unknown): Readonly<Record<string, string>>
  /** Keeps an assignment, and writes it without being waited for. */
  assign(attribute: string, value: unknown, key: string, variation: string): void
}

/** What rules ask besides the World: what is forced for this request, and other features. */
export interface RuleContext {
  /** False: nothing is forced, stored or switched off, and there is no URL, so that experiments need not ask for each. */
  readonly adjusts: boolean
  /** False switches experiments off; force rules and defaults go on. */
  readonly enabled: boolean
  /** True: nobody is assigned at random. */
  readonly qaMode: boolean
  readonly url: string
  readonly sticky: StickyDocuments | undefined
  /** What experiments with a life ask. */
  readonly participation: Participation
  forcedVariation(experiment: string): number | undefined
  forcedValue(feature: string): { readonly value: JsonValue } | undefined
  /** Legacy: keys laid over an experiment's own. */
  override(experiment: string): JsonObject | undefined
  /** Legacy: whether the visitor is in a named group. */
  inGroup(group: string): boolean
  /** What another feature answers; `cyclic` when that one is being asked already. */
  prerequisite(feature: string): Answer | 'cyclic' | undefined
}

/** Nothing is forced, and there are no other features. */
export const NO_RULES: RuleContext = {
  adjusts: false,
  enabled: true,
  qaMode: false,
  url: '',
  sticky: undefined,
  participation: NO_LIMITS,
  forcedVariation: () => undefined,
  forcedValue: () => undefined,
  override: () => undefined,
  inGroup: () => false,
  prerequisite: () => undefined,
}
