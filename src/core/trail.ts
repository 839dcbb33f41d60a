import type { Assignment } from './assignment'
import type { JsonValue } from './json'

/**
 * The result of a rule's experiment for one visitor, in GrowthBook's shape
 * (docs/spec/growthbook.md, section 1.6).
 */
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

/** The rule that decided, in GrowthBook's words. */
export interface RuleDetail {
  readonly source:
    'defaultValue' | 'force' | 'override' | 'experiment' | 'prerequisite' | 'cyclicPrerequisite'
  readonly ruleId: string
  readonly experiment?: ExperimentDefinition | undefined
  readonly experimentResult?: ExperimentResult | undefined
}

/** The answer of a feature, as rules of other features see it. Every Decision is one. */
export interface Answer {
  readonly feature: string
  readonly value?: JsonValue | undefined
  /** The snapshot that decided it. */
  readonly generation?: number
  readonly rule?: RuleDetail | undefined
  readonly trail?: Trail | undefined
}

/**
 * An experiment that assigned the visitor a variant; an exposure is pending. Every Decision with an
 * assignment is one.
 */
export interface Assigned {
  /** Only an experiment that another server computed may lack a bucket. */
  readonly assignment: Omit<Assignment, 'bucket'> & { readonly bucket?: number }
  /** Has GrowthBook's result, if the experiment belongs to a rule. */
  readonly rule?: RuleDetail | undefined
}

/** What happened while a question was answered. */
export interface Trail {
  /**
   * Experiments that assigned the visitor and did not decide: passed through, or computed
   * elsewhere.
   */
  readonly assigned: readonly Assigned[]
  /** The answers of other features that rules required. */
  readonly prerequisites: readonly Answer[]
  /**
   * Sticky assignments to store when the answer is served; `decide` and `explain` store nothing.
   */
  readonly stickyAssignments: readonly StickyAssignment[]
}

/** The variation of an experiment that a value of an attribute keeps. */
export interface StickyAssignment {
  readonly attribute: string
  readonly value: unknown
  /** Experiment key and bucket version. */
  readonly key: string
  readonly variation: string
}

const NOTHING: readonly never[] = []

/** Collects a trail. Most trails have one member. */
export class TrailLog implements Trail {
  assigned: readonly Assigned[] = NOTHING
  prerequisites: readonly Answer[] = NOTHING
  stickyAssignments: readonly StickyAssignment[] = NOTHING

  addAssigned(...assigned: readonly Assigned[]): void {
    this.assigned = [...this.assigned, ...assigned]
  }

  addPrerequisite(prerequisite: Answer): void {
    this.prerequisites = [...this.prerequisites, prerequisite]
  }

  addStickyAssignment(assignment: StickyAssignment): void {
    this.stickyAssignments = [...this.stickyAssignments, assignment]
  }
}
