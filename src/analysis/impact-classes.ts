import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  own,
  truthy,
} from '../core/json'
import { METADATA } from '../core/metadata'
import { type AccountFacts, type Facts, type World, worldOf } from '../core/world'
import { NO_NUMBER } from './impact-draws'

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

interface Trait {
  readonly words: string
  readonly facts?: Facts
  readonly user?: AccountFacts
  readonly isRare?: true
}

const NONE: Trait = { words: '' }

const ROLES = {
  admin: 'admin',
  employee: 'employee',
  beta: 'beta tester',
  gold: 'gold',
} as const satisfies Partial<Record<keyof AccountFacts, string>>

const isRole = (key: string): key is keyof typeof ROLES => Object.hasOwn(ROLES, key)

interface Session extends Trait {
  readonly isSignedIn?: true
  readonly isUnknown?: true
  /** Of a rare one: that which most of its answers are like. */
  readonly like?: string
}

const IN = 'signed in'
const OUT = 'signed out'
const SESSIONS: readonly Session[] = [
  { words: OUT, facts: { loid: 'loid' } },
  { words: IN, isSignedIn: true, user: { id: 'user' } },
  { words: 'signed in without an id', isSignedIn: true, isRare: true, like: IN },
  { words: 'signed out without a loid', isRare: true, like: OUT },
  {
    words: 'signed out with a loid that is no number',
    facts: { loid: NO_NUMBER },
    isRare: true,
    like: OUT,
  },
  { words: 'not known to be signed in or out', isUnknown: true, isRare: true, like: OUT },
]

/**
 * Every kind of visitor that two versions of an entry may tell apart, besides their draws; or why
 * they cannot be enumerated.
 */
export function classesOf(versions: readonly JsonValue[]): readonly VisitorClass[] | string {
  const entries = versions.filter(isJsonObject)
  const reason = entries.map(whyNot).find((found) => found !== undefined)
  if (reason !== undefined) return reason
  const mappings = entries.flatMap(whoMappings)
  const ofUser = [...rolesIn(mappings), named('users', mappings, (name) => `user ${name}`, userOf)]
  const ofRequest = [
    named(
      'subreddits',
      mappings,
      (name) => `in r/${name}`,
      (subreddit) => ({ facts: { subreddit } }),
    ),
    named(
      'subdomains',
      mappings,
      (name) => `at ${name}.`,
      (subdomain) => ({ facts: { subdomain } }),
    ),
    named(
      'oauth_clients',
      mappings,
      (name) => `by ${name}`,
      (oauthClient) => ({
        facts: { oauthClient },
      }),
    ),
    urlTraits(entries),
    pageTraits(entries),
  ]
  const count = [...ofUser, ...ofRequest].reduce((product, { length }) => product * length, 1)
  if (count > MOST_CLASSES) return `it tells more than ${MOST_CLASSES} kinds of visitors apart`
  return SESSIONS.flatMap((session) =>
    combinations(session.isSignedIn ? [...ofUser, ...ofRequest] : ofRequest).map((traits) =>
      visitorClass(session, traits),
    ),
  )
}

/** What an entry asks that cannot be enumerated; completes a sentence. */
function whyNot(entry: JsonObject): string | undefined {
  for (const key of Object.keys(entry)) {
    if (key === 'rules') return 'its rules may ask any attribute'
    if (key === 'experiment') {
      const reason = experimentWhyNot(own(entry, key))
      if (reason !== undefined) return reason
    } else if (!ENUMERATED.has(key) && !Object.hasOwn(METADATA, key) && !/^x[-_]/.test(key))
      return key === 'segments' ? 'its segments may ask any attribute' : `${key} may ask anything`
  }
  const gate = own(entry, 'url_for')
  return isJsonObject(gate) ? whyNot(gate) : undefined
}

function experimentWhyNot(experiment: JsonValue | undefined): string | undefined {
  if (!isJsonObject(experiment)) return undefined
  if (truthy(own(experiment, 'targeting')))
    return 'the targeting of its experiment may ask any attribute'
  if (truthy(own(experiment, 'domains')))
    return 'its experiment shares domains with other experiments'
  const who = Object.entries(experiment).filter(([key]) => !OF_EXPERIMENT.has(key))
  return whyNot(Object.fromEntries(who))
}

const WHO = ['admin', 'employee', 'beta', 'gold', 'loggedin', 'loggedout', 'users', 'subreddits']
const ENUMERATED: ReadonlySet<string> = new Set([
  ...WHO,
  ...['enabled', 'url', 'url_for', 'subdomains', 'oauth_clients', 'default'],
  ...['percent_loggedin', 'percent_loggedout'],
])
const OF_EXPERIMENT: ReadonlySet<string> = new Set([
  ...['enabled', 'experiment_id', 'experiment_seed', 'variants', 'page', 'subreddit_only'],
  ...['link_only', 'status', 'targeting', 'traffic', 'domains', 'priority', 'start', 'end'],
])

/** The mappings of selectors in an entry: its own, its experiment's, its gate's. */
function whoMappings(entry: JsonObject): readonly JsonObject[] {
  const experiment = own(entry, 'experiment')
  const gate = own(entry, 'url_for')
  const roles = (isJsonList(gate) ? gate : [gate]).filter((role) => typeof role === 'string')
  return [
    entry,
    ...(isJsonObject(experiment) ? whoMappings(experiment) : []),
    ...(isJsonObject(gate) ? whoMappings(gate) : []),
    Object.fromEntries(roles.map((role) => [role, true])),
  ]
}

const rolesIn = (mappings: readonly JsonObject[]): readonly (readonly Trait[])[] =>
  Object.entries(ROLES).flatMap(([role, words]) =>
    isRole(role) && mappings.some((mapping) => truthy(own(mapping, role)))
      ? [[NONE, { words, user: { [role]: true } }]]
      : [],
  )

const userOf = (name: string): Partial<Trait> => ({ user: { name } })

/** One trait for all names that are in the same lists of a key, and one for those in none. */
function named(
  key: string,
  mappings: readonly JsonObject[],
  words: (name: string) => string,
  trait: (name: string) => Partial<Trait>,
): readonly Trait[] {
  const inLists = new Map<string, string>()
  mappings.forEach((mapping, i) => {
    const list = own(mapping, key)
    for (const item of isJsonList(list) ? list : []) {
      if (typeof item !== 'string' || item === '') continue
      const name = key === 'oauth_clients' ? item : item.toLowerCase()
      inLists.set(name, `${inLists.get(name) ?? ''} ${i}`)
    }
  })
  const alike = new Map<string, string[]>()
  for (const [name, lists] of inLists) {
    const others = alike.get(lists)
    if (others) others.push(name)
    else alike.set(lists, [name])
  }
  return [
    NONE,
    ...[...alike.values()].map(([first = '', ...others]) => ({
      words: others.length === 0 ? words(first) : `${words(first)} or ${others.length} more`,
      ...trait(first),
    })),
  ]
}

/** Each name that a URL may force by, and each two: of several the first counts. */
function urlTraits(entries: readonly JsonObject[]): readonly Trait[] {
  const names = new Set(
    entries.flatMap((entry) => {
      const url = own(entry, 'url')
      return typeof url === 'string' ? [url] : isJsonObject(url) ? Object.keys(url) : []
    }),
  )
  const of = (urlFeatures: readonly string[]): Trait => ({
    words: `with ?feature=${urlFeatures.join(' and ')}`,
    facts: { urlFeatures },
  })
  const all = [...names]
  return [
    NONE,
    ...all.map((name) => of([name])),
    ...all.flatMap((first) =>
      all.flatMap((then) =>
        first === then ? [] : [{ ...of([first, then]), isRare: true as const }],
      ),
    ),
  ]
}

function pageTraits(entries: readonly JsonObject[]): readonly Trait[] {
  const asksPage = entries.some((entry) => {
    const experiment = own(entry, 'experiment')
    return isJsonObject(experiment) && truthy(own(experiment, 'page'))
  })
  const of = (words: string, type: string): Trait => ({
    words,
    facts: { page: { id: 'page', type } },
  })
  return asksPage
    ? [
        NONE,
        of('on a link', 'link'),
        of('on a subreddit', 'subreddit'),
        of('on another page', 'other'),
      ]
    : [NONE]
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
    facts = { ...facts, ...trait.facts }
    user = { ...user, ...trait.user }
  }
  const whole = session.isSignedIn ? { ...facts, user } : facts
  const world = worldOf(whole)
  const words = all.map((trait) => trait.words)
  return {
    words,
    traits: new Set(session.like === undefined ? words : [session.like, ...words]),
    isRare: all.some((trait) => trait.isRare === true),
    world: session.isUnknown ? { ...world, user: unknown } : world,
    facts: whole,
  }
}

const UNKNOWN = new Error('the World cannot say who this is')

function unknown(): never {
  throw UNKNOWN
}
