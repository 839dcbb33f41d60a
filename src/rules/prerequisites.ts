import { compileCondition } from '../conditions/condition'
import { MAX_DEPTH } from '../conditions/size'
import { type Answered, valueSeen } from '../core/answers'
import type { Asker } from '../core/asker'
import { nameOf } from '../core/coercion'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import type { Path } from '../core/problem'
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
  const compiled = conditions.map((parent, i) => {
    const condition = own(parent, 'condition') ?? {}
    const place = under(payload, i, 'condition')
    checkNames(condition, [], place)
    return {
      feature: nameOf(own(parent, 'id')),
      holds: compileCondition(condition, place),
      gate: Boolean(own(parent, 'gate')),
    }
  })
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

/** A required feature has one attribute, `value`: a question about another has no answer. */
function checkNames(condition: JsonValue, path: Path, payload: Payload): void {
  if (!isJsonObject(condition) || path.length > 2 * MAX_DEPTH) return
  for (const [name, part] of Object.entries(condition)) {
    const at = [...path, name]
    if (LISTS.has(name) && isJsonList(part))
      part.forEach((one, i) => checkNames(one, [...at, i], payload))
    else if (name === '$not') checkNames(part, at, payload)
    else if (!name.startsWith('$') && !/^value(?:\.|$)/.test(name))
      payload.report({
        code: 'unknown-key',
        path: at,
        at: 'key',
        message: `a required feature has no ${name}; ask for its value, such as {value: true}`,
      })
  }
}

const LISTS: ReadonlySet<string> = new Set(['$and', '$or', '$nor'])

/** The features that the rules of a definition require, and where each is named. */
export function requiredBy(
  definition: JsonValue,
): readonly { readonly feature: string; readonly path: Path }[] {
  const rules = isJsonObject(definition) ? own(definition, 'rules') : undefined
  return (isJsonList(rules) ? rules : []).flatMap((rule, i) => {
    const parents = isJsonObject(rule) ? own(rule, 'parentConditions') : undefined
    return (isJsonList(parents) ? parents : []).filter(isJsonObject).map((parent, j) => ({
      feature: nameOf(own(parent, 'id')),
      path: ['rules', i, 'parentConditions', j, 'id'],
    }))
  })
}
