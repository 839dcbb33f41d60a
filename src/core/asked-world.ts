import type { Asker } from './asker'
import { onceFor } from './once'
import type { Account, World } from './world'

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
  if (question === 'isLoggedIn' && !asker.isLoggedIn() && !asker.isLoggedOut()) throw new Error('the World could not tell whether somebody is signed in')
  return asker[question]()
}
