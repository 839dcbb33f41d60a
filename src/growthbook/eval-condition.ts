import type { JsonObject, JsonValue } from '../core/json'
import { compileObjectCondition } from './condition'
import { createLinearPatterns } from './linear-patterns'
import { prepareSavedGroups } from './saved-groups'

/** One question, from plain data. What is asked more than once is better compiled. */
export function evalCondition(attributes: unknown, condition: JsonValue, savedGroups: JsonObject = {}): boolean {
  const context = { groups: prepareSavedGroups(savedGroups), patterns: createLinearPatterns(), report: () => undefined }
  return compileObjectCondition(condition, context)(attributes)
}
