import { ROLES, type RoleQuestion, type World } from '../../core/world'

/** What the page says of its visitor. */
export interface VisitorFacts {
  /** The name, or who else it is. */
  readonly called: string
  readonly facts: readonly (readonly [fact: string, value: string])[]
}

const roles = Object.keys(ROLES) as RoleQuestion[]

export function visitorFacts(world: World): VisitorFacts {
  const user = answerOf(() => world.user())
  const name = textOf(() => user?.name)
  const id = textOf(() => user?.id)
  const isSignedIn = answerOf(() => world.isLoggedIn(user)) === true
  const has = (question: RoleQuestion): boolean => answerOf(() => world[question](user)) === true
  const facts = Object.entries({
    id,
    roles: roles
      .filter(has)
      .map((question) => ROLES[question])
      .join(', '),
    loid: textOf(() => world.loid()),
    subreddit: textOf(() => world.subreddit()),
    subdomain: textOf(() => world.subdomain()),
    'OAuth client': textOf(() => world.oauthClient()),
    page: textOf(() => world.page()?.id),
    'asked with': answerOf(() => [...world.urlFeatures()].join(', ')),
  })
  return {
    called: name ?? id ?? (isSignedIn ? 'a visitor without a name' : 'a visitor who is signed out'),
    facts: facts.flatMap(([fact, value]) =>
      value === undefined || value === '' ? [] : [[fact, value] as const],
    ),
  }
}

/** The application answers, and may throw; selectors have reported it. */
function answerOf<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

function textOf(ask: () => unknown): string | undefined {
  const answer = answerOf(ask)
  return typeof answer === 'string' || typeof answer === 'number' ? String(answer) : undefined
}
