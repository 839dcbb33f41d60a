/** What `impactSteps` returns: types alone, shared with the page of the server. */

/** Who changes between two live configs. */
export interface Impact {
  /** Nobody gets another answer: proven over all buckets and all kinds of visitors. */
  readonly isNobody: boolean
  /** Those whose entry changes, or what it names or requires; sorted by name. */
  readonly features: readonly FeatureImpact[]
  /** More features change than are listed. */
  readonly more: number
}

/** Who changes, for one feature. */
export interface FeatureImpact {
  readonly feature: string
  /**
   * By kind of visitor, exact over all buckets. Null where the entry asks what cannot be enumerated;
   * `whyNot` says what, and the population is all there is.
   */
  readonly classes: readonly ClassImpact[] | null
  readonly whyNot: string | null
  /** What changes later, at dates at which its experiment starts or ends. */
  readonly later: readonly LaterImpact[]
  /** Over the population at hand. */
  readonly population: ChangeMatrix
  /** Members of the population that change, at most 100. */
  readonly examples: readonly ImpactExample[]
}

/** The changes as they are from a date on. */
export interface LaterImpact {
  /** ISO 8601. */
  readonly at: string
  readonly classes: readonly ClassImpact[]
}

/** The matrix of one kind of visitors, such as `signed in, gold`. */
export interface ClassImpact {
  /** `signed out`, `signed in`, `signed in, gold`, `signed in, user gary`. */
  readonly visitors: string
  /** Shares of these visitors, from 0 to 1. */
  readonly matrix: ChangeMatrix
}

/**
 * How many go from one answer to another. Answers are `on`, `off`, names of variants, and values as
 * JSON.
 */
export interface ChangeMatrix {
  /** 1 of shares. */
  readonly size: number
  readonly changed: number
  /** Rows and columns alike, `off` and `on` first. */
  readonly answers: readonly string[]
  /** Whether the feature is on with each of the answers. */
  readonly isOn: readonly boolean[]
  /** Row by row: `cells[from][to]` in the order of `answers`. */
  readonly cells: readonly (readonly number[])[]
}

export interface ImpactExample {
  readonly unit: string
  readonly from: string
  readonly to: string
}
