import { isJsonList, isJsonObject, type JsonObject, own, truthy } from '../core/json'
import type { AccountFacts, Facts } from '../core/world'

/** Something that is true of some visitors and not of others. */
export interface Trait {
  readonly words: string
  readonly facts?: Facts
  readonly user?: AccountFacts
  readonly isRare?: true
}

/** What nothing is said of. */
export const NONE: Trait = { words: '' }

const ROLES = {
  admin: 'admin',
  employee: 'employee',
  beta: 'beta tester',
  gold: 'gold',
} as const satisfies Partial<Record<keyof AccountFacts, string>>

const isRole = (key: string): key is keyof typeof ROLES => Object.hasOwn(ROLES, key)

/** Each dimension has one trait of every visitor; those of an account first. */
export interface Dimensions {
  readonly ofUser: readonly (readonly Trait[])[]
  readonly ofRequest: readonly (readonly Trait[])[]
}

/** Every trait that selectors of entries ask, besides attributes. */
export function dimensionsOf(entries: readonly JsonObject[]): Dimensions {
  const mappings = entries.flatMap(whoMappings)
  const of = (key: string, words: (name: string) => string, fact: keyof Facts): readonly Trait[] =>
    named(key, mappings, words, (name) => ({ facts: { [fact]: name } }))
  return {
    ofUser: [...rolesIn(mappings), named('users', mappings, (name) => `user ${name}`, userOf)],
    ofRequest: [
      of('subreddits', (name) => `in r/${name}`, 'subreddit'),
      of('subdomains', (name) => `at ${name}.`, 'subdomain'),
      of('oauth_clients', (name) => `by ${name}`, 'oauthClient'),
      urlTraits(entries),
      pageTraits(entries),
    ],
  }
}

/** The mappings of selectors in an entry: its own, its experiment's, its gate's. */
export function whoMappings(entry: JsonObject): readonly JsonObject[] {
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
