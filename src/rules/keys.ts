import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { EntryProblem, Schema } from '../core/selector'
import { CONTROL_OF_RULE, controlProblems } from '../experiments/control'
import { REPORT_BY, reportByProblems } from '../experiments/report-by'
import { badType, shown, unexpectedItems } from './items'
import { experimentOfRule } from './rule-experiment'

const TEXT: Schema = { type: 'string' }
const LIST: Schema = { type: 'array' }
const WHOLE: Schema = { type: 'integer' }

/**
 * Every key of a rule (docs/spec/growthbook.md, section 1.2); checks and the schema for editors are
 * built from them.
 */
export const RULE_KEYS: Readonly<Record<string, Schema>> = {
  id: { ...TEXT, description: 'Says in results which rule decided.' },
  condition: {
    type: 'object',
    description: 'Whom the rule takes, by their attributes: {country: NZ}, {age: {$gte: 18}}.',
  },
  parentConditions: {
    ...LIST,
    description:
      'Other features that must answer in a certain way; with gate: true the whole feature is null if one does not.',
  },
  filters: { ...LIST, description: 'Mutual exclusion by hashed ranges.' },
  force: { description: 'The value of the visitors whom the rule matches.' },
  tracks: { ...LIST, description: 'Exposures computed elsewhere, recorded when the rule is used.' },
  coverage: {
    type: ['number', 'null'],
    minimum: 0,
    maximum: 1,
    description: 'The share of visitors, 0 to 1.',
  },
  range: { ...LIST, description: 'The share as a half-open range of the hash; replaces coverage.' },
  seed: { ...TEXT, description: "The hash's seed; the feature's or experiment's name unless set." },
  hashAttribute: { ...TEXT, description: 'The attribute that is hashed; id unless set.' },
  hashVersion: { enum: [1, 2], description: '2 is finer and fairer; 1 unless set.' },
  fallbackAttribute: {
    ...TEXT,
    description: 'Hashed when the other is missing, while sticky buckets are in use.',
  },
  variations: {
    ...LIST,
    minItems: 2,
    description: 'Makes the rule an experiment: the values of its variants.',
  },
  contextualVariations: LIST,
  contextualBanditRef: TEXT,
  key: { ...TEXT, description: "The experiment's key; the feature's name unless set." },
  weights: {
    type: 'array',
    items: { type: 'number' },
    description: 'The share of each variation; they sum to 1.',
  },
  ranges: { ...LIST, description: 'The range of each variation; replaces weights and coverage.' },
  meta: { ...LIST, description: 'key, name and passthrough of each variation.' },
  namespace: {
    ...LIST,
    description:
      '[id, from, below]: mutual exclusion as GrowthBook once had it; filters are newer.',
  },
  name: TEXT,
  phase: TEXT,
  disableStickyBucketing: { type: 'boolean' },
  bucketVersion: WHOLE,
  minBucketVersion: WHOLE,
  report_by: REPORT_BY,
  control: CONTROL_OF_RULE,
}

/**
 * The problems of a rule of an entry, each with its path in the rule. Rules of a payload are
 * written by another program and are not refused: there, a malformed part matches nobody.
 */
export function problemsOf(rule: JsonObject): readonly EntryProblem[] {
  const unexpected = Object.entries(rule).flatMap(
    ([key, value]) =>
      unexpectedValue(key, value, Object.hasOwn(RULE_KEYS, key) ? RULE_KEYS[key] : undefined) ?? [],
  )
  return unexpected.length > 0
    ? unexpected
    : [
        ...withoutEffect(rule),
        ...unexpectedShares(rule),
        ...unexpectedItems(rule),
        ...reportByProblems(rule),
        ...unknownControls(rule),
      ]
}

/** Names in `control` that are no variation of the rule. */
const unknownControls = (rule: JsonObject): readonly EntryProblem[] =>
  controlProblems(rule, experimentOfRule(rule, '')?.variants ?? [])

/** A rule that gives nothing takes nobody; with a gate it decides all the same. */
function withoutEffect(rule: JsonObject): readonly EntryProblem[] {
  const gives = ['force', 'variations', 'contextualVariations']
  // One of them may be the key that is misspelt.
  if (Object.keys(rule).some((key) => gives.includes(key) || !Object.hasOwn(RULE_KEYS, key)))
    return []
  if (hasGate(own(rule, 'parentConditions'))) return []
  const message =
    'the rule has neither force nor variations, so it takes nobody; write force and the value'
  return [badType([], message)]
}

const hasGate = (parents: JsonValue | undefined): boolean =>
  isJsonList(parents) &&
  parents.some((parent) => isJsonObject(parent) && own(parent, 'gate') === true)

/**
 * Checks a value against the key's schema: type, limits, choices. The casts are safe: RULE_KEYS
 * writes no other schema.
 */
function unexpectedValue(
  key: string,
  value: JsonValue,
  schema: Schema = {},
): EntryProblem | undefined {
  const { minimum = -Infinity, maximum = Infinity } = schema as {
    readonly minimum?: number
    readonly maximum?: number
  }
  const types = [schema.type ?? []].flat() as readonly string[]
  if (isJsonList(schema.enum) && !schema.enum.includes(value)) {
    return {
      code: 'out-of-range',
      path: [key],
      message: `${key} is ${shown(value)}; write ${schema.enum.map(String).join(' or ')}`,
    }
  }
  if (types.length > 0 && !types.some((type) => isOf(type, value))) {
    return {
      code: 'bad-type',
      path: [key],
      message: `${key} is ${shown(value)}; write ${WORDS[types[0] ?? '']}`,
    }
  }
  if (typeof value === 'number' && (value < minimum || value > maximum)) {
    return {
      code: 'out-of-range',
      path: [key],
      message: `${key} is ${value}; write a number from ${minimum} to ${maximum}`,
    }
  }
  return undefined
}

/** What to write, by the name of a type. */
const WORDS: Readonly<Record<string, string>> = {
  string: 'text, in quotes if need be',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
}

function isOf(type: string, value: JsonValue): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return isJsonList(value)
  if (type === 'object') return isJsonObject(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

/**
 * Checks that there is one share, range and name for each variation, and that the shares sum to 1.
 */
function unexpectedShares(rule: JsonObject): readonly EntryProblem[] {
  const variations = own(rule, 'contextualVariations') ?? own(rule, 'variations')
  if (!isJsonList(variations)) return []
  const count = variations.length
  if (count < 2)
    return [
      outOfRange(
        'variations',
        `variations has ${count}, which is no experiment; write at least two, or use force`,
      ),
    ]
  const uneven = ['weights', 'ranges', 'meta'].flatMap((key): readonly EntryProblem[] => {
    const list = own(rule, key)
    if (!isJsonList(list) || list.length === count) return []
    const message = `${key} has ${list.length}, and there are ${count} variations; write one for each`
    return [outOfRange(key, message)]
  })
  return uneven.length > 0 ? uneven : unexpectedSum(own(rule, 'weights'))
}

function unexpectedSum(weights: JsonValue | undefined): readonly EntryProblem[] {
  if (!isJsonList(weights) || !weights.every((weight) => typeof weight === 'number')) return []
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return Math.abs(sum - 1) <= 0.01
    ? []
    : [outOfRange('weights', `weights sum to ${Number(sum.toFixed(4))}; they are shares of 1`)]
}

const outOfRange = (key: string, message: string): EntryProblem => ({
  code: 'out-of-range',
  path: [key],
  message,
})
