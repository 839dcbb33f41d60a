/**
 * The outcome of an experiment for one visitor; the decide service's codes (docs/spec/decide.md,
 * section 1).
 */
export type Outcome =
  | 'no_active_experiment'
  | 'targeting_mismatch'
  | 'participation_limit'
  | 'domain_conflict'
  | 'outside_traffic_allocation'
  | 'no_variants'
  | 'held_out'
  | 'experiment_assigned'

/** The states of an experiment's life, in its order. Only a running one assigns. */
export const STATUSES = [
  'draft',
  'in_review',
  'approved',
  'running',
  'paused',
  'completed',
  'archived',
  'rejected',
] as const
export type Status = (typeof STATUSES)[number]

/** An experiment with a life, as other experiments see it that want the same visitor. */
export interface Contender {
  /** `experiment_id` as text; the feature's name where the entry has none. */
  readonly experiment: string
  /** The status as the entry states it. */
  readonly status: Status
  /**
   * The conflict domains that it belongs to; in each, one experiment at most has a given subject.
   */
  readonly domains: readonly string[]
  /** The higher goes first; default 0. */
  readonly priority: number
  /**
   * Its status at a time (milliseconds since 1970): before its `start` a running experiment is
   * approved, from its `end` on it is completed, and while the entry or the experiment is switched
   * off it is paused.
   */
  readonly statusAt: (now: number) => Status
}

/** An experiment with a life that is in force. */
export interface ExperimentInfo extends Contender {
  /** The feature whose entry it is in. */
  readonly feature: string
}

/** Why an experiment may not have a visitor who qualifies for it. */
export type Refusal = Extract<Outcome, 'participation_limit' | 'domain_conflict'>

/** What an experiment with a life needs from the request that decides it. */
export interface Participation {
  /** Milliseconds since 1970; the same throughout a request. */
  now(): number
  /**
   * Why this experiment may not have the request's visitor, who qualifies for it; undefined when it
   * may.
   */
  refuses(experiment: Contender): Refusal | undefined
}

/** Every experiment may have every visitor. */
export const NO_LIMITS: Participation = { now: () => 0, refuses: () => undefined }
