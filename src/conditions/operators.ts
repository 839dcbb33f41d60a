import { comparable, datesAsBeside, textOf } from '../core/coercion'
import type { JsonValue } from '../core/json'
import { groupNamed } from './group-reference'
import {
  isOperators,
  memberIgnoringCase,
  memberOf,
  NEVER,
  not,
  ofAny,
  type OperandPlace,
  type Operator,
  reporting,
  reportOperand,
  type Test,
  visitEach,
  warnOfEmpty,
  warnOfHiddenText,
  wants,
  wantsList,
  wantsMapping,
  wantsText,
} from './operator'

const DASH = 45
const DOT = 46

/**
 * Turns a version into a text that sorts as versions do, most of the time: numbers are aligned to
 * the right, and a release (three parts) gets `~` as its fourth, so that it sorts after its own
 * pre-releases.
 */
export function padVersion(version: unknown): string {
  const text = typeof version === 'number' ? String(version) : version
  if (typeof text !== 'string' || text === '') return padVersion('0')
  const build = text.indexOf('+')
  const end = build === -1 ? text.length : build
  let padded = ''
  let parts = 0
  for (let at = text.startsWith('v') ? 1 : 0; at <= end; parts++) {
    const partEnd = endOfPart(text, at, end)
    padded += (parts > 0 ? '-' : '') + padPart(text.slice(at, partEnd))
    at = partEnd + 1
  }
  return parts === 3 ? `${padded}-~` : padded
}

function endOfPart(text: string, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    const char = text.charCodeAt(i)
    if (char === DASH || char === DOT) return i
  }
  return end
}

const padPart = (part: string): string => (isDigits(part) ? part.padStart(5, ' ') : part)

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char < 48 || char > 57) return false
  }
  return text !== ''
}

/**
 * Every operator; what is not here is unknown (docs/spec/growthbook.md, section 7.3).
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$eq', scalar((operand) => (value) => datesAsBeside(value, operand) === operand)],
  ['$ne', scalar((operand) => (value) => datesAsBeside(value, operand) !== operand)],
  ['$lt', ordered((operand) => (value) => comparable(value, operand) < comparable(operand, value))],
  [
    '$lte',
    ordered((operand) => (value) => comparable(value, operand) <= comparable(operand, value)),
  ],
  ['$gt', ordered((operand) => (value) => comparable(value, operand) > comparable(operand, value))],
  [
    '$gte',
    ordered((operand) => (value) => comparable(value, operand) >= comparable(operand, value)),
  ],
  ['$exists', reporting('true or false', isBoolean, (operand) => (operand ? exists : not(exists)))],
  ['$type', wantsText(ofType)],
  ['$not', (operand, place) => not(place.test(operand))],
  ['$in', members((list, place) => ofAny(memberOf(list, place)))],
  ['$nin', members((list, place) => not(ofAny(memberOf(list, place))))],
  ['$ini', members((list, place) => ofAny(memberIgnoringCase(list, place)))],
  ['$nini', members((list, place) => not(ofAny(memberIgnoringCase(list, place))))],
  ['$inGroup', inGroup((isMember) => ofAny(isMember))],
  ['$notInGroup', inGroup((isMember) => not(ofAny(isMember)))],
  ['$all', wantsList((list, place) => all(list.map((item, i) => place.test(item, i))))],
  [
    '$alli',
    wantsList((list, place) =>
      all(list.map((item, i) => (typeof item === 'string' ? sameText(item) : place.test(item, i)))),
    ),
  ],
  [
    '$size',
    reporting('a number, or operators such as { $gt: 1 }', isSize, (operand, place) =>
      size(place.test(operand)),
    ),
  ],
  [
    '$elemMatch',
    wantsMapping((operand, place) =>
      someElement(isOperators(operand) ? place.test(operand) : place.members(operand)),
    ),
  ],
  ['$regex', wantsText((source, place) => matching(source, false, place))],
  ['$regexi', wantsText((source, place) => matching(source, true, place))],
  ['$veq', version((value, operand) => value === operand)],
  ['$vne', version((value, operand) => value !== operand)],
  ['$vlt', version((value, operand) => value < operand)],
  ['$vlte', version((value, operand) => value <= operand)],
  ['$vgt', version((value, operand) => value > operand)],
  ['$vgte', version((value, operand) => value >= operand)],
])

function isScalar(operand: JsonValue): boolean {
  return typeof operand !== 'object' || operand === null
}

function isBoolean(operand: JsonValue): boolean {
  return typeof operand === 'boolean'
}

function isTextOrNumber(operand: JsonValue): operand is string | number {
  return typeof operand === 'string' || typeof operand === 'number'
}

/** A count is compared with numbers alone. */
function isSize(operand: JsonValue): boolean {
  if (isOperators(operand)) return Object.values(operand).every(isOfSize)
  return isTextOrNumber(operand) && /^\d+$/.test(String(operand))
}

const isOfSize = (operand: JsonValue | undefined): boolean =>
  typeof operand !== 'string' || /^\d+$/.test(operand)

function scalar(operator: Operator): Operator {
  const wanted = 'one value; compare a list or mapping without the operator'
  return reporting(wanted, isScalar, (operand, place) => {
    warnOfHiddenText(operand, place.path, place)
    return operator(operand, place)
  })
}

function ordered(operator: Operator): Operator {
  return reporting('a number or text', isTextOrNumber, operator)
}

/** Reports the first item that no attribute can be identical to. */
function members(compile: (list: readonly JsonValue[], place: OperandPlace) => Test): Operator {
  return wantsList((list, place) => {
    const at = list.findIndex((item) => !isScalar(item))
    const item = list[at]
    if (item !== undefined)
      reportOperand('items that are text or numbers', item, { ...place, path: [...place.path, at] })
    visitEach(place, list, (one, i) => warnOfHiddenText(one, [...place.path, i], place))
    const test = compile(list, place)
    if (list.length === 0)
      warnOfEmpty('[]', test(undefined) ? 'everybody' : 'nobody', place.path, place)
    return test
  })
}

const TYPES = ['string', 'number', 'boolean', 'array', 'object', 'null', 'undefined']

function ofType(type: string, { path, report }: OperandPlace): Test {
  if (!TYPES.includes(type))
    report({
      code: 'out-of-range',
      path,
      message: `$type is ${JSON.stringify(type)}, which no value has; write one of ${TYPES.join(', ')}`,
    })
  return (value) => typeOf(value) === type
}

const exists: Test = (value) => value !== null && value !== undefined

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** A missing group has no members; a group that is no list matches nobody, of either operator. */
function inGroup(compile: (isMember: Test) => Test): Operator {
  return wants('the id of a saved group', isTextOrNumber, (id, place) => {
    const group = groupNamed(String(id), place)
    if (group === undefined) return compile(NEVER)
    if (group.isMember) return compile(group.isMember)
    place.report({
      code: 'bad-type',
      path: place.path,
      message: `saved group ${id} ${group.problem ?? 'is a condition; ask for it by $savedGroup'}`,
    })
    return NEVER
  })
}

const all =
  (tests: readonly Test[]): Test =>
  (value) =>
    Array.isArray(value) && tests.every((test) => value.some((element) => test(element)))

function sameText(item: string): Test {
  const lower = item.toLowerCase()
  return (element) => textOf(element)?.toLowerCase() === lower
}

const size =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && test(value.length)

/** Elements such as 0 and "" never match, as in the reference. */
const someElement =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.some((element) => Boolean(element) && test(element))

/** A missing attribute is searched as the text `null`. */
function matching(
  source: string,
  ignoreCase: boolean,
  { patterns, path, report }: OperandPlace,
): Test {
  const matches = patterns(source, ignoreCase)
  if (typeof matches === 'string') {
    report({ code: 'bad-type', path, message: matches })
    return NEVER
  }
  return (value) => {
    const text = textOf(value)
    return text !== undefined && matches(text)
  }
}

function version(compare: (value: string, operand: string) => boolean): Operator {
  return reporting('a version, as text', isTextOrNumber, (operand) => {
    const padded = padVersion(operand)
    return (value) => compare(padVersion(value), padded)
  })
}
