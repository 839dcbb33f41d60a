import type { JsonValue } from '../../../core/json'
import { isMapping, type Mapping } from './schema'

type Words = (attribute: string, operand: JsonValue) => string

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value)

const shown = (value: JsonValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

const anyOf = (value: JsonValue): string =>
  isList(value) ? value.map(shown).join(' or ') : shown(value)

const saying =
  (words: string): Words =>
  (attribute, operand) =>
    `${attribute} ${words} ${anyOf(operand)}`

const OPERATORS: Readonly<Record<string, Words>> = {
  $eq: saying('is'),
  $ne: saying('is not'),
  $in: saying('is'),
  $nin: saying('is not'),
  $gt: saying('is above'),
  $gte: saying('is at least'),
  $lt: saying('is below'),
  $lte: saying('is at most'),
  $vgt: saying('is a version above'),
  $vgte: saying('is at least version'),
  $vlt: saying('is a version below'),
  $vlte: saying('is at most version'),
  $regex: saying('matches'),
  $inGroup: saying('is in the group'),
  $notInGroup: saying('is not in the group'),
  $exists: (attribute, operand) => `${attribute} is ${operand === false ? 'missing' : 'there'}`,
}

/** Whom a rule takes: `country is NZ or AU, and age is at least 18`. */
export function ruleWords(rule: Mapping): string {
  const { condition, parentConditions } = rule
  const whom = isMapping(condition) ? conditionWords(condition) : ''
  const parents = isList(parentConditions ?? null)
    ? (parentConditions as readonly JsonValue[]).flatMap((one) =>
        isMapping(one) && one['id'] !== undefined ? [shown(one['id'])] : [],
      )
    : []
  const first = whom === '' ? 'Everybody' : `Visitors whose ${whom}`
  return parents.length === 0 ? first : `${first}, where ${parents.join(' and ')} lets them`
}

function conditionWords(condition: Mapping): string {
  return Object.entries(condition)
    .flatMap(([key, operand]) => partWords(key, operand))
    .join(', and ')
}

function partWords(key: string, operand: JsonValue): readonly string[] {
  if (key === '$and' || key === '$or') {
    const parts = isList(operand) ? operand.filter(isMapping).map(conditionWords) : []
    return parts.length === 0 ? [] : [parts.join(key === '$or' ? ', or ' : ', and ')]
  }
  if (key.startsWith('$')) return [`${key} ${JSON.stringify(operand)}`]
  if (!isMapping(operand) || !Object.keys(operand).some((one) => one.startsWith('$')))
    return [`${key} is ${anyOf(operand)}`]
  return Object.entries(operand).map(([operator, value]) =>
    (OPERATORS[operator] ?? saying(operator))(key, value),
  )
}
