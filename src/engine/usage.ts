import { type Answered, answersOn, valueSeen } from '../core/answers'
import type { Decision } from '../core/decision'
import type { JsonValue } from '../core/json'
import { BY_LINK } from '../core/link'
import type { Answer } from '../core/trail'

/** One use of a feature: who read it, and which value they got. */
export interface FeatureUsage {
  readonly feature: string
  /** The value; for a feature without values, whether it is on; null for an unknown name. */
  readonly value: JsonValue
  /** GrowthBook's word for what decided, for features with rules and for unknown names. */
  readonly source?: string
  readonly ruleId?: string
  /** The signed-in user's id. */
  readonly user?: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly decision: Answer
}

/** Who asked, and when. */
export interface Asked {
  readonly user: string | null
  readonly at: number
}

/** The use of the feature that was asked, and of each feature that its rules required. */
export function usagesOf(decision: Decision, asked: Asked): readonly FeatureUsage[] {
  // A value that the request forced is no use of the feature.
  return [...answersOn(decision)]
    .filter(({ rule, selector }) => rule?.source !== 'override' && selector !== BY_LINK)
    .map((answer) => usageOf(answer, asked))
}

function usageOf(answer: Answered, { user, at }: Asked): FeatureUsage {
  const value = isUnknown(answer) ? null : valueSeen(answer)
  const { source, ruleId } = isUnknown(answer) ? UNKNOWN : (answer.rule ?? {})
  return {
    feature: answer.feature,
    value,
    ...(source !== undefined && { source }),
    ...(ruleId !== undefined && { ruleId }),
    ...(user !== null && { user }),
    at,
    decision: answer,
  }
}

const UNKNOWN = { source: 'unknownFeature', ruleId: '' }

/** Whether the live config lacks the name, be it asked by the code or by a rule. */
const isUnknown = ({ rule, enabled, error }: Answered): boolean =>
  rule === undefined && (error?.code === 'FLAG_NOT_FOUND' || enabled === undefined)
