import { type Answered, answersOn } from '../core/answers'
import type { Asker } from '../core/asker'
import { nameOf, textOf } from '../core/coercion'
import type { Decision } from '../core/decision'
import type { JsonValue } from '../core/json'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'

/** A visitor was asked about and fell into a variant, controls included: the record an experiment is judged by. */
export interface Exposure {
  /** What was bucketed: `user`, `page`, or the name of an attribute. */
  readonly kind: string
  /** The feature that was asked. */
  readonly feature: string
  /** As the entry states it; missing when the entry has none. Of a rule's experiment, its key. */
  readonly experimentId?: JsonValue
  readonly variant: string
  readonly unit: string
  /** The signed-in user's id; for kind `user`. */
  readonly user?: string
  /** The logged-out id, also of a signed-in visitor who has one; for kind `user`. */
  readonly loid?: string
  /** The page's id; for kind `page`. */
  readonly page?: string
  /** 0 to 999 by r2's hash; of hash `sha256`, 0 to 9,999; of GrowthBook's, from 0 to 1. */
  readonly bucket?: number
  /** Which hash drew it. Missing: r2's SHA-1 or, with `result`, GrowthBook's. */
  readonly hash?: 'sha256'
  readonly generation: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of a rule's experiment: what GrowthBook's "Experiment Viewed" tells. */
  readonly experiment?: ExperimentDefinition
  readonly result?: ExperimentResult
}

/** What all exposures of one answer have in common. */
type Common = Pick<Exposure, 'kind' | 'feature' | 'variant' | 'unit' | 'generation' | 'at'>

/** An exposure that an answer owes, with a key that is equal for the same exposure owed twice. */
export interface Owed {
  readonly key: string
  readonly exposure: (at: number) => Exposure
}

/** Every exposure that a Decision owes: its own assignment, and what came up on the way to it. */
export function owedBy(decision: Decision, asker: Asker): readonly Owed[] {
  const { generation } = decision
  if (decision.trail === undefined) return assignedBy(decision, generation, asker)
  return [...answersOn(decision)].flatMap((answer) => [
    ...assignedBy(answer, generation, asker),
    ...viewsOf(answer, generation, asker),
  ])
}

/** A rule's assignment is on the trail; this one is r2's. */
function assignedBy(
  { feature, assignment, rule }: Answered,
  generation: number,
  asker: Asker,
): readonly Owed[] {
  if (assignment === undefined || rule !== undefined) return []
  const { kind, experimentId, variant, unit, bucket, hash } = assignment
  const id = experimentId === undefined ? {} : { experimentId }
  return [
    {
      key: `${kind}\0${feature}\0${unit}`,
      exposure: (at) => ({
        ...visited({ kind, feature, variant, unit, generation, at }, asker),
        ...id,
        bucket,
        ...(hash && { hash }),
      }),
    },
  ]
}

function viewsOf({ feature, trail }: Answered, generation: number, asker: Asker): readonly Owed[] {
  return (trail?.views ?? []).flatMap(
    ({ experiment, experimentResult: result }): readonly Owed[] => {
      if (!experiment || !result) return []
      const key = nameOf(experiment.key)
      const unit = textOf(result.hashValue) ?? ''
      const kind = result.hashAttribute === 'id' ? 'user' : nameOf(result.hashAttribute)
      return [
        {
          key: `${kind}\0${key}\0${result.variationId}\0${unit}`,
          exposure: (at) => ({
            ...visited({ kind, feature, variant: result.key, unit, generation, at }, asker),
            experimentId: key,
            ...(result.bucket !== undefined && { bucket: result.bucket }),
            experiment,
            result,
          }),
        },
      ]
    },
  )
}

function visited(common: Common, asker: Asker): Exposure {
  const user = common.kind === 'user' ? asker.userId() : null
  const loid = common.kind === 'user' ? asker.loid() : null
  return {
    ...common,
    ...(user !== null && { user }),
    ...(loid !== null && { loid }),
    ...(common.kind === 'page' && { page: common.unit }),
  }
}
