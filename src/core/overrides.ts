import { isPromise, noPromise, PromisedAnswer } from './guarded'
import {
  type Account,
  answeringFrom,
  answerRequest,
  answerRoles,
  FACTS,
  type Facts,
  type Overrides,
  type RequestAnswers,
  type World,
} from './world'

/**
 * How an override that says "none" (`user: null`, `subreddit: ''`) is read. `'none'`: the visitor
 * has none. `'own'`: r2's way, a falsy override falls back to the request's own (docs/spec/r2.md,
 * section 3).
 */
export type EmptyOverride = 'none' | 'own'

/**
 * The same World with some answers replaced; roles are still asked of the World, about the given
 * user.
 */
export function override(world: World, overrides: Overrides, empty: EmptyOverride): World {
  const isGiven = (fact: keyof Facts): boolean =>
    overrides[fact] !== undefined && (empty === 'none' || Boolean(overrides[fact]))
  const given = answeringFrom(overrides)
  const replaced: RequestAnswers = given
  const own: RequestAnswers = world
  const hasUser = isGiven('user')
  const { attributes } = overrides
  return {
    user: () => (hasUser ? given : world).user(),
    // Without an account the question must not reach the World, which would answer it for the
    // request's own visitor.
    isLoggedIn: (account) => (hasUser && !overrides.user ? false : world.isLoggedIn(account)),
    ...answerRoles((question) => (account) => world[question](account)),
    ...answerRequest((question) =>
      isGiven(question) ? replaced[question] : () => own[question](),
    ),
    attribute: (name) =>
      (attributes && Object.hasOwn(attributes, name) ? given : world).attribute(name),
  }
}

/** The same World about another account, or about nobody. All other answers stay. */
export const aboutAccount = (world: World, account: Account | undefined): World => ({
  ...override(world, {}, 'own'),
  user: () => account,
})

/**
 * The members of overrides, each read once. A member that throws is left out and its error goes to
 * `failed`, because an answer must not throw.
 */
export function readOverrides(
  overrides: Overrides,
  failed: (member: string, error: unknown) => void,
): Facts {
  const read: Record<string, unknown> = {}
  if (isPromise(overrides)) failed('the overrides', new PromisedAnswer())
  for (const fact of FACTS) {
    try {
      const value: unknown = noPromise(overrides[fact])
      if (value !== undefined) read[fact] = value
    } catch (error) {
      failed(`the override ${fact}`, error)
    }
  }
  return read
}
