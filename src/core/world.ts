import type { JsonValue } from './json'
import { isPromise, noPromise } from './guarded'
import { badOption, promisedOption, unknownOption } from './options'

/**
 * A signed-in visitor. `id` is what is bucketed (r2's fullname). An application may add members.
 */
export interface Account {
  readonly id?: string
  readonly name?: string
}

/** The thing behind the current URL; a comment's `id` is its parent link's. */
export interface Page {
  readonly id: string
  /** `link`, `comment`, `subreddit` or anything else. */
  readonly type: string
}

/**
 * The only door to the application: every question a selector may ask about the current request.
 * Answers are synchronous and total: unknown is `undefined` or `false`. Within one request each
 * question is asked at most once and only when a selector needs it. A method that throws counts as
 * "unknown" and is reported.
 */
export interface World {
  user(): Account | undefined
  /** True also for a visitor who is signed in while `user` is someone else or nobody (r2). */
  isLoggedIn(user?: Account): boolean
  isAdmin(user?: Account): boolean
  isEmployee(user?: Account): boolean
  hasGold(user?: Account): boolean
  hasBeta(user?: Account): boolean
  subreddit(): string | undefined
  subdomain(): string | undefined
  oauthClient(): string | undefined
  /** The logged-out id, from a cookie. */
  loid(): string | undefined
  /** Every `feature` parameter of the URL, in URL order. */
  urlFeatures(): Iterable<string>
  page(): Page | undefined
  /**
   * Any other attribute of the visitor, so that a new kind of rule does not add a question here.
   */
  attribute(name: string): unknown
}

/** An account as plain data, with the roles that `worldOf` answers from. */
export interface AccountFacts extends Account {
  readonly admin?: boolean
  readonly employee?: boolean
  readonly gold?: boolean
  readonly beta?: boolean
}

/**
 * A World as plain data: what the CLI, the server and tests take as JSON. Every member may be
 * missing.
 */
export interface Facts {
  readonly user?: AccountFacts | null | undefined
  readonly subreddit?: string | null | undefined
  readonly subdomain?: string | null | undefined
  readonly oauthClient?: string | null | undefined
  readonly loid?: string | null | undefined
  readonly urlFeatures?: readonly string[] | null | undefined
  readonly attributes?: Readonly<Record<string, JsonValue | undefined>> | null | undefined
  readonly page?: Page | null | undefined
}

export type Question = keyof World

/**
 * Every question about a role of an account, with the member of the account's facts that answers
 * it. This table and the next are the one list of questions: overrides, the checks of facts and of
 * middleware options, and the middleware's own World are derived from them. `user`, `isLoggedIn`
 * and `attribute` take other arguments and are in no table.
 */
export const ROLES = {
  isAdmin: 'admin',
  isEmployee: 'employee',
  hasGold: 'gold',
  hasBeta: 'beta',
} as const satisfies Partial<Record<Question, keyof AccountFacts>>

export type RoleQuestion = keyof typeof ROLES

/**
 * Every question about the request itself, with the kind of its fact; question and fact have the
 * same name.
 */
export const REQUEST_FACTS = {
  subreddit: 'text',
  subdomain: 'text',
  oauthClient: 'text',
  loid: 'text',
  urlFeatures: 'texts',
  page: 'page',
} as const satisfies Record<
  Exclude<Question, RoleQuestion | 'user' | 'isLoggedIn' | 'attribute'>,
  'text' | 'texts' | 'page'
>

/**
 * How each question is put to a World. Functions of the module: one that is made for each question
 * would be garbage after it.
 */
export const ASKS = {
  user: (world: World) => world.user(),
  isLoggedIn: (world: World, user: Account | undefined) => world.isLoggedIn(user),
  isAdmin: (world: World, user: Account) => world.isAdmin(user),
  isEmployee: (world: World, user: Account) => world.isEmployee(user),
  hasGold: (world: World, user: Account) => world.hasGold(user),
  hasBeta: (world: World, user: Account) => world.hasBeta(user),
  subreddit: (world: World) => world.subreddit(),
  subdomain: (world: World) => world.subdomain(),
  oauthClient: (world: World) => world.oauthClient(),
  loid: (world: World) => world.loid(),
  urlFeatures: (world: World) => [...noPromise(world.urlFeatures())],
  page: (world: World) => world.page(),
  attribute: (world: World, name: string) => world.attribute(name),
} as const satisfies Record<Question, unknown>

export type RequestQuestion = keyof typeof REQUEST_FACTS

type RoleAnswers = { readonly [Q in RoleQuestion]: World[Q] }

/** A World's answers about the request, as a type that can be indexed by any question. */
export type RequestAnswers = { readonly [Q in RequestQuestion]: () => ReturnType<World[Q]> }

/** Builds the answers to all questions about roles. */
export const answerRoles = (
  answer: (question: RoleQuestion) => World[RoleQuestion],
): RoleAnswers => ({
  isAdmin: answer('isAdmin'),
  isEmployee: answer('isEmployee'),
  hasGold: answer('hasGold'),
  hasBeta: answer('hasBeta'),
})

/** Builds the answers to all questions about the request. */
export const answerRequest = (
  answer: <Q extends RequestQuestion>(question: Q) => () => ReturnType<World[Q]>,
): RequestAnswers => ({
  subreddit: answer('subreddit'),
  subdomain: answer('subdomain'),
  oauthClient: answer('oauthClient'),
  loid: answer('loid'),
  urlFeatures: answer('urlFeatures'),
  page: answer('page'),
})

const factsOf = (user: Account | undefined): AccountFacts => user ?? {}

/**
 * A World that answers from plain data.
 *
 * @example const world = worldOf({ user: { id: 't2_beef', name: 'gary', gold: true }, attributes: {
 * country: 'KZ' } }) features.for(world).isEnabled('some_flag')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on a member that facts do not have
 */
export function worldOf(facts: Facts = {}): World {
  checkFacts(facts)
  return answeringFrom(facts)
}

export const FACTS: readonly (keyof Facts)[] = [
  'user',
  'subreddit',
  'subdomain',
  'oauthClient',
  'loid',
  'urlFeatures',
  'page',
  'attributes',
] satisfies (keyof Facts)[]

function checkFacts(facts: Facts): void {
  if (typeof facts !== 'object' || (facts as unknown) === null)
    throw badOption('worldOf', 'the first argument', facts, 'an object, such as { user: { id } }')
  const promised = promisedFact(facts)
  if (promised !== undefined) throw promisedOption('worldOf', promised)
  const unknown = unknownFact(facts)
  if (unknown !== undefined) throw unknownOption('worldOf', unknown, FACTS)
}

/** A promise where a fact belongs would be an account that is signed in and has no id. */
function promisedFact(facts: Facts): string | undefined {
  if (isPromise(facts)) return 'the first argument'
  for (const name in facts) if (isPromise(readIn(facts, name))) return name
  return undefined
}

function readIn(facts: object, name: string): unknown {
  try {
    return Reflect.get(facts, name)
  } catch {
    return undefined
  }
}

const FACT_NAMES: ReadonlySet<string> = new Set(FACTS)

/** The first member that facts do not have; it would be ignored without a word. */
export function unknownFact(facts: object): string | undefined {
  // Without a list of the names: every request makes a World.
  for (const name in facts) if (!FACT_NAMES.has(name) && Object.hasOwn(facts, name)) return name
  return undefined
}

/** The same without a check for unknown members. */
export function answeringFrom(facts: Facts): World {
  return {
    user: () => facts.user ?? undefined,
    isLoggedIn: (user) => Boolean(user ?? facts.user),
    isAdmin: (user) => factsOf(user).admin === true,
    isEmployee: (user) => factsOf(user).employee === true,
    hasGold: (user) => factsOf(user).gold === true,
    hasBeta: (user) => factsOf(user).beta === true,
    subreddit: () => facts.subreddit ?? undefined,
    subdomain: () => facts.subdomain ?? undefined,
    oauthClient: () => facts.oauthClient ?? undefined,
    loid: () => facts.loid ?? undefined,
    urlFeatures: () => facts.urlFeatures ?? [],
    page: () => facts.page ?? undefined,
    attribute: (name) =>
      facts.attributes && Object.hasOwn(facts.attributes, name)
        ? facts.attributes[name]
        : undefined,
  }
}

/** Facts that replace answers of the World for one question. A missing member replaces nothing. */
export type Overrides = Facts
