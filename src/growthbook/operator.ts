import { isJsonList, isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import type { SavedGroups } from '../core/saved-group'
import type { Flaw } from '../core/selector'
import type { Test } from './membership'
import type { PatternCompiler } from './patterns'

/** What conditions are compiled with. */
export interface ConditionContext {
  readonly groups: SavedGroups
  readonly patterns: PatternCompiler
  /** Told what is wrong, once, with its place in the condition; a warning leaves the condition as it was meant. */
  readonly report: (flaw: Flaw) => void
}

/** Where an operand stands, and what its operator may know. */
export interface OperandPlace extends ConditionContext {
  readonly path: Path
  /** The test that an operand, or the part of it at `below`, stands for: a literal or an object of operators. */
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
    place.report({ code: 'bad-type', path: place.path, message: `${String(place.path.at(-1))} has ${kindOf(operand)}; write ${kind}` })
    return NEVER
  }
}

export const wantsList = (compile: (list: readonly JsonValue[], place: OperandPlace) => Test): Operator => wants('a list', isJsonList, compile)
export const wantsMapping = (compile: (mapping: JsonObject, place: OperandPlace) => Test): Operator => wants('a mapping', isJsonObject, compile)
export const wantsText = (compile: (text: string, place: OperandPlace) => Test): Operator => wants('text', isText, compile)

const isText = (operand: JsonValue): operand is string => typeof operand === 'string'
