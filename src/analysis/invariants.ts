import type { JsonObject, JsonValue } from '../core/json'
import type { Compat } from '../core/selector'
import { ROLES, type Facts } from '../core/world'
import { type AskedTimes, timesOfVersions, TOO_FINE } from './asked-times'
import { closureOf, type Defining } from './closure'
import type { EntryVersion } from './entry-questions'
import { classesOf, type VisitorClass } from './impact-classes'
import { PlannedDraws, segmentsOf } from './impact-draws'
import { type Outcome, Spread } from './impact-spread'
import { newCompilers, PlannedSide } from './planned-side'

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
  /** By name, each with one value. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

/** Features that an invariant asks together, of one live config. */
export interface AskedSide {
  readonly names: readonly string[]
  readonly of: Defining
}

/** What everybody of a kind gets. */
export interface KindOutcomes {
  readonly list: readonly KindOutcome[]
  /** Why there may be others, completing a sentence; undefined where these are all. */
  readonly whyNotAll?: string
}

/** What the visitors of one kind get: the answers in the order of the sides and their features. */
export interface KindOutcome {
  readonly visitors: string
  /** When, in milliseconds since 1970. */
  readonly at: number
  readonly facts: Facts
  /** Few sites have such visitors, as those who are signed in without an id. */
  readonly isRare: boolean
  /** Nothing is true of them that the invariant does not say. */
  readonly isPlain: boolean
  /** What is taken to be so of them that no entry says; there may be nobody of whom it is. */
  readonly assumed: readonly string[]
  readonly outcomes: readonly Outcome[]
}

const LISTS = {
  user: 'users',
  subreddit: 'subreddits',
  subdomain: 'subdomains',
  oauthClient: 'oauth_clients',
} as const

/** When an invariant is asked. */
export interface When {
  readonly now: number
  /** Not later, when experiments start or end and ramps grow. */
  readonly onlyNow?: boolean
}

/**
 * Asks the features together, for every kind of visitor that they or the invariant tell apart and
 * for all their buckets, now and at all times at which answers may be others: when an experiment starts
 * or ends, and while ramps grow. A text says why that cannot be enumerated; it completes a sentence.
 */
export function outcomesOf(
  asked: readonly AskedSide[],
  kind: Kind,
  { now, onlyNow = false }: When,
): KindOutcomes | string {
  const draws = new PlannedDraws()
  const compilers = newCompilers()
  const sides = asked.map(({ names, of }) => ({
    names,
    side: new PlannedSide(closureOf(names, of), draws, compilers),
  }))
  const [first] = sides
  if (first === undefined || sides.some(({ side }) => side.isBroken))
    return 'its entry cannot be read'
  const versions = sides.flatMap(({ side }) => side.versions)
  const classes = classesOf([...versions, ...mentioned(kind)], first.side)
  if (typeof classes === 'string') return classes
  const compat = compatOf(asked)
  const { dates, beside, isTooFine } = onlyNow ? NO_TIMES : timesOfVersions(versions, compat, now)
  const spread = new Spread(sides, draws, segmentsOf(versions, compat))
  const list = [now, ...dates, ...beside].flatMap((time) =>
    classes
      .filter((one) => isOf(one.facts, kind))
      .flatMap((one) => outcomesFor(one, kind, spread, time)),
  )
  if (spread.isCutShort) return 'it has too many combinations of visitors and buckets'
  return isTooFine ? { list, whyNotAll: TOO_FINE } : { list }
}

const NO_TIMES: AskedTimes = { dates: [], beside: [], isTooFine: false }

function compatOf(asked: readonly AskedSide[]): Compat {
  for (const { names, of } of asked)
    for (const name of names) {
      const definition = of.definition(name)
      if (definition) return definition.compat
    }
  return 'liveflag'
}

function outcomesFor(
  of: VisitorClass,
  kind: Kind,
  spread: Spread,
  time: number,
): readonly KindOutcome[] {
  // The first word of a class is whether it is signed in.
  const { attributes = {}, ...others } = kind
  const said =
    Object.entries(others).filter(([key, value]) => key !== 'loggedIn' && value !== false).length +
    Object.keys(attributes).length
  return spread.over(of.world, time).map(({ assumed, outcomes }) => ({
    visitors: [...of.words, ...assumed].join(', '),
    at: time,
    facts: of.facts,
    isRare: of.isRare,
    isPlain: !of.isRare && of.words.length === 1 + said,
    assumed,
    outcomes,
  }))
}

/** Entries that name what the invariant names, so that the classes tell it apart. */
function mentioned(kind: Kind): readonly EntryVersion[] {
  const value: JsonObject = Object.fromEntries([
    ...Object.values(ROLES).flatMap((role): [string, JsonValue][] =>
      kind[role] === undefined ? [] : [[role, true]],
    ),
    ...KEYS.flatMap((key): [string, JsonValue][] =>
      kind[key] === undefined ? [] : [[LISTS[key], [kind[key]]]],
    ),
  ])
  const rules = Object.entries(kind.attributes ?? {}).map(([name, is]) => ({
    condition: { [name]: { $in: [is] } },
  }))
  const common = { feature: '', groups: {}, bandits: {} }
  return [
    { value, isPayload: false, ...common },
    { value: { rules }, isPayload: true, ...common },
  ]
}

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
  for (const [name, is] of Object.entries(kind.attributes ?? {}))
    if (facts.attributes?.[name] !== is) return false
  return KEYS.every((key) => {
    const is = key === 'user' ? user?.name : facts[key]
    const wanted = kind[key]
    return wanted === undefined || wanted === is || wanted.toLowerCase() === is
  })
}
