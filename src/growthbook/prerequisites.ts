import type { Asker } from '../core/asker'
import type { Decision } from '../core/decision'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import type { Answer } from '../core/rule-context'
import { compileCondition } from './condition'
import { nameOf, type Payload, under } from './targeting'

/** What a rule's prerequisites come to: they hold, one of them does not, its gate is shut, or the features go round in a circle. */
export type Required = 'met' | 'unmet' | 'shut' | 'cyclic'

/** Features that require one another in a longer row than any that makes sense count as going round in a circle. */
export const LONGEST_ROW = 100

/** The answer of a feature; of one in a live config it is a whole Decision. */
export type Answered = Answer & Partial<Pick<Decision, 'enabled' | 'assignment' | 'error' | 'participation' | 'variant'>>

/** What rules of other features see: the feature's value or, where an entry without values decided, whether it is on. */
export const valueSeen = ({ value, rule, enabled }: Answered): JsonValue => (value === undefined && rule === undefined ? enabled : value) ?? null

/** An answer after all that it rests on, each once: features may require one feature by many ways. */
export function answersOn(answer: Answered, met = new Set<Answered>()): ReadonlySet<Answered> {
  for (const prerequisite of answer.trail?.prerequisites ?? []) if (!met.has(prerequisite)) answersOn(prerequisite, met)
  return met.add(answer)
}

/** Other features that must answer in a certain way (spec/growthbook.md, section 8.1); a missing one has the value null. */
export function compilePrerequisites(conditions: JsonValue | undefined, payload: Payload): (asker: Asker) => Required {
  if (!conditions) return () => 'met'
  if (!isJsonList(conditions) || !conditions.every(isJsonObject)) {
    payload.report({ code: 'bad-type', path: [], message: 'parentConditions is no list of mappings; write - id: and the feature that is required' })
    return () => 'unmet'
  }
  const compiled = conditions.map((parent, i) => ({
    feature: nameOf(own(parent, 'id')),
    holds: compileCondition(own(parent, 'condition') ?? {}, under(payload, i, 'condition')),
    gate: Boolean(own(parent, 'gate')),
  }))
  return (asker) => {
    for (const { feature, holds, gate } of compiled) {
      const answer: Answered | 'cyclic' = asker.rules.prerequisite(feature) ?? { feature, value: null }
      if (answer === 'cyclic') return 'cyclic'
      asker.noted().asked(answer)
      if (answer.rule?.source === 'cyclicPrerequisite') return 'cyclic'
      const value = valueSeen(answer)
      if (!holds((name) => (name === 'value' ? value : null))) return gate ? 'shut' : 'unmet'
    }
    return 'met'
  }
}
