import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../core/json'
import type { Path } from '../core/problem'
import type { EntryProblem } from '../core/selector'
import { didYouMean } from '../core/suggest'

const PAIR = 'a list of two numbers, from and below'

/** Checks each item of a rule's lists. */
export function unexpectedItems(rule: JsonObject): readonly EntryProblem[] {
  return [
    ...unexpectedTexts(rule),
    ...unexpectedBounds(rule),
    ...Object.keys(ITEMS).flatMap((key) => itemsOf(rule, key)),
  ]
}

/** By key, what a rule does whose text is empty. */
const TEXTS: Readonly<Record<string, string>> = {
  key: 'the name of the feature is used',
  seed: 'the name of the feature or the key is used',
  hashAttribute: 'id is used',
  fallbackAttribute: 'there is none',
}

/** Warns of texts that are empty, or that have blanks which nobody sees. */
function unexpectedTexts(rule: JsonObject): readonly EntryProblem[] {
  return Object.entries(TEXTS).flatMap(([key, instead]): readonly EntryProblem[] => {
    const text = own(rule, key)
    if (typeof text !== 'string' || (text !== '' && text === text.trim())) return []
    const message =
      text === ''
        ? `${key} is empty, so ${instead}; write it, or remove it`
        : `${key} is ${JSON.stringify(text)}, with blanks that count; write ${JSON.stringify(text.trim())}, or remove it`
    return [{ ...badType([key], message), severity: 'warning' }]
  })
}

/** Checks the lists that are one value each. */
function unexpectedBounds({ range, namespace }: JsonObject): readonly EntryProblem[] {
  const found: EntryProblem[] = []
  if (range !== undefined && !isRange(range))
    found.push(badType(['range'], `range is no ${PAIR.slice(2)}; write one such as [0, 0.5]`))
  else found.push(...unexpectedPart(range, ['range']))
  if (namespace !== undefined && !isNamespace(namespace)) {
    const message = 'a namespace is its id and a range; write one such as [checkout, 0, 0.5]'
    found.push(badType(['namespace'], message))
  } else if (isJsonList(namespace)) found.push(...unexpectedPart(namespace.slice(1), ['namespace']))
  return found
}

/** By key, the check of an item of its list: what is unexpected, or undefined. */
const ITEMS: Readonly<Record<string, (item: JsonValue) => string | undefined>> = {
  weights: (weight) =>
    typeof weight === 'number' ? undefined : `a weight is ${shown(weight)}; write a number`,
  ranges: (pair) => (isRange(pair) ? undefined : `a range is ${shown(pair)}; write ${PAIR}`),
  meta: (entry) =>
    isJsonObject(entry)
      ? undefined
      : `what meta says of a variation is ${shown(entry)}; write a mapping with key and name`,
  filters: (filter) => {
    const ranges = isJsonObject(filter) ? own(filter, 'ranges') : undefined
    return isJsonList(ranges) && ranges.every(isRange)
      ? undefined
      : `a filter has a seed and ranges; write ranges as a list, each ${PAIR}`
  },
  parentConditions: (parent) => {
    if (!isJsonObject(parent)) return undefined
    if (typeof own(parent, 'id') !== 'string')
      return 'what is required has an id; write the name of a feature'
    const gate = own(parent, 'gate')
    return gate === undefined || typeof gate === 'boolean'
      ? undefined
      : `gate is ${shown(gate)}; write true or false`
  },
}

/** The keys that a mapping in a list may have. */
const ITEM_KEYS: Readonly<Record<string, readonly string[]>> = {
  meta: ['key', 'name', 'passthrough'],
  filters: ['seed', 'ranges', 'attribute', 'hashVersion'],
  parentConditions: ['id', 'condition', 'gate'],
}

function itemsOf(rule: JsonObject, key: string): readonly EntryProblem[] {
  const list = own(rule, key)
  return (isJsonList(list) ? list : []).flatMap((item, i) => {
    const message = ITEMS[key]?.(item)
    if (message !== undefined) return [badType([key, i], message)]
    if (key === 'ranges') return unexpectedPart(item, [key, i])
    return isJsonObject(item)
      ? [...unknownKeys(item, key, i), ...unexpectedRanges(own(item, 'ranges'), [key, i, 'ranges'])]
      : []
  })
}

function unknownKeys(item: JsonObject, key: string, at: number): readonly EntryProblem[] {
  const known = ITEM_KEYS[key] ?? Object.keys(item)
  return Object.keys(item).flatMap((name): readonly EntryProblem[] => {
    if (known.includes(name)) return []
    const meant = didYouMean(name, known)
    const advice =
      meant === undefined ? `write one of ${known.join(', ')}` : `did you mean ${meant}?`
    const message = `${JSON.stringify(name)} is not a key that an item of ${key} knows; ${advice}`
    return [{ code: 'unknown-key', path: [key, at, name], at: 'key', message }]
  })
}

const unexpectedRanges = (ranges: JsonValue | undefined, path: Path): readonly EntryProblem[] =>
  (isJsonList(ranges) ? ranges : []).flatMap((range, i) => unexpectedPart(range, [...path, i]))

/** What adding up fractions may be off by. */
const ROUNDING = 1e-6

/** Checks that a range is a part of 0 to 1; an empty one, `[0.5, 0.5]`, is a share of nobody. */
function unexpectedPart(range: JsonValue | undefined, path: Path): readonly EntryProblem[] {
  const [from, below] = isJsonList(range) ? range : []
  if (typeof from !== 'number' || typeof below !== 'number') return []
  if (from >= -ROUNDING && from <= below && below <= 1 + ROUNDING) return []
  const message = `the range from ${from} to ${below} is no part of 0 to 1; write shares such as [0, 0.5]`
  return [{ code: 'out-of-range', path, message }]
}

const isNamespace = (value: JsonValue): boolean =>
  isJsonList(value) && typeof value[0] === 'string' && isRange(value.slice(1))

const isRange = (value: JsonValue): boolean =>
  isJsonList(value) && value.length === 2 && value.every((bound) => typeof bound === 'number')

export const shown = (value: JsonValue): string =>
  typeof value === 'object' ? kindOf(value) : `${kindOf(value)} (${JSON.stringify(value)})`

export const badType = (path: Path, message: string): EntryProblem => ({
  code: 'bad-type',
  path,
  message,
})
