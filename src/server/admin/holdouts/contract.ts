/** Holdouts as the routes of features and experiments return them: types alone, shared with the page. */

/** A holdout that keeps people out of a feature. */
export interface HeldBack {
  readonly name: string
  readonly percent: number
}

/** A share of people who are kept out of experiments. */
export interface HoldoutView extends HeldBack {
  /** Null: of all experiments. */
  readonly domains: readonly string[] | null
  /** The features that its people do not get, sorted. */
  readonly features: readonly string[]
}
