import { compileCondition } from '../conditions/condition'
import { type Answered, valueSeen } from '../core/answers'
import type { Asker } from '../core/asker'
import { nameOf } from '../core/coercion'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import { type Payload, under } from './targeting'

/**
 * The result of a rule's prerequisites: all hold, one does not, one with a gate does not, or the
 * features require one another in a circle.
 */
export type Required = 'met' | 'unmet' | 'shut' | 'cyclic'

/**
 * A longer chain of features that require one another counts as a circle; no sensible config has
 * one.
 */
export const LONGEST_ROW = 100

/**
 * Compiles prerequisites: other features that must have certain values (docs/spec/growthbook.md,
 * section 8.1); a missing feature has the value null.
 */
export function compilePrerequisites(
  conditions: JsonValue | undefined,
  payload: Payload,
): (asker: Asker) => Required {
  if (!conditions) return () => 'met'
  if (!isJsonList(conditions) || !conditions.every(isJsonObject)) {
    payload.report({
      code: 'bad-type',
      path: [],
      message:
        'parentConditions is no list of mappings; write - id: and the feature that is required',
    })
    return () => 'unmet'
  }
  const compiled = conditions.map((parent, i) => ({
    feature: nameOf(own(parent, 'id')),
    holds: compileCondition(own(parent, 'condition') ?? {}, under(payload, i, 'condition')),
    gate: Boolean(own(parent, 'gate')),
  }))
  return (asker) => {
    for (const { feature, holds, gate } of compiled) {
      const answer: Answered | 'cyclic' = asker.rules.prerequisite(feature) ?? {
        feature,
        value: null,
      }
      if (answer === 'cyclic') return 'cyclic'
      asker.trailLog().addPrerequisite(answer)
      if (answer.rule?.source === 'cyclicPrerequisite') return 'cyclic'
      const value = valueSeen(answer)
      if (!holds((name) => (name === 'value' ? value : null))) return gate ? 'shut' : 'unmet'
    }
    return 'met'
  }
}
