import { type Answered, answersOn, valueSeen } from '../core/answers'
import type { Decision } from '../core/decision'
import type { JsonValue } from '../core/json'
import type { Answer } from '../core/trail'

/** A feature was asked about: the record of what is used, and with which value. */
export interface FeatureUsage {
  readonly feature: string
  /**
   * What the feature gave; of a feature without values, whether it is on; null of a name that the
   * live config lacks.
   */
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

/** Of whom, and when. */
export interface Asked {
  readonly user: string | null
  readonly at: number
}

/** The feature that was asked, and every feature that it asked in turn. */
export function usagesOf(decision: Decision, asked: Asked): readonly FeatureUsage[] {
  // A value that the request forced says nothing about the feature.
  return [...answersOn(decision)]
    .filter(({ rule }) => rule?.source !== 'override')
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

/** A name that the live config does not have, asked by the code or by a rule. */
const isUnknown = ({ rule, enabled, error }: Answered): boolean =>
  rule === undefined && (error?.code === 'FLAG_NOT_FOUND' || enabled === undefined)
