import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { either, percentOf } from './words'

/** Rules beyond are counted alone. */
const MOST_RULES = 3
const LONGEST_VALUE = 40

/** GrowthBook's rules for people: `true for 20 % of visitors where country is NZ`. */
export function rulesInWords(rules: readonly JsonObject[]): string | undefined {
  const shown = rules.slice(0, MOST_RULES).map(ruleInWords)
  const more = rules.length - shown.length
  if (shown.length === 0) return undefined
  return [...shown, ...(more > 0 ? [`${more} more ${more === 1 ? 'rule' : 'rules'}`] : [])].join(
    '; ',
  )
}

/** A value as it is written, shortened. */
export function valueInWords(value: JsonValue): string {
  if (value === true) return 'on'
  const text = JSON.stringify(value)
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`
}

function ruleInWords(rule: JsonObject): string {
  const variations = own(rule, 'variations') ?? own(rule, 'contextualVariations')
  const what = isJsonList(variations)
    ? `an experiment with ${variations.length} variations`
    : valueInWords(own(rule, 'force') ?? null)
  const coverage = own(rule, 'coverage')
  const share = typeof coverage === 'number' && coverage < 1 ? `${percentOf(coverage)} of ` : ''
  const condition = own(rule, 'condition')
  const whom = isJsonObject(condition) ? conditionInWords(condition) : ''
  const parents = own(rule, 'parentConditions')
  const gate = isJsonList(parents) && parents.length > 0 ? ' if other features agree' : ''
  const all = share === '' && whom === '' ? 'everybody' : 'visitors'
  return `${what} for ${share}${all}${whom === '' ? '' : ` where ${whom}`}${gate}`
}

/** What is simple in words; of anything else, what it asks about. */
function conditionInWords(condition: JsonObject): string {
  const parts = Object.entries(condition).map(([name, asked]) => {
    if (name.startsWith('$')) return 'a condition holds'
    if (!isJsonObject(asked)) return `${name} is ${plain(asked)}`
    const [[operator, operand] = ['', null], ...others] = Object.entries(asked)
    const words = others.length === 0 ? OPERATORS[operator]?.(operand) : undefined
    return words === undefined ? `a condition on ${name} holds` : `${name} ${words}`
  })
  return either([...new Set(parts)], 'and')
}

const plain = (value: JsonValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

const listed = (value: JsonValue): string =>
  isJsonList(value)
    ? either([...value.slice(0, 3).map(plain), ...(value.length > 3 ? ['others'] : [])])
    : plain(value)

const OPERATORS: Readonly<Record<string, (operand: JsonValue) => string>> = {
  $eq: (operand) => `is ${plain(operand)}`,
  $ne: (operand) => `is not ${plain(operand)}`,
  $in: (operand) => `is ${listed(operand)}`,
  $nin: (operand) => `is not ${listed(operand)}`,
  $gt: (operand) => `is above ${plain(operand)}`,
  $gte: (operand) => `is at least ${plain(operand)}`,
  $lt: (operand) => `is below ${plain(operand)}`,
  $lte: (operand) => `is at most ${plain(operand)}`,
  $regex: (operand) => `matches ${plain(operand)}`,
  $exists: (operand) => (operand === true ? 'is known' : 'is not known'),
}
