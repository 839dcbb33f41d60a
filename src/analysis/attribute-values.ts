import { padVersion } from '../conditions/operators'
import { isJsonList, isJsonObject, type JsonValue } from '../core/json'
import type { Comparison, Leaf } from './condition-leaves'

/** A text that no entry has: what it answers to a pattern is not known. */
export const OTHER = 'another '

/** A value, or none, that an attribute may have. */
export type Candidate = JsonValue | undefined

/** Values of an attribute to be asked about. */
export interface Candidates {
  readonly values: readonly Candidate[]
  /** Those that no entry names, such as `NZ` beside `nz` where case is left out. */
  readonly unnamed: ReadonlySet<Candidate>
}

/** A text that no entry has, and a list that begins with one: its text is open, too. */
export const isOther = (value: JsonValue): boolean =>
  typeof value === 'string'
    ? value.startsWith(OTHER)
    : isJsonList(value) && value[0] !== undefined && isOther(value[0])

/** Ways to compare of which each makes an order, or classes, of its own among texts. */
const OF_TEXTS: readonly (readonly [of: readonly Comparison[], words: string])[] = [
  [['size', 'number'], 'as a number'],
  [['text'], 'by the order of texts'],
  [['version'], 'as a version'],
  [['case'], 'ignoring case'],
  [['pattern'], 'with a pattern'],
]
/** What cannot be asked besides, as it cuts these classes again. */
const BESIDES: readonly (readonly [Comparison, Comparison, string])[] = [
  ['pattern', 'type', 'with a pattern, and by its type'],
  ['version', 'type', 'as a version, and by its type'],
  ['text', 'member', 'by the order of texts, and what a list of it holds'],
]

/**
 * Why values that tell the questions about an attribute apart cannot be listed: an order of texts
 * cuts another one anywhere.
 */
export function mixedUp(path: string, leaves: readonly Leaf[]): string | undefined {
  const asked = comparisonsOf(leaves)
  const found = OF_TEXTS.filter(([of]) => of.some((one) => asked.has(one)))
  const [first, second] = found.map(([, words]) => words)
  if (second !== undefined) return `it asks for ${path} both ${first ?? ''} and ${second}`
  const besides = BESIDES.find(([a, b]) => asked.has(a) && asked.has(b))
  return besides && `it asks for ${path} ${besides[2]}`
}

const comparisonsOf = (leaves: readonly Leaf[]): ReadonlySet<Comparison> =>
  new Set(leaves.flatMap(({ compares }) => [...compares]))

/**
 * Values of which some answers each question as any value does that an attribute may have: what
 * the entries name, and for each way to compare what lies below, between, above and beside it.
 */
export function candidatesOf(path: string, leaves: readonly Leaf[], isHashed: boolean): Candidates {
  const constants = [...new Set(leaves.flatMap((leaf) => leaf.constants))].filter(
    (value) => value !== null && !isJsonObject(value) && !isJsonList(value),
  )
  const asked = comparisonsOf(leaves)
  const isOrdered = (['size', 'text', 'version'] as const).some((one) => asked.has(one))
  const coerced = isOrdered ? leaves.flatMap((leaf) => leaf.constants).flatMap(coercedIn) : []
  const numbers = [...new Set([...constants.flatMap(numberIn), ...coerced])].sort((a, b) => a - b)
  const texts = constants.filter((value) => typeof value === 'string')
  const between = isOrdered
    ? [...around(numbers), ...texts.flatMap(aroundText)]
    : numbers.length > 0
      ? [Math.max(...numbers) + 1]
      : []
  const other = `${OTHER}${path}`
  const forms = constants.flatMap((value): readonly JsonValue[] =>
    typeof value === 'number' ? [value, String(value)] : [value, ...numberIn(value)],
  )
  const kinds = leaves.length > 0 ? [true, false, '', 0] : []
  const named = [...forms, ...between, other, ...kinds]
  const beside = besideOf(asked, { numbers, texts, constants: new Set(constants) })
  const scalars = [...named, ...beside]
  const wholes = leaves.length > 0 ? [{}, []] : []
  const lists = path === 'id' || !asked.has('whole') ? [] : scalars.flatMap((one) => [[one]])
  const found = [...named, ...beside, ...wholes, ...lists]
  const values = isHashed ? [other, ...found, undefined] : [undefined, ...found]
  return { values: [...new Set(values)], unnamed: new Set([...beside, ...wholes, ...lists]) }
}

/**
 * Lists of several members, which answer as any of them does: one for each set of the classes that
 * members make. Undefined where these are too many.
 */
export function listsOf(
  path: string,
  scalars: readonly Candidate[],
  ofMembers: readonly ((value: JsonValue) => unknown)[],
): readonly JsonValue[] | undefined {
  if (ofMembers.length === 0 || path === 'id') return []
  const other = `${OTHER}${path}`
  const answersOf = (value: JsonValue): string => ofMembers.map((ask) => ask(value)).join()
  const classes = new Map<string, JsonValue>()
  const none = answersOf(other)
  for (const value of scalars) {
    if (value === undefined || typeof value === 'object') continue
    const answers = answersOf(value)
    if (answers !== none && !classes.has(answers)) classes.set(answers, value)
  }
  if (classes.size > MOST_MEMBERS) return undefined
  const sets = [...classes.values()].reduce<readonly (readonly JsonValue[])[]>(
    (all, one) => [...all, ...all.map((some) => [...some, one])],
    [[]],
  )
  // The text of a list with another value is no text that an entry names.
  return [...sets.map((some) => [other, ...some]), ...[...classes.values()].map((value) => [value])]
}

/** So many classes of members make a thousand lists. */
const MOST_MEMBERS = 10

interface Named {
  readonly numbers: readonly number[]
  readonly texts: readonly string[]
  readonly constants: ReadonlySet<JsonValue>
}

/** What is equal to a named value but for the way to compare, or lies right above it. */
function besideOf(
  asked: ReadonlySet<Comparison>,
  { numbers, texts, constants }: Named,
): readonly JsonValue[] {
  const isNew = (text: string): boolean => !constants.has(text)
  const beside: JsonValue[] = []
  if (asked.has('number') || asked.has('size'))
    for (const number of [...numbers, ...around(numbers)]) {
      beside.push(String(number))
      let text = ` ${number}`
      while (!isNew(text)) text = ` ${text}`
      beside.push(text)
    }
  if (asked.has('case')) for (const text of texts) beside.push(...inOtherCase(text, isNew))
  if (asked.has('text')) beside.push('\0', ...texts.map((text) => `${text}\0`))
  if (asked.has('version')) beside.push(...besideVersions([...texts, ...numbers.map(String), '0']))
  return beside
}

/** Letters beyond ASCII that become one of these in lower case. */
const TWINS: ReadonlyMap<string, string> = new Map([
  ['k', '\u212A'],
  ['\u00E5', '\u212B'],
  ['\u03C9', '\u2126'],
  ['\u03B8', '\u03F4'],
  ['\u00DF', '\u1E9E'],
])

/** So many spellings of one text are looked at for one that no entry has. */
const MOST_SPELLINGS = 4096

/** A text that is the same but for its case, and that no entry has; the plainest there is. */
function inOtherCase(text: string, isNew: (text: string) => boolean): readonly string[] {
  const lower = text.toLowerCase()
  const isSame = (one: string): boolean => one.toLowerCase() === lower && isNew(one)
  const plain = [lower, text.toUpperCase()].find(isSame)
  if (plain !== undefined) return [plain]
  let spelled: readonly string[] = ['']
  for (const letter of lower) {
    const ways = [letter, letter.toUpperCase(), TWINS.get(letter)].filter(
      (one) => one !== undefined && one.toLowerCase() === letter,
    )
    const all = spelled.length * ways.length > MOST_SPELLINGS ? ways.slice(-1) : ways
    spelled = spelled.flatMap((start) => all.map((one) => `${start}${one ?? ''}`))
  }
  return spelled.filter(isSame).slice(0, 1)
}

/** Another text of each version, the text right above it, and what lies below all. */
function besideVersions(texts: readonly string[]): readonly string[] {
  const spelled = texts.flatMap((text) => {
    const [version = ''] = text.split('+')
    const plain = version.replace(/^v/, '')
    const padded = padVersion(text)
    const same = [`${text}${text.includes('+') ? '.' : '+'}other`, `v${plain}`]
    const above = [`${version}\0`, `${version}-\0`, `${version}-~\0`]
      .filter((one) => padVersion(one) > padded)
      .sort((a, b) => (padVersion(a) < padVersion(b) ? -1 : 1))
    return [...same, `${plain}-rc.1`, ...above.slice(0, 1)]
  })
  return [...spelled, '\0']
}

const numberIn = (value: JsonValue): readonly number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
      ? [Number(value)]
      : []

/** What JavaScript, and so GrowthBook, takes for a number when it is compared by size: 0 of a blank text. */
const coercedIn = (value: JsonValue): readonly number[] =>
  numberIn(value).length === 0 && Number.isFinite(Number(value)) ? [Number(value)] : []

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
