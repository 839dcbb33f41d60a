import { isJsonObject } from '../../../core/json'
import { nestedDeeperAt } from '../../../core/nesting'
import type { Position } from '../../../core/problem'
import type { JsonText } from '../entry'
import { mayLoseNumbers } from '../numbers'
import { placedBy, type Unplaced } from '../places'
import { inspectJson } from './inspect'
import { decode, keysWithin, scanMembers } from './scan'
import { MAX_JSON_TEXT, MAX_TEXT_DEPTH } from '../limits'
import { jsonProblem } from './syntax-problem'

/** Why a text that `decode` refused is not JSON. */
export const syntaxProblem = (text: string): Unplaced =>
  jsonProblem(text) ?? {
    code: 'syntax',
    severity: 'error',
    message: 'this is not JSON; fix it',
    offset: 0,
  }

export const nestedTooDeep = (offset: number): Unplaced => ({
  code: 'too-deep',
  severity: 'error',
  message: `it is nested more than ${MAX_TEXT_DEPTH} levels deep; flatten it`,
  offset,
})

const TOO_LONG: Unplaced = {
  code: 'too-large',
  severity: 'error',
  message: `it has more than ${MAX_JSON_TEXT} characters, the limit for JSON in a text; write the mapping itself, not its text`,
  offset: 0,
}

/** Decodes a text value. `positionOf`: where a character of the value is in the file. */
export function decodeJsonText(text: string, positionOf: (offset: number) => Position): JsonText {
  if (text.length > MAX_JSON_TEXT)
    return { kind: 'not-json', problem: () => placedBy(TOO_LONG, positionOf) }
  const tooDeep = nestedDeeperAt(text, MAX_TEXT_DEPTH)
  if (tooDeep !== undefined)
    return { kind: 'not-json', problem: () => placedBy(nestedTooDeep(tooDeep), positionOf) }
  const value = decode(text)
  if (value === undefined)
    return { kind: 'not-json', problem: () => placedBy(syntaxProblem(text), positionOf) }
  if (!isJsonObject(value)) return { kind: 'other', value }
  const written = scanMembers(text).reduce((keys, member) => keys + 1 + member.keys, 0)
  if (written === keysWithin(value) && !mayLoseNumbers(text))
    return { kind: 'mapping', value, problems: [] }
  const inspected = inspectJson(text)
  const problems = inspected.problems.map((problem) => placedBy(problem, positionOf))
  return {
    kind: 'mapping',
    value: isJsonObject(inspected.value) ? inspected.value : value,
    problems,
  }
}
