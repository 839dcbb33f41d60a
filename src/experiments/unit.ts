import type { Asker } from '../core/asker'
import type { Assignment } from '../core/assignment'
import type { UnitKind } from '../core/bucketing'
import { type JsonObject, own, truthy } from '../core/json'

/** Stands for the unit of a request that is signed in but whose user has no id. */
export const NOBODY = Symbol('nobody')

/** Returns the unit that an experiment buckets for a request; null when the request has none. */
export interface UnitSource {
  readonly kind: Assignment['kind']
  readonly unitOf: (asker: Asker) => string | typeof NOBODY | null
}

/**
 * The signed-in user's id, else the loid when logged-out experiments are on (docs/spec/r2.md,
 * section 9.2).
 */
export const userUnit = (loggedOutExperiments: boolean): UnitSource =>
  loggedOutExperiments ? USER_OR_LOID : USER

const USER: UnitSource = {
  kind: 'user',
  unitOf: (asker) => (asker.isLoggedIn() ? (asker.userId() ?? NOBODY) : null),
}

const USER_OR_LOID: UnitSource = {
  kind: 'user',
  unitOf: (asker) => {
    if (asker.isLoggedIn()) return asker.userId() ?? NOBODY
    return asker.isLoggedOut() ? asker.loid() : null
  },
}

/** The page of the URL, whoever visits it (docs/spec/r2.md, section 10). */
export function pageUnit(experiment: JsonObject): UnitSource {
  const subredditOnly = truthy(own(experiment, 'subreddit_only'))
  const linkOnly = truthy(own(experiment, 'link_only'))
  return {
    kind: 'page',
    unitOf: (asker) => {
      const page = asker.page()
      if (!page?.id) return null
      if (subredditOnly && page.type !== 'subreddit') return null
      if (linkOnly && page.type !== 'link' && page.type !== 'comment') return null
      return page.id
    },
  }
}

/** What kind of id the unit of a visitor is. */
export const unitKindOf = ({ kind }: UnitSource, asker: Asker): UnitKind => {
  if (kind === 'page') return 'page'
  return asker.isLoggedIn() ? 'user' : 'loid'
}
