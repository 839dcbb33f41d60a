import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { type AccountFacts, type Facts, type World, worldOf } from '../core/world'
import { attributeTraits, type Questions } from './attribute-traits'
import { type Asked, drawsById, type EntryVersion, questionsOf } from './entry-questions'
import { NO_NUMBER } from './impact-draws'
import { type Dimensions, dimensionsOf, NONE, type Trait } from './visitor-traits'

/** All visitors of one kind: only their draws tell them apart. */
export interface VisitorClass {
  /** `signed in`, then what else is true of them: `gold`, `user gary`. */
  readonly words: readonly string[]
  /** What is true of them, to compare classes. */
  readonly traits: ReadonlySet<string>
  /** Visitors whom few sites have, such as those who are signed in without an id. */
  readonly isRare: boolean
  readonly world: World
  readonly facts: Facts
}

/** More kinds than this are not enumerated. */
const MOST_CLASSES = 4096

interface Session extends Trait {
  readonly isSignedIn?: true
  readonly isUnknown?: true
  /** Of a rare one: those whom most of its answers are like. */
  readonly like?: readonly string[]
}

const IN = 'signed in'
const OUT = 'signed out'
const withId = (words: string): string => `${words}, with an id as attribute`
const SESSIONS: readonly Session[] = [
  { words: OUT, facts: { loid: 'loid' } },
  { words: IN, isSignedIn: true, user: { id: 'user' } },
  { words: 'signed in without an id', isSignedIn: true, isRare: true, like: [IN] },
  { words: 'signed out without a loid', isRare: true, like: [OUT] },
  {
    words: 'signed out with a loid that is no number',
    facts: { loid: NO_NUMBER },
    isRare: true,
    like: [OUT],
  },
  { words: 'not known to be signed in or out', isUnknown: true, isRare: true, like: [OUT] },
]

/** Visitors whose `id` is an attribute and no account's: rules draw them, and nothing else does by it. */
const BY_ID = SESSIONS.filter(({ words }) => words !== IN).map((session): Session => {
  const { words, facts, like = [] } = session
  return {
    ...session,
    words: withId(words),
    facts: { ...facts, attributes: { id: 'unit' } },
    isRare: true,
    like: words === OUT ? [OUT] : [...like, ...like.map(withId)],
  }
})

/**
 * Every kind of visitor that some entries may tell apart, besides their draws; or why they cannot
 * be enumerated.
 */
export function classesOf(
  versions: readonly EntryVersion[],
  answering: Pick<Questions, 'patterns' | 'targeting'>,
  known = new KnownClasses(),
): readonly VisitorClass[] | string {
  const asked = questionsOf(versions)
  if (typeof asked === 'string') return asked
  const entries = versions.map(({ value }) => value).filter(isJsonObject)
  const dimensions = dimensionsOf(entries)
  const isByLoid = entries.some((entry) => own(entry, 'percent_loggedout') !== undefined)
  const sessions = [...SESSIONS, ...(drawsById(versions) ? BY_ID : [])].filter(
    ({ facts }) => isByLoid || facts?.loid !== NO_NUMBER,
  )
  return known.of(asked, dimensions, sessions, () =>
    newClasses(dimensions, sessions, { ...asked, ...answering }),
  )
}

/** The classes of questions that were asked before: features of one live config ask much the same. */
export class KnownClasses {
  private readonly classes = new Map<string, readonly VisitorClass[] | string>()
  /** Groups may have thousands of members, and are those of the whole live config. */
  private readonly groups = new Map<object, number>()

  of(
    { leaves, hashed }: Asked,
    dimensions: Dimensions,
    sessions: readonly Session[],
    make: () => readonly VisitorClass[] | string,
  ): readonly VisitorClass[] | string {
    const asks = leaves.map(({ path, asks: ask }) =>
      'targeting' in ask ? [path, ask.targeting] : [path, ask.condition, this.numberOf(ask.groups)],
    )
    const key = JSON.stringify([asks, [...hashed], dimensions, sessions.map(({ words }) => words)])
    const classes = this.classes.get(key) ?? make()
    this.classes.set(key, classes)
    return classes
  }

  private numberOf(groups: object): number {
    const number = this.groups.get(groups) ?? this.groups.size
    this.groups.set(groups, number)
    return number
  }
}

function newClasses(
  { ofUser, ofRequest }: Dimensions,
  sessions: readonly Session[],
  questions: Questions,
): readonly VisitorClass[] | string {
  const attributes = attributeTraits(questions)
  if (typeof attributes === 'string') return attributes
  const ofAnybody = [...ofRequest, ...attributes]
  const count = [...ofUser, ...ofAnybody].reduce((product, { length }) => product * length, 1)
  if (count > MOST_CLASSES) return `it tells more than ${MOST_CLASSES} kinds of visitors apart`
  return sessions.flatMap((session) =>
    combinations(session.isSignedIn ? [...ofUser, ...ofAnybody] : ofAnybody).map((traits) =>
      visitorClass(session, traits),
    ),
  )
}

const combinations = (dimensions: readonly (readonly Trait[])[]): readonly (readonly Trait[])[] =>
  dimensions.reduce<readonly (readonly Trait[])[]>(
    (all, traits) =>
      all.flatMap((some) => traits.map((one) => (one === NONE ? some : [...some, one]))),
    [[]],
  )

function visitorClass(session: Session, traits: readonly Trait[]): VisitorClass {
  const all = [session, ...traits]
  let facts: Facts = {}
  let user: AccountFacts = {}
  for (const trait of all) {
    const attributes = joined(facts.attributes ?? {}, trait.facts?.attributes ?? {})
    facts = { ...facts, ...trait.facts, ...(Object.keys(attributes).length > 0 && { attributes }) }
    user = { ...user, ...trait.user }
  }
  const whole = session.isSignedIn ? { ...facts, user } : facts
  const world = worldOf(whole)
  const words = all.map((trait) => trait.words).filter((word) => word !== '')
  return {
    words,
    traits: new Set([...(session.like ?? []), ...words]),
    isRare: all.some((trait) => trait.isRare === true),
    world: session.isUnknown ? { ...world, user: unknown } : world,
    facts: whole,
  }
}

type Attributes = NonNullable<Facts['attributes']>

/** Two attributes may be members of one: `company.size` and `company.country`. */
function joined(a: Attributes, b: Attributes): JsonObject {
  const all: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(a)) if (value !== undefined) all[name] = value
  for (const [name, value] of Object.entries(b)) {
    const known = all[name]
    if (value !== undefined)
      all[name] = isJsonObject(known) && isJsonObject(value) ? joined(known, value) : value
  }
  return all
}

const UNKNOWN = new Error('the World cannot say who this is')

function unknown(): never {
  throw UNKNOWN
}
