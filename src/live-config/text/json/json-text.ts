import { isJsonObject, type JsonValue } from '../../../core/json'
import { nestedDeeperAt } from '../../../core/nesting'
import type { Position } from '../../../core/problem'
import type { JsonText } from '../entry'
import { placedBy, type Unplaced } from '../places'
import { inspectJson, keysWithin } from './locate'
import { scanMembers } from './scan'
import { MAX_TEXT_DEPTH } from '../limits'
import { jsonProblem } from './syntax-problem'

/** Returns undefined when the text is not JSON. */
export function decode(text: string): JsonValue | undefined {
  try {
    // Data from outside: JSON.parse returns only JSON values.
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** Why a text that `decode` refused is not JSON. */
export const syntaxProblem = (text: string): Unplaced =>
  jsonProblem(text) ?? {
    code: 'syntax',
    severity: 'error',
    message: 'this is not JSON; fix it',
    offset: 0,
  }

const nestedTooDeep = (offset: number): Unplaced => ({
  code: 'too-deep',
  severity: 'error',
  message: `it is nested more than ${MAX_TEXT_DEPTH} levels deep; flatten it`,
  offset,
})

/** Decodes a text value. `positionOf`: where a character of the value is in the file. */
export function decodeJsonText(text: string, positionOf: (offset: number) => Position): JsonText {
  const tooDeep = nestedDeeperAt(text, MAX_TEXT_DEPTH)
  if (tooDeep !== undefined)
    return { kind: 'not-json', problem: () => placedBy(nestedTooDeep(tooDeep), positionOf) }
  const value = decode(text)
  if (value === undefined)
    return { kind: 'not-json', problem: () => placedBy(syntaxProblem(text), positionOf) }
  if (!isJsonObject(value)) return { kind: 'other', value }
  const written = scanMembers(text).reduce((keys, member) => keys + 1 + member.keys, 0)
  if (written === keysWithin(value)) return { kind: 'mapping', value, problems: [] }
  const inspected = inspectJson(text)
  const problems = inspected.problems.map((problem) => placedBy(problem, positionOf))
  return {
    kind: 'mapping',
    value: isJsonObject(inspected.value) ? inspected.value : value,
    problems,
  }
}
