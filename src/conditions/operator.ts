import { datesAsBeside, isRecord, textOf } from '../core/coercion'
import type { PatternCompiler, SavedGroups } from '../core/definitions'
import { notAsItLooks } from '../core/hidden-characters'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import type { EntryProblem } from '../core/selector'

/** Asks one value. */
export type Test = Holds<unknown>

/** A list up to this length is searched faster than it is hashed. */
const SHORT = 8

/**
 * Tests whether a value is identical to an item of the list. Nothing is coerced, so objects and
 * lists never are.
 */
export function memberOf(list: readonly unknown[], context: Visiting = {}): Test {
  return memberBy(list, (item) => item, context)
}

/** `keyOf`: what is compared of an item. */
function memberBy(
  list: readonly unknown[],
  keyOf: (item: unknown) => unknown,
  context: Visiting,
): Test {
  const has = list.length <= SHORT ? among(list.map(keyOf)) : inSet(list, keyOf, context)
  return (value) => (value instanceof Date ? hasDate(has, value) : has(value))
}

const isScalar = (item: unknown): boolean => typeof item !== 'object' || item === null

function among(list: readonly unknown[]): Test {
  const scalars = list.filter(isScalar)
  return (value) => scalars.includes(value)
}

function inSet(
  list: readonly unknown[],
  keyOf: (item: unknown) => unknown,
  context: Visiting,
): Test {
  const set = new Set<unknown>()
  visitEach(context, list, (item) => {
    if (isScalar(item)) set.add(keyOf(item))
  })
  return (value) => set.has(value)
}

const hasDate = (has: Test, date: Date): boolean =>
  has(datesAsBeside(date, '')) || has(date.getTime())

/** `memberOf`, with texts compared in lower case. */
export function memberIgnoringCase(list: readonly unknown[], context: Visiting = {}): Test {
  const isMember = memberBy(list, lower, context)
  return (value) => isMember(lower(value))
}

function lower(value: unknown): unknown {
  const text = datesAsBeside(value, '')
  return typeof text === 'string' ? text.toLowerCase() : text
}

/** Tests the value; of a list, whether some element passes. */
export const ofAny =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) ? value.some((element) => test(element)) : test(value)

/** How a list is gone through while something is compiled. */
export interface Visiting {
  /**
   * Calls `visit` with each item, of a long list after it has returned: nothing is asked before.
   * Left out: at once.
   */
  readonly each?: <T>(items: readonly T[], visit: (item: T, index: number) => void) => void
}

export function visitEach<T>(
  { each }: Visiting,
  items: readonly T[],
  visit: (item: T, index: number) => void,
): void {
  if (each) each(items, visit)
  else items.forEach(visit)
}

/** What compiling a condition needs. */
export interface ConditionContext extends Visiting {
  readonly groups: SavedGroups
  readonly patterns: PatternCompiler
  /** Receives each problem once, with its place in the condition. */
  readonly report: (problem: EntryProblem) => void
}

/** Where an operand is, and what its operator may use. */
export interface OperandPlace extends ConditionContext {
  readonly path: Path
  /**
   * Compiles the operand, or the part of it at `below`: a literal or an object of operators.
   */
  test(expected: JsonValue, ...below: Path): Test
  /** Compiles a condition on the members of a value. */
  members(condition: JsonObject): Test
}

/** One operator: checks its operand once, and returns the test of the attribute. */
export type Operator = (operand: JsonValue, place: OperandPlace) => Test

/** A malformed operand matches nobody, of negated operators too. */
export const NEVER: Test = () => false

/** An operator whose operand must be of one kind. */
export function wants<T extends JsonValue>(
  kind: string,
  isKind: (operand: JsonValue) => operand is T,
  compile: (operand: T, place: OperandPlace) => Test,
): Operator {
  return (operand, place) => {
    if (isKind(operand)) return compile(operand, place)
    reportOperand(kind, operand, place)
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

/** Reports an operand that can never match, and keeps the reference's answer. */
export function reporting(
  kind: string,
  isKind: (operand: JsonValue) => boolean,
  operator: Operator,
): Operator {
  return (operand, place) => {
    if (!isKind(operand)) reportOperand(kind, operand, place)
    return operator(operand, place)
  }
}

/** Warns of a list or mapping without members, which GrowthBook reads as all or nobody. */
export function warnOfEmpty(
  written: '[]' | '{}',
  whom: 'everybody' | 'nobody',
  path: Path,
  { report }: Pick<ConditionContext, 'report'>,
): void {
  const name = String(path.at(-1))
  const what = written === '[]' ? 'list' : 'mapping'
  const message = `${name} is an empty ${what}, which matches ${whom}; add what it should hold, or remove ${name}`
  report({ code: 'empty-condition', severity: 'warning', path, message })
}

/** Warns of a text with a character that is not what it looks like: no attribute is equal to it. */
export function warnOfHiddenText(
  text: JsonValue,
  path: Path,
  { report }: Pick<ConditionContext, 'report'>,
): void {
  const message = typeof text === 'string' ? notAsItLooks(text) : undefined
  if (message) report({ code: 'hidden-character', severity: 'warning', path, message })
}

/** Reports an operand of the wrong kind. */
export function reportOperand(kind: string, operand: JsonValue, place: OperandPlace): void {
  place.report({
    code: 'bad-type',
    path: place.path,
    message: `${String(place.path.findLast((key) => typeof key === 'string'))} has ${kindOf(operand)}; write ${kind}`,
  })
}

/** A yes-or-no question about a value, or about all attributes. */
export type Holds<S> = (subject: S) => boolean

/** Most conditions have one or two parts, which are asked without a loop. */
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

/** True without any part, as in the reference. */
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
 * Tests equality with a literal of a condition, with JavaScript's coercion
 * (docs/spec/growthbook.md, section 7.2).
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
