import type { Assignment } from '../core/assignment'
import { Drawn } from '../core/decision'
import type { JsonValue } from '../core/json'
import type { RuleDetail } from '../core/trail'
import type { Experiment } from './experiment'
import { type BanditDecision, ExperimentDetail, kindOfUnit, type Outcome } from './outcome'
import type { Hashed } from './targeting'

/** What the answers of one rule's experiment have in common. */
export interface Drawing {
  readonly ruleId: string
  readonly selector: string
  readonly feature: string
  readonly experiment: Experiment
  readonly bandit: BanditDecision | undefined
}

export const detailOf = (
  { ruleId, experiment, feature, bandit }: Drawing,
  outcome: Outcome,
  hashed: Hashed,
): RuleDetail => new ExperimentDetail(ruleId, experiment, feature, outcome, hashed, bandit)

/** The claim for a visitor whom a rule's experiment drew. */
export class DrawnVariation extends Drawn {
  constructor(
    unit: string,
    bucket: number,
    private readonly drawing: Drawing,
    private readonly outcome: Outcome,
    private readonly hashed: Hashed,
  ) {
    super(unit, bucket)
  }

  override get value(): JsonValue | undefined {
    return this.drawing.experiment.variations[this.outcome.variation] as JsonValue
  }

  get enabled(): boolean {
    return Boolean(this.value)
  }

  get variant(): string {
    // A drawn variation is one of the list.
    return this.drawing.experiment.variants[this.outcome.variation] ?? ''
  }

  get selector(): string {
    return this.drawing.selector
  }

  override get rule(): RuleDetail {
    return detailOf(this.drawing, this.outcome, this.hashed)
  }

  get assignment(): Assignment {
    const { key } = this.drawing.experiment
    const { unit, bucket, variant } = this
    const kind = kindOfUnit(this.hashed.attribute)
    return { kind, experimentId: key, experiment: key, variant, unit, bucket }
  }
}
