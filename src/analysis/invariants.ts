import type { Claim } from '../core/decision'
import type { DefinitionInForce } from '../core/feature'
import type { JsonObject, JsonValue } from '../core/json'
import { ROLES, type Facts } from '../core/world'
import { compileEntry } from '../live-config/compile-entry'
import { classesOf, type VisitorClass } from './impact-classes'
import { PlannedDraws, segmentsOf } from './impact-draws'
import { datesIn, Spread } from './impact-spread'

/** Whom an invariant is about. What is left out may be anything. */
export interface Kind {
  readonly loggedIn?: boolean
  readonly admin?: boolean
  readonly employee?: boolean
  readonly gold?: boolean
  readonly beta?: boolean
  readonly user?: string
  readonly subreddit?: string
  readonly subdomain?: string
  readonly oauthClient?: string
}

/** One feature of an invariant; two versions of a feature are two. */
export interface Asked {
  readonly name: string
  readonly definition: DefinitionInForce | undefined
}

/** What the visitors of one kind get: the answers in the order of the features. */
export interface KindOutcome {
  readonly visitors: string
  readonly facts: Facts
  /** Few sites have such visitors, as those who are signed in without an id. */
  readonly isRare: boolean
  /** Nothing is true of them that the invariant does not say. */
  readonly isPlain: boolean
  readonly outcomes: readonly { readonly share: number; readonly claims: readonly Claim[] }[]
}

const LISTS = {
  user: 'users',
  subreddit: 'subreddits',
  subdomain: 'subdomains',
  oauthClient: 'oauth_clients',
} as const

/**
 * Asks the features together, for every kind of visitor that they or the invariant tell apart and
 * for all their buckets, now and at each date at which an experiment starts or ends. A text says why
 * that cannot be enumerated; it completes a sentence.
 */
export function outcomesOf(
  asked: readonly Asked[],
  kind: Kind,
  now: number,
  onlyNow = false,
): readonly KindOutcome[] | string {
  const [reason] = asked.flatMap(({ name, definition }) =>
    definition?.isPayload ? [`of ${name}, its rules may ask any attribute`] : [],
  )
  if (reason !== undefined) return reason
  const values = asked.map(({ definition }) => definition?.value ?? 'off')
  const classes = classesOf([...values, mentioned(kind)])
  if (typeof classes === 'string') return classes
  const draws = new PlannedDraws()
  const { compat, loggedOutExperiments, forcesByUrl } =
    asked.find(({ definition }) => definition)?.definition ?? NOWHERE
  const compiled = asked.flatMap(({ name }, i) => {
    const semantics = { compat, loggedOutExperiments, bucketing: draws }
    return compileEntry(name, values[i] as JsonValue, semantics) ?? []
  })
  if (compiled.length < asked.length) return 'its entry cannot be read'
  const spread = new Spread(compiled, draws, segmentsOf(values, compat))
  const times = onlyNow ? [now] : [now, ...datesIn(values).filter((date) => date > now)]
  const found = times.flatMap((time) =>
    classes
      .filter((one) => isOf(one.facts, kind))
      .map((one) => outcome(one, kind, spread, forcesByUrl, time)),
  )
  return spread.isCutShort ? 'it has too many combinations of visitors and buckets' : found
}

/** How a feature is read that no live config has. */
const NOWHERE = { compat: 'liveflag', loggedOutExperiments: true, forcesByUrl: true } as const

function outcome(
  of: VisitorClass,
  kind: Kind,
  spread: Spread,
  forcesByUrl: boolean,
  time: number,
): KindOutcome {
  const outcomes: { share: number; claims: readonly Claim[] }[] = []
  spread.over(of.world, forcesByUrl, time, (share, claims) => outcomes.push({ share, claims }))
  // The first word of a class is whether it is signed in.
  const said = Object.entries(kind).filter(([key, value]) => key !== 'loggedIn' && value !== false)
  return {
    visitors: of.words.join(', '),
    facts: of.facts,
    isRare: of.isRare,
    isPlain: !of.isRare && of.words.length === 1 + said.length,
    outcomes,
  }
}

/** An entry that names what the invariant names, so that the classes tell it apart. */
const mentioned = (kind: Kind): JsonObject =>
  Object.fromEntries([
    ...Object.values(ROLES).flatMap((role): [string, JsonValue][] =>
      kind[role] === undefined ? [] : [[role, true]],
    ),
    ...KEYS.flatMap((key): [string, JsonValue][] =>
      kind[key] === undefined ? [] : [[LISTS[key], [kind[key]]]],
    ),
  ])

const KEYS = ['user', 'subreddit', 'subdomain', 'oauthClient'] as const

function isOf(facts: Facts, kind: Kind): boolean {
  const { user } = facts
  const isSignedIn = user !== undefined
  if (kind.loggedIn !== undefined && kind.loggedIn !== isSignedIn) return false
  if (
    Object.values(ROLES).some(
      (role) => kind[role] !== undefined && kind[role] !== (user?.[role] ?? false),
    )
  )
    return false
  return KEYS.every((key) => {
    const is = key === 'user' ? user?.name : facts[key]
    const wanted = kind[key]
    return wanted === undefined || wanted === is || wanted.toLowerCase() === is
  })
}
