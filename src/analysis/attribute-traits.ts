import { compileCondition } from '../conditions/condition'
import { prepareSavedGroups } from '../conditions/saved-groups'
import type { PatternCompiler, TargetingCompiler } from '../core/definitions'
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json'
import type { Facts } from '../core/world'
import type { Leaf } from './condition-leaves'
import { NONE, type Trait } from './visitor-traits'

/** A text that no entry has: what it answers to a pattern is not known. */
export const OTHER = 'another '

/** So many values of one attribute are enumerated at most. */
const MOST_VALUES = 200_000

/** What conditions ask of attributes, and how to answer. */
export interface Questions {
  readonly leaves: readonly Leaf[]
  /** Attributes that are hashed: who lacks one is rare. */
  readonly hashed: ReadonlySet<string>
  readonly patterns: PatternCompiler
  readonly targeting: TargetingCompiler
}

/**
 * For each attribute one trait for all values that get the same answers to all questions about it;
 * a text says why they cannot be enumerated. An attribute holds one value and no list.
 */
export function attributeTraits(questions: Questions): readonly (readonly Trait[])[] | string {
  const paths = new Set([...questions.leaves.map(({ path }) => path), ...questions.hashed])
  const clash = [...paths].find((path) => [...paths].some((other) => other.startsWith(`${path}.`)))
  if (clash !== undefined) return `it asks of ${clash} both as a value and for its members`
  const all: (readonly Trait[])[] = []
  for (const path of paths) {
    const traits = traitsOf(path, questions)
    if (typeof traits === 'string') return traits
    if (traits.length > 1) all.push(traits)
  }
  return all
}

type Ask = (attributes: (name: string) => unknown) => unknown

function traitsOf(path: string, questions: Questions): readonly Trait[] | string {
  const leaves = questions.leaves.filter((leaf) => leaf.path === path)
  const isHashed = questions.hashed.has(path)
  const candidates = candidatesOf(path, leaves, isHashed)
  if (candidates.length > MOST_VALUES) return `it names more than ${MOST_VALUES} values of ${path}`
  const asks = leaves.map((leaf) => askOf(leaf, questions))
  const alike = new Map<string, (JsonValue | undefined)[]>()
  for (const value of candidates) {
    const attributes = attributesWith(path, value)
    const read = (name: string): unknown => attributes[name] ?? null
    // What a pattern says of another text is not known, and who lacks what is hashed is not drawn.
    const isOpen = value !== undefined && isOther(value)
    const answers = asks.map((ask) => String(ask(read))).join()
    const isApart = isOpen ? hasPattern(leaves) : value === undefined && isHashed
    const key = `${answers}${isApart ? ' apart' : ''}`
    const others = alike.get(key)
    if (others) others.push(value)
    else alike.set(key, [value])
  }
  return [...alike.values()].map((values, i) => traitOf(path, values, i === 0, questions))
}

const hasPattern = (leaves: readonly Leaf[]): boolean =>
  leaves.some(({ asks }) => JSON.stringify(asks).includes('$regex'))

/** The first trait is what nothing is said of. */
function traitOf(
  path: string,
  values: readonly (JsonValue | undefined)[],
  isFirst: boolean,
  { hashed }: Questions,
): Trait {
  const [value] = values
  const facts: Facts = value === undefined ? {} : { attributes: attributesWith(path, value) }
  if (isFirst) return value === undefined ? NONE : { ...NONE, facts }
  if (value === undefined)
    return { words: `without ${path}`, facts, ...(hashed.has(path) && { isRare: true }) }
  const named = new Set(values.filter((one) => one !== undefined && !isOther(one)).map(String))
  const others = isOther(value) || named.size < 2 ? '' : ` or ${named.size - 1} more`
  const words = `${path} ${valueText(value)}${others}`
  // The id of a visitor who is signed in is that of the account.
  return path === 'id' && typeof value === 'string'
    ? { words, facts, user: { id: value } }
    : { words, facts }
}

const isOther = (value: JsonValue): boolean => typeof value === 'string' && value.startsWith(OTHER)

/** A text as it is, unless it could be taken for something else. */
const valueText = (value: JsonValue): string =>
  isOther(value)
    ? 'another'
    : typeof value === 'string' && /^[^\s"']+$/.test(value) && Number.isNaN(Number(value))
      ? value
      : JSON.stringify(value)

function askOf(leaf: Leaf, questions: Questions): Ask {
  const { asks } = leaf
  if ('targeting' in asks) {
    const read = questions.targeting(asks.targeting)
    return typeof read === 'string'
      ? () => 'never'
      : (attributes) => read((name) => attributes(name) ?? undefined)
  }
  const { patterns } = questions
  return compileCondition(asks.condition, {
    groups: prepareSavedGroups(asks.groups, patterns),
    patterns,
    report: () => undefined,
  })
}

function attributesWith(path: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined) return {}
  const [first = '', ...rest] = path.split('.')
  return { [first]: rest.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), value) }
}

/** Values of which each answers to some question otherwise than the others may. */
function candidatesOf(
  path: string,
  leaves: readonly Leaf[],
  isHashed: boolean,
): readonly (JsonValue | undefined)[] {
  const constants = [...new Set(leaves.flatMap((leaf) => leaf.constants))].filter(
    (value) => value !== null && !isJsonObject(value),
  )
  const numbers = constants.flatMap((value) => numberIn(value)).sort((a, b) => a - b)
  const isOrdered = leaves.some((leaf) => leaf.isOrdered)
  const between = isOrdered
    ? [
        ...around(numbers),
        ...constants.flatMap((value) => (typeof value === 'string' ? aroundText(value) : [])),
      ]
    : numbers.length > 0
      ? [Math.max(...numbers) + 1]
      : []
  const other = `${OTHER}${path}`
  const forms = constants.flatMap((value): readonly JsonValue[] =>
    typeof value === 'number' ? [value, String(value)] : [value, ...numberIn(value)],
  )
  const kinds = leaves.length > 0 && path !== 'id' ? [true, false, '', 0] : []
  const found = [...forms, ...between, other, ...kinds]
  const ordered = isHashed ? [other, ...found, undefined] : [undefined, ...found]
  return [...new Set(ordered)]
}

const numberIn = (value: JsonValue): readonly number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
      ? [Number(value)]
      : []

/** Below, between and above. */
const around = (numbers: readonly number[]): readonly number[] =>
  numbers.flatMap((number, i) => {
    const next = numbers[i + 1]
    return [...(i === 0 ? [number - 1] : []), next === undefined ? number + 1 : (number + next) / 2]
  })

/** Texts and versions right below and above. */
function aroundText(text: string): readonly string[] {
  const bumped = text.replace(/\d+(?=\D*$)/, (digits) => String(Number(digits) + 1))
  return [`${text}!`, `${text}-0`, bumped, '0', '99999']
}
