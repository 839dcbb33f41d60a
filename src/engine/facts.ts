import { LiveflagError } from '../core/errors'
import { isJsonObject, type JsonValue, kindOf } from '../core/json'
import { didYouMean } from '../core/suggest'
import { type Facts, type Page, REQUEST_FACTS, ROLES } from '../core/world'

/** Throws when a value is not what its member must be. */
type Check = (value: JsonValue, name: string) => void

const text: Check = (value, name) => {
  if (typeof value !== 'string')
    throw wrong(name, value, typeof value === 'number' ? `text: "${value}"` : 'text')
}

/**
 * A number counts as its decimal text. A number that JSON could not keep exactly would be another
 * visitor's id.
 */
const id: Check = (value, name) => {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw wrong(name, value, 'it as text, in quotes, so that no digit is lost')
  if (typeof value !== 'number') text(value, name)
}

const flag: Check = (value, name) => {
  if (typeof value !== 'boolean') throw wrong(name, value, 'true or false')
}

const texts: Check = (value, name) => {
  if (!Array.isArray(value)) throw wrong(name, value, 'a list of texts')
  value.forEach((item: JsonValue, index) => text(item, `${name}[${index}]`))
}

const anyMapping: Check = (value, name) => {
  if (!isJsonObject(value)) throw wrong(name, value, 'a mapping')
}

type Checks = Readonly<Record<string, Check>>

const USER: Checks = {
  id,
  name: text,
  ...Object.fromEntries(Object.values(ROLES).map((role): [string, Check] => [role, flag])),
}

const PAGE: Checks = { id: text, type: text } satisfies Record<keyof Page, Check>

const page: Check = (value, name) => checkMembers(value, PAGE, name)

const CHECK_OF = { text, texts, page } as const

const WORLD: Checks = {
  user: (value, name) => checkMembers(value, USER, name),
  ...Object.fromEntries(
    Object.entries(REQUEST_FACTS).map(([fact, type]): [string, Check] => [fact, CHECK_OF[type]]),
  ),
  attributes: anyMapping,
}

/**
 * Reads a World from JSON. Null counts as missing. Throws LIVEFLAG_BAD_WORLD, naming the member,
 * when a member is unknown or has the wrong type: a misspelt member would lead to a wrong answer
 * without a word.
 */
export function readFacts(value: JsonValue): Facts {
  checkMembers(value, WORLD, '')
  // Where data comes in: each member has just been checked. Of a null within, read as missing, and
  // of an id that is a number, read as text, the type knows nothing.
  return value as Facts
}

function checkMembers(
  value: JsonValue,
  members: Readonly<Record<string, Check>>,
  name: string,
): void {
  if (!isJsonObject(value))
    throw wrong(name, value, `a mapping, such as {"${Object.keys(members)[0]}": …}`)
  for (const [key, member] of Object.entries(value)) {
    const check = Object.hasOwn(members, key) ? members[key] : undefined
    // Applications put further members on an account; only those that look misspelt are refused
    // there.
    if (check === undefined && members === USER && didYouMean(key, Object.keys(USER)) === undefined)
      continue
    if (check === undefined) throw unknown(key, Object.keys(members), name)
    if (member !== null) check(member, name === '' ? key : `${name}.${key}`)
  }
}

const wrong = (name: string, value: JsonValue, write: string): LiveflagError => {
  const shown =
    typeof value === 'object' ? kindOf(value) : `${kindOf(value)} (${JSON.stringify(value)})`
  return bad(`${subject(name)} is ${shown}; write ${write}`)
}

function unknown(key: string, members: readonly string[], name: string): LiveflagError {
  const meant = didYouMean(key, members)
  const hint = meant ? `did you mean ${meant}?` : `it may have ${members.join(', ')}`
  const attributes = name === '' && meant === undefined ? '; put anything else into attributes' : ''
  return bad(`${subject(name)} has no member ${JSON.stringify(key)}; ${hint}${attributes}`)
}

const subject = (name: string): string => (name === '' ? 'the World' : `${name} of the World`)

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_WORLD', message)
