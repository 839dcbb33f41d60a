import { isRecord, textOf } from '../core/coercion'
import type { PatternCompiler, SavedGroups } from '../core/definitions'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import type { EntryProblem } from '../core/selector'

/** What is asked of one value. */
export type Test = Holds<unknown>

/** Up to here going through a list is quicker than hashing. */
const SHORT = 8

/**
 * Whether a value is identical to an item of the list: no coercion, so objects and lists never are.
 */
export function memberOf(list: readonly unknown[]): Test {
  const scalars = list.filter((item) => typeof item !== 'object' || item === null)
  if (scalars.length <= SHORT) return (value) => scalars.includes(value)
  const set = new Set(scalars)
  return (value) => set.has(value)
}

/** The same with texts compared in lower case. */
export function memberIgnoringCase(list: readonly unknown[]): Test {
  const isMember = memberOf(list.map(lower))
  return (value) => isMember(lower(value))
}

const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)

/** The test of a value, or of any element when the value is a list. */
export const ofAny =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) ? value.some((element) => test(element)) : test(value)

/** What conditions are compiled with. */
export interface ConditionContext {
  readonly groups: SavedGroups
  readonly patterns: PatternCompiler
  /**
   * Told what is wrong, once, with its place in the condition; a warning leaves the condition as it
   * was meant.
   */
  readonly report: (problem: EntryProblem) => void
}

/** Where an operand stands, and what its operator may know. */
export interface OperandPlace extends ConditionContext {
  readonly path: Path
  /**
   * The test that an operand, or the part of it at `below`, stands for: a literal or an object of
   * operators.
   */
  test(expected: JsonValue, ...below: Path): Test
  /** A condition on the members of a value. */
  members(condition: JsonObject): Test
}

/** One operator: its operand is checked here, once, and the test is asked of each attribute. */
export type Operator = (operand: JsonValue, place: OperandPlace) => Test

/** Malformed operands hold for nobody, negated operators included. */
export const NEVER: Test = () => false

/** An operator that wants an operand of one kind. */
export function wants<T extends JsonValue>(
  kind: string,
  isKind: (operand: JsonValue) => operand is T,
  compile: (operand: T, place: OperandPlace) => Test,
): Operator {
  return (operand, place) => {
    if (isKind(operand)) return compile(operand, place)
    place.report({
      code: 'bad-type',
      path: place.path,
      message: `${String(place.path.at(-1))} has ${kindOf(operand)}; write ${kind}`,
    })
    return NEVER
  }
}

export const wantsList = (
  compile: (list: readonly JsonValue[], place: OperandPlace) => Test,
): Operator => wants('a list', isJsonList, compile)
export const wantsMapping = (
  compile: (mapping: JsonObject, place: OperandPlace) => Test,
): Operator => wants('a mapping', isJsonObject, compile)
export const wantsText = (compile: (text: string, place: OperandPlace) => Test): Operator =>
  wants('text', isText, compile)

const isText = (operand: JsonValue): operand is string => typeof operand === 'string'

/** What is asked of a subject: of a value, or of what gives the attributes. */
export type Holds<S> = (subject: S) => boolean

/** Conditions of one part and of two are by far the most common, and are asked without a loop. */
export function every<S>(parts: readonly Holds<S>[]): Holds<S> {
  const [first, second] = parts
  if (first === undefined) return () => true
  if (second === undefined) return first
  if (parts.length === 2) return (subject) => first(subject) && second(subject)
  return (subject) => {
    for (const holds of parts) if (!holds(subject)) return false
    return true
  }
}

/** Of no part at all it is true, as in the reference. */
export function some<S>(parts: readonly Holds<S>[]): Holds<S> {
  const [first, second] = parts
  if (first === undefined) return () => true
  if (second === undefined) return first
  return (subject) => {
    for (const holds of parts) if (holds(subject)) return true
    return false
  }
}

export const not =
  <S>(holds: Holds<S>): Holds<S> =>
  (subject) =>
    !holds(subject)

/** An object of operators: it has keys, and each begins with `$`. Any other object is a literal. */
export function isOperators(expected: JsonValue): expected is JsonObject {
  if (!isJsonObject(expected)) return false
  const keys = Object.keys(expected)
  return keys.length > 0 && keys.every((key) => key.startsWith('$'))
}

/**
 * Equality with what a condition holds, with JavaScript's coercion (docs/spec/growthbook.md,
 * section 7.2).
 */
export function equalTo(expected: JsonValue): Test {
  if (typeof expected === 'string') return (value) => textOf(value) === expected
  if (typeof expected === 'number')
    return (value) => (typeof value === 'number' ? value : Number(value)) === expected
  if (typeof expected === 'boolean') return (value) => value !== null && Boolean(value) === expected
  if (expected === null) return (value) => value === null
  const json = JSON.stringify(expected)
  return (value) => isRecord(value) && JSON.stringify(value) === json
}
