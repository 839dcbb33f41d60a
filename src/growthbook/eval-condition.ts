import type { JsonObject, JsonValue } from '../core/json'
import { compileCondition } from './condition'
import { createLinearPatterns } from './linear-patterns'
import { membersOf } from './paths'
import { prepareSavedGroups } from './saved-groups'

/** One question, from plain data. What is asked more than once is better compiled. */
export function evalCondition(attributes: unknown, condition: JsonValue, savedGroups: JsonObject = {}): boolean {
  const patterns = createLinearPatterns()
  return compileCondition(condition, { groups: prepareSavedGroups(savedGroups, patterns), patterns, report: () => undefined })(membersOf(attributes))
}
