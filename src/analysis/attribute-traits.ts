import { compileCondition } from '../conditions/condition'
import { prepareSavedGroups } from '../conditions/saved-groups'
import type { PatternCompiler, TargetingCompiler } from '../core/definitions'
import { isJsonList, type JsonObject, type JsonValue } from '../core/json'
import type { Facts } from '../core/world'
import { type Candidate, candidatesOf, isOther, listsOf, mixedUp } from './attribute-values'
import type { Leaf } from './condition-leaves'
import { NONE, type Trait } from './visitor-traits'

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
  const why = mixedUp(path, leaves)
  if (why !== undefined) return why
  const isHashed = questions.hashed.has(path)
  const { values, unnamed } = candidatesOf(path, leaves, isHashed)
  if (values.length > MOST_VALUES) return `it names more than ${MOST_VALUES} values of ${path}`
  const ofMembers = leaves.flatMap(({ ofMembers, asks }) =>
    'condition' in asks
      ? ofMembers.map((condition) => compiled(condition, asks.groups, questions))
      : [],
  )
  const lists = listsOf(
    path,
    values,
    ofMembers.map((ask) => (value) => ask(readerOf(path, value))),
  )
  if (lists === undefined) return `it asks too much of what a list of ${path} may hold`
  const alike = classesOf(path, [...values, ...lists], questions, leaves)
  const beside = new Set([...unnamed, ...lists])
  return alike.map((same, i) => traitOf(path, same, i === 0, beside, questions))
}

/** Values that get the same answers, in the order of the first of each class. */
function classesOf(
  path: string,
  values: readonly Candidate[],
  questions: Questions,
  leaves: readonly Leaf[],
): readonly (readonly Candidate[])[] {
  const isHashed = questions.hashed.has(path)
  const hasPattern = leaves.some(({ compares }) => compares.has('pattern'))
  const asks = leaves.map((leaf) => askOf(leaf, questions))
  const alike = new Map<string, Candidate[]>()
  for (const value of values) {
    const read = readerOf(path, value)
    // What a pattern says of another text is not known, and who lacks what is hashed is not drawn.
    const isOpen = value !== undefined && isOther(value)
    const answers = asks.map((ask) => String(ask(read))).join()
    const isApart = isOpen ? hasPattern : isHashed && !isDrawn(value)
    const key = `${answers}${isApart ? ' apart' : ''}`
    const others = alike.get(key)
    if (others) others.push(value)
    else alike.set(key, [value])
  }
  return [...alike.values()]
}

/** Whether rules draw by a value: who has none, or an empty one, is not drawn. */
const isDrawn = (value: Candidate): boolean => Boolean(value)

const readerOf = (path: string, value: Candidate): ((name: string) => unknown) => {
  const attributes = attributesWith(path, value)
  return (name) => attributes[name] ?? null
}

/** The first trait is what nothing is said of. */
function traitOf(
  path: string,
  values: readonly Candidate[],
  isFirst: boolean,
  unnamed: ReadonlySet<Candidate>,
  { hashed }: Questions,
): Trait {
  const [value] = values
  const facts: Facts = value === undefined ? {} : { attributes: attributesWith(path, value) }
  if (isFirst) return value === undefined ? NONE : { ...NONE, facts }
  if (value === undefined)
    return { words: `without ${path}`, facts, ...(hashed.has(path) && { isRare: true }) }
  const named = new Set(values.filter((one) => !unnamed.has(one) && !isOpen(one)).map(String))
  const others = isOther(value) || named.size < 2 ? '' : ` or ${named.size - 1} more`
  const words = `${path} ${valueText(value)}${others}`
  const rare = unnamed.has(value) ? ({ isRare: true } as const) : {}
  // The id of a visitor who is signed in is that of the account.
  return path === 'id' && typeof value === 'string'
    ? { words, facts, user: { id: value }, ...rare }
    : { words, facts, ...rare }
}

/** Neither a value that an entry names, nor one beside these. */
const isOpen = (value: Candidate): boolean => value === undefined || isOther(value)

/** A text as it is, unless it could be taken for something else. */
const valueText = (value: JsonValue): string =>
  isJsonList(value)
    ? `[${value.map(valueText).join(', ')}]`
    : isOther(value)
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
  return compiled(asks.condition, asks.groups, questions)
}

const compiled = (condition: JsonObject, groups: JsonObject, { patterns }: Questions): Ask =>
  compileCondition(condition, {
    groups: prepareSavedGroups(groups, patterns),
    patterns,
    report: () => undefined,
  })

function attributesWith(path: string, value: Candidate): JsonObject {
  if (value === undefined) return {}
  const [first = '', ...rest] = path.split('.')
  return { [first]: rest.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), value) }
}
