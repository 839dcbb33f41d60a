import type { Decision } from '../core/decision'
import { canonicalText } from '../core/canonical'
import type { JsonValue } from '../core/json'
import { HELD_OUT } from '../experiments/holdout'
import { idOf } from '../experiments/life'
import { byCodePoint } from '../experiments/variants'
import type { ConfiguredExperiment } from './configured'
import { type SampleRatio, sampleRatio } from './sample-ratio'

/** What a population got of one feature. Shares are of all users, from 0 to 1. */
export interface SimulationReport {
  readonly feature: string
  readonly users: number
  /** Users who have the feature. */
  readonly enabled: number
  /** Why, most frequent first. */
  readonly outcomes: readonly OutcomeReport[]
  /** Those of the live config first, in its order. */
  readonly experiments: readonly SimulatedExperiment[]
  /** Of a feature with values, most frequent first. */
  readonly values: readonly {
    readonly value: JsonValue
    readonly users: number
    readonly share: number
  }[]
}

export interface OutcomeReport {
  /**
   * The decide service's code of an experiment with a life, which is `experiment_assigned` of every
   * other experiment, too. `excluded`: a bucket of no variant. `no_unit`: nothing to bucket.
   * `forced`: by the address. Else the key that decided, such as `percent_loggedin` or `rules[0]`,
   * or `static`, `default`, `disabled`; or the code of an error.
   */
  readonly outcome: string
  readonly users: number
  readonly share: number
}

export interface SimulatedExperiment {
  readonly experiment: string
  /** Users who were assigned, controls included. */
  readonly assigned: number
  readonly variants: readonly SimulatedVariant[]
  readonly sampleRatio: SampleRatio
}

export interface SimulatedVariant {
  readonly variant: string
  readonly users: number
  readonly share: number
  /** Of those assigned; null while nobody is. */
  readonly shareOfAssigned: number | null
  /** Of those assigned; null where the live config does not say. */
  readonly expectedShare: number | null
}

/** Counts the Decisions of a population on one feature; keeps none of them. */
export class Simulation {
  users = 0
  private enabled = 0
  private readonly outcomes = new Map<string, number>()
  private readonly assigned = new Map<string, Map<string, number>>()
  /** Objects are those of the live config, the same for everybody. */
  private readonly values = new Map<JsonValue, number>()

  constructor(
    private readonly feature: string,
    private readonly configured: readonly ConfiguredExperiment[],
  ) {}

  /** Counts a Decision, and returns its outcome. */
  add(decision: Decision): string {
    this.users++
    if (decision.enabled) this.enabled++
    const outcome = outcomeOf(decision)
    countIn(this.outcomes, outcome)
    if (decision.value !== undefined) countIn(this.values, decision.value)
    const { assignment, participation } = decision
    // Who is held out was drawn by the holdout, and is in no variant of the experiment.
    if (assignment === undefined || outcome === HELD_OUT) return outcome
    const experiment =
      participation?.experiment ?? idOf(assignment.experimentId, assignment.experiment)
    const variants = this.assigned.get(experiment) ?? new Map<string, number>()
    this.assigned.set(experiment, variants)
    countIn(variants, assignment.variant)
    return outcome
  }

  report(): SimulationReport {
    const ids = new Set([...this.configured.map(({ id }) => id), ...this.assigned.keys()])
    return {
      feature: this.feature,
      users: this.users,
      enabled: this.enabled,
      outcomes: frequent(this.outcomes).map(([outcome, users]) => ({
        outcome,
        users,
        share: this.shareOf(users),
      })),
      experiments: [...ids].map((id) => this.experiment(id)),
      values: this.valueCounts().map(([value, users]) => ({
        value,
        users,
        share: this.shareOf(users),
      })),
    }
  }

  private experiment(id: string): SimulatedExperiment {
    const counts = this.assigned.get(id) ?? new Map<string, number>()
    const shares = this.configured.find((one) => one.id === id)?.shares
    const expected = new Map(shares?.map(({ variant, share }) => [variant, share]))
    const assigned = [...counts.values()].reduce((sum, count) => sum + count, 0)
    const variants = [...new Set([...expected.keys(), ...counts.keys()])]
      .sort(byCodePoint)
      .map((variant): SimulatedVariant => {
        const users = counts.get(variant) ?? 0
        return {
          variant,
          users,
          share: this.shareOf(users),
          shareOfAssigned: assigned > 0 ? users / assigned : null,
          expectedShare: expected.get(variant) ?? null,
        }
      })
    const split = variants.flatMap(({ variant, users: observed, expectedShare: share }) =>
      share ? [{ variant, observed, share }] : [],
    )
    return { experiment: id, assigned, variants, sampleRatio: sampleRatio(split) }
  }

  /** Equal values that stand in two places of the live config are one. */
  private valueCounts(): readonly (readonly [JsonValue, number])[] {
    const merged = new Map<string, [JsonValue, number]>()
    for (const [value, count] of this.values) {
      const text = canonicalText(value)
      merged.set(text, [value, (merged.get(text)?.[1] ?? 0) + count])
    }
    return [...merged.values()].sort(([, a], [, b]) => b - a)
  }

  private shareOf(users: number): number {
    return this.users === 0 ? 0 : users / this.users
  }
}

function outcomeOf({
  error,
  participation,
  forced,
  assignment,
  selector,
  reason,
}: Decision): string {
  if (error) return error.code
  if (participation) return participation.outcome
  if (forced) return 'forced'
  if (assignment) return 'experiment_assigned'
  if (selector === 'experiment' && reason === 'SPLIT') return 'excluded'
  if (selector === 'experiment' && reason === 'DISABLED') return 'no_active_experiment'
  if (selector === 'experiment' && reason === 'DEFAULT') return 'no_unit'
  return selector ?? reason.toLowerCase()
}

function countIn<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const frequent = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a, m], [b, n]) => n - m || byCodePoint(a, b))
