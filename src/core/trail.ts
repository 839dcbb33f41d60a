import type { JsonValue } from './json'

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
  readonly source:
    'defaultValue' | 'force' | 'override' | 'experiment' | 'prerequisite' | 'cyclicPrerequisite'
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

export const NOTHING: readonly never[] = []

/** A trail as it is laid. Most trails have one view and nothing else. */
export class TrailLog implements Trail {
  views: readonly RuleDetail[] = NOTHING
  prerequisites: readonly Answer[] = NOTHING
  kept: readonly StickyAssignment[] = NOTHING

  addViews(...views: readonly RuleDetail[]): void {
    this.views = this.views === NOTHING ? views : [...this.views, ...views]
  }

  addPrerequisite(prerequisite: Answer): void {
    this.prerequisites = [...this.prerequisites, prerequisite]
  }

  addStickyAssignment(assignment: StickyAssignment): void {
    this.kept = [...this.kept, assignment]
  }
}
