import type { Asker } from './asker'
import { onceFor } from './guarded'
import type { Account, Facts, Overrides, World } from './world'

/**
 * How an override that says "none" (`user: null`, `subreddit: ''`) is read. `'none'`: the visitor has none.
 * `'own'`: r2's way, a falsy override falls back to the request's own (docs/spec/r2.md, section 3).
 */
export type EmptyOverride = 'none' | 'own'

/** The same World with some answers replaced; roles are still asked of the World, about the given user. */
export function override(world: World, overrides: Overrides, empty: EmptyOverride): World {
  const given = (key: keyof Facts): boolean =>
    overrides[key] !== undefined && (empty === 'none' || Boolean(overrides[key]))
  const pick = <T>(key: keyof Facts, answer: () => T, own: () => T): (() => T) =>
    given(key) ? answer : own
  const asked = overrides.attributes
  return {
    ...withUser(world, given('user') ? { user: overrides.user ?? undefined } : undefined),
    subreddit: pick(
      'subreddit',
      () => overrides.subreddit ?? undefined,
      () => world.subreddit(),
    ),
    subdomain: pick(
      'subdomain',
      () => overrides.subdomain ?? undefined,
      () => world.subdomain(),
    ),
    oauthClient: pick(
      'oauthClient',
      () => overrides.oauthClient ?? undefined,
      () => world.oauthClient(),
    ),
    loid: pick(
      'loid',
      () => overrides.loid ?? undefined,
      () => world.loid(),
    ),
    urlFeatures: pick<Iterable<string>>(
      'urlFeatures',
      () => overrides.urlFeatures ?? [],
      () => world.urlFeatures(),
    ),
    page: pick(
      'page',
      () => overrides.page ?? undefined,
      () => world.page(),
    ),
    attribute: (name) =>
      asked && Object.hasOwn(asked, name) ? asked[name] : world.attribute(name),
  }
}

type UserAnswers = Pick<
  World,
  'user' | 'isLoggedIn' | 'isAdmin' | 'isEmployee' | 'hasGold' | 'hasBeta'
>

function withUser(world: World, given: { user: Account | undefined } | undefined): UserAnswers {
  const user = given ? () => given.user : () => world.user()
  return {
    user,
    // Without an account the question must not reach the World, which would answer for the request's own visitor.
    isLoggedIn: given && !given.user ? () => false : (account) => world.isLoggedIn(account),
    isAdmin: (account) => world.isAdmin(account),
    isEmployee: (account) => world.isEmployee(account),
    hasGold: (account) => world.hasGold(account),
    hasBeta: (account) => world.hasBeta(account),
  }
}

type OfAccount = 'isLoggedIn' | 'isAdmin' | 'isEmployee' | 'hasGold' | 'hasBeta'

/**
 * The World through what its asker knows, for questions with overrides: what the request has asked already is not
 * asked again, and about another account each question goes out once.
 */
export function askedWorld(world: World, asker: Asker): World {
  const of = (question: OfAccount): ((user?: Account) => boolean) => {
    const ofOthers = onceFor((user: Account | undefined) => world[question](user))
    return (user) => ((user ?? null) === asker.user() ? own(question, asker) : ofOthers(user))
  }
  return {
    user: () => asker.user() ?? undefined,
    isLoggedIn: of('isLoggedIn'),
    isAdmin: of('isAdmin'),
    isEmployee: of('isEmployee'),
    hasGold: of('hasGold'),
    hasBeta: of('hasBeta'),
    subreddit: () => asker.subreddit() ?? undefined,
    subdomain: () => asker.subdomain() ?? undefined,
    oauthClient: () => asker.oauthClient() ?? undefined,
    loid: () => asker.loid() ?? undefined,
    urlFeatures: () => asker.urlFeatures(),
    page: () => asker.page() ?? undefined,
    // Not the asker's: its `id` is this visitor's, and the override may be about another.
    attribute: (name) => asker.worldAttribute(name),
  }
}

function own(question: OfAccount, asker: Asker): boolean {
  // Who could not be told stays unknown, and is not taken for signed out.
  if (question === 'isLoggedIn' && !asker.isLoggedIn() && !asker.isLoggedOut())
    throw new Error('the World could not tell whether somebody is signed in')
  return asker[question]()
}
