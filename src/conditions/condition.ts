import type { AttributeReader } from '../core/definitions'
import { asSeen, hiddenInKey } from '../core/hidden-characters'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import { compileGroup } from './group-reference'
import {
  type ConditionContext,
  equalTo,
  every,
  type Holds,
  isOperators,
  NEVER,
  not,
  type OperandPlace,
  some,
  type Test,
  warnOfEmpty,
  warnOfHiddenText,
} from './operator'
import { OPERATORS } from './operators'
import { attributePath, membersOf } from './paths'
import { excess } from './size'
import { didYouMean } from '../core/suggest'

/** A compiled condition on attributes. It always answers, and never throws. */
export type Condition = Holds<AttributeReader>

/** Where a part of a condition is. */
interface Place {
  readonly path: Path
  readonly context: ConditionContext
}

/**
 * Compiles a condition (docs/spec/growthbook.md, section 7). A malformed part is reported, and
 * matches nobody. What can never match, such as an unknown operator, is reported too: an entry of
 * liveflag's own is then refused, and a payload is evaluated as GrowthBook does.
 */
export function compileCondition(condition: JsonValue, context: ConditionContext): Condition {
  const tooMuch = excess(condition)
  if (tooMuch !== undefined) {
    context.report({
      code: 'too-deep',
      path: [],
      message: `the condition ${tooMuch}; write a simpler one`,
    })
    return NEVER
  }
  const holds = compileMembers(condition, { path: [], context })
  return (attributes) => {
    try {
      return holds(attributes)
    } catch {
      // A symbol, an object without a text, a list nested without end: none of these can be
      // compared.
      return false
    }
  }
}

/** `$groups` is an attribute that GrowthBook's payloads once asked for. */
const LEGACY_GROUPS = '$groups'
const LOGICAL = ['$and', '$or', '$nor', '$not', '$savedGroup']

function compileMembers(condition: JsonValue, place: Place): Condition {
  if (!isJsonObject(condition)) return malformed(condition, 'a mapping', place)
  return every(
    Object.entries(condition).map(([key, value]) =>
      compileMember(key, value, { ...place, path: [...place.path, key] }),
    ),
  )
}

function compileMember(key: string, value: JsonValue, place: Place): Condition {
  switch (key) {
    case '$and':
      return compileList(value, place, every)
    case '$or':
      return compileList(value, place, some)
    case '$nor':
      return compileList(value, place, (parts) => not(some(parts)))
    case '$not':
      if (!isJsonObject(value)) return malformed(value, 'a mapping', place)
      if (Object.keys(value).length === 0) warnOfEmpty('{}', 'nobody', place.path, place.context)
      return not(compileMembers(value, place))
    case '$savedGroup':
      return compileGroup(value, { ...place.context, path: place.path })
    default: {
      if (key.startsWith('$') && key !== LEGACY_GROUPS)
        unknownOperator(key, [...OPERATORS.keys(), ...LOGICAL], place)
      else {
        warnOfHidden(key, place)
        warnOfWhole(value, place)
      }
      const read = attributePath(key)
      const test = compileTest(value, place.path, place.context)
      return (attributes) => test(read(attributes))
    }
  }
}

function compileList(
  value: JsonValue,
  place: Place,
  combine: (parts: readonly Condition[]) => Condition,
): Condition {
  if (!isJsonList(value)) return malformed(value, 'a list of conditions', place)
  const isForAll = value.length === 0 && combine([])(() => undefined)
  if (value.length === 0)
    warnOfEmpty('[]', isForAll ? 'everybody' : 'nobody', place.path, place.context)
  return combine(
    value.map((condition, i) => compileMembers(condition, { ...place, path: [...place.path, i] })),
  )
}

/** Warns of a name that looks like that of an attribute, and is another. */
function warnOfHidden(name: string, { path, context }: Place): void {
  const hidden = hiddenInKey(name)
  if (hidden === undefined) return
  const message = `${JSON.stringify(name)} has ${hidden.description}, so it is not the attribute ${asSeen(name)}; type it anew`
  context.report({ code: 'hidden-character', severity: 'warning', path, at: 'key', message })
}

/** Warns of an attribute that is compared with a whole list or with nothing, as in GrowthBook. */
function warnOfWhole(value: JsonValue, { path, context }: Place): void {
  const isEmpty = isJsonObject(value) && Object.keys(value).length === 0
  if (!isEmpty && !isJsonList(value)) return
  const name = String(path.at(-1))
  const message = isEmpty
    ? `${name} is compared with an empty mapping, which matches only such a value; write a value, or operators such as {$exists: true}`
    : `${name} is compared with the whole list, which one value of it never equals; write {$in: ${shortened(value)}} for any of them`
  context.report({ code: 'empty-condition', severity: 'warning', path, message })
}

const shortened = (value: JsonValue): string => {
  const text = JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** The test of one value. */
function compileTest(expected: JsonValue, path: Path, context: ConditionContext): Test {
  if (!isOperators(expected)) {
    if (isJsonObject(expected)) checkLiteral(expected, path, context)
    warnOfHiddenText(expected, path, context)
    return equalTo(expected)
  }
  return every(
    Object.entries(expected).map(([name, operand]) =>
      compileOperator(name, operand, operandPlace([...path, name], context)),
    ),
  )
}

function compileOperator(name: string, operand: JsonValue, place: OperandPlace): Test {
  const operator = OPERATORS.get(name)
  if (operator) return operator(operand, place)
  unknownOperator(name, [...OPERATORS.keys()], { path: place.path, context: place })
  return NEVER
}

function unknownOperator(name: string, known: readonly string[], { path, context }: Place): void {
  const meant = didYouMean(name, known)
  const hint = meant ? `did you mean ${meant}?` : `write one of ${known.join(', ')}`
  context.report({
    code: 'unknown-key',
    path,
    at: 'key',
    message: `no operator is called ${name}; ${hint}`,
  })
}

/** A mapping that is compared as a whole, although operators were probably meant. */
function checkLiteral(
  literal: JsonObject,
  path: Path,
  { report }: Pick<ConditionContext, 'report'>,
): void {
  const keys = Object.keys(literal)
  const operator = keys.find((key) => key.startsWith('$'))
  const bare = keys.length > 0 && keys.every((key) => OPERATORS.has(`$${key}`))
  if (operator === undefined && !bare) return
  const [first = ''] = keys
  const message =
    operator === undefined
      ? `${first} is compared as a member of the attribute, not as an operator; write $${first}, or ${String(path.at(-1))}.${first} for the member`
      : `${operator} is beside ${String(keys.find((key) => !key.startsWith('$')))}, so the mapping is compared as a whole and matches nobody; write operators alone, and members by their path, such as a.b`
  report({ code: 'unknown-key', path: [...path, operator ?? first], at: 'key', message })
}

function operandPlace(path: Path, context: ConditionContext): OperandPlace {
  const { groups, patterns, report, each } = context
  return {
    groups,
    patterns,
    path,
    report,
    ...(each && { each }),
    test: (expected, ...below) => compileTest(expected, [...path, ...below], context),
    members: (condition: JsonObject) => {
      const holds = compileMembers(condition, { path, context })
      return (value) => holds(membersOf(value))
    },
  }
}

function malformed(value: JsonValue, wanted: string, { path, context }: Place): Condition {
  const name = path.length === 0 ? 'the condition' : String(path.at(-1))
  context.report({
    code: 'bad-type',
    path,
    message: `${name} is ${kindOf(value)}; write ${wanted}`,
  })
  return NEVER
}
