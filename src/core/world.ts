import type { JsonValue } from './json'

/** A signed-in visitor. `id` is what is bucketed (r2's fullname); applications may put more on it. */
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
 * Answers are synchronous and total: unknown is `undefined` or `false`. Within one request each question is asked
 * at most once and only when a selector needs it. A method that throws counts as "unknown" and is reported.
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
  /** Anything else, so that a new kind of rule need not grow this interface. */
  attribute(name: string): unknown
}

/** An account as plain data, with the roles that `worldOf` answers from. */
export interface AccountFacts extends Account {
  readonly admin?: boolean
  readonly employee?: boolean
  readonly gold?: boolean
  readonly beta?: boolean
}

/** A World as plain data: what the CLI, the server and tests take as JSON. Every member may be missing. */
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

const factsOf = (user: Account | undefined): AccountFacts => user ?? {}

/** A World that answers from plain data. */
export function worldOf(facts: Facts = {}): World {
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

/** Answers of the current request put in the place of the World's own. A member left out changes nothing. */
export type Overrides = Facts
