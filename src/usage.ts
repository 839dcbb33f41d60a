import type { Decision } from './core/decision'
import type { JsonValue } from './core/json'
import type { Answer } from './core/rule-context'

/** A feature was asked about: the record of what is used, and with which value. */
export interface FeatureUsage {
  readonly feature: string
  /** What the feature gave; of a feature without values, whether it is on. */
  readonly value: JsonValue
  /** GrowthBook's word for what decided, for features with rules. */
  readonly source?: string
  readonly ruleId?: string
  readonly decision: Answer
}

/** The feature that was asked, and every feature that it asked in turn. */
export function usagesOf(decision: Decision): readonly FeatureUsage[] {
  const all: FeatureUsage[] = []
  collect(decision, decision.enabled, all)
  return all
}

function collect(answer: Answer, enabled: boolean, all: FeatureUsage[]): void {
  for (const prerequisite of answer.trail?.prerequisites ?? []) collect(prerequisite, Boolean(prerequisite.value), all)
  // A value that the request forced says nothing about the feature.
  if (answer.rule?.source === 'override') return
  const { source, ruleId } = answer.rule ?? {}
  const value = answer.value === undefined ? enabled : answer.value
  all.push({ feature: answer.feature, value, ...(source !== undefined && { source }), ...(ruleId !== undefined && { ruleId }), decision: answer })
}
