import type { Asker } from '../core/asker'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import { compileCondition } from './condition'
import { nameOf, type Payload, under } from './targeting'

/** What a rule's prerequisites come to: they hold, one of them does not, its gate is shut, or the features go round in a circle. */
export type Required = 'met' | 'unmet' | 'shut' | 'cyclic'

/** Other features that must answer in a certain way (spec/growthbook.md, section 8.1); a missing one has the value null. */
export function compilePrerequisites(conditions: JsonValue | undefined, payload: Payload): (asker: Asker) => Required {
  const compiled = (isJsonList(conditions) ? conditions : []).filter(isJsonObject).map((parent, i) => ({
    feature: nameOf(own(parent, 'id')),
    holds: compileCondition(own(parent, 'condition') ?? {}, under(payload, i, 'condition')),
    gate: Boolean(own(parent, 'gate')),
  }))
  return (asker) => {
    for (const { feature, holds, gate } of compiled) {
      const answer = asker.rules.prerequisite(feature)
      if (answer === 'cyclic' || answer?.rule?.source === 'cyclicPrerequisite') return 'cyclic'
      if (answer) asker.noted().prerequisites.push(answer)
      const value = answer?.value ?? null
      if (!holds((name) => (name === 'value' ? value : undefined))) return gate ? 'shut' : 'unmet'
    }
    return 'met'
  }
}
