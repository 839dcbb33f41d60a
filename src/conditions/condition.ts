import type { AttributeReader } from '../core/definitions'
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
} from './operator'
import { OPERATORS } from './operators'
import { attributePath, membersOf } from './paths'
import { excess } from './size'

/** A condition on attributes, ready to be asked. It always answers. */
export type Condition = Holds<AttributeReader>

/** Where a part of a condition stands. */
interface Place {
  readonly path: Path
  readonly context: ConditionContext
}

/**
 * Checks a condition once (docs/spec/growthbook.md, section 7). What is malformed is reported, and
 * that part holds for nobody.
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
      // A symbol, an object without a text, lists within lists without end: nothing that can be
      // compared.
      return false
    }
  }
}

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
      return isJsonObject(value)
        ? not(compileMembers(value, place))
        : malformed(value, 'a mapping', place)
    case '$savedGroup':
      return compileGroup(value, { ...place.context, path: place.path })
    default: {
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
  return combine(
    value.map((condition, i) => compileMembers(condition, { ...place, path: [...place.path, i] })),
  )
}

/** What is expected of one value. */
function compileTest(expected: JsonValue, path: Path, context: ConditionContext): Test {
  if (!isOperators(expected)) return equalTo(expected)
  return every(
    Object.entries(expected).map(([name, operand]) =>
      compileOperator(name, operand, operandPlace([...path, name], context)),
    ),
  )
}

function compileOperator(name: string, operand: JsonValue, place: OperandPlace): Test {
  const operator = OPERATORS.get(name)
  if (operator) return operator(operand, place)
  place.report({
    code: 'unknown-key',
    path: place.path,
    at: 'key',
    severity: 'warning',
    message: `no operator is called ${name}; it holds for nobody`,
  })
  return NEVER
}

function operandPlace(path: Path, context: ConditionContext): OperandPlace {
  const { groups, patterns, report } = context
  return {
    groups,
    patterns,
    path,
    report,
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
