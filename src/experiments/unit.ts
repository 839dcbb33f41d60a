import type { Asker } from '../core/asker'
import type { JsonObject } from '../core/json'
import { own } from '../core/json'
import { truthy } from '../core/python'

/** What an experiment buckets for this request. `nobody`: a signed-in request whose user has no id. */
export type Unit = { readonly kind: 'user' | 'page'; readonly id: string } | 'nobody' | undefined

export type UnitOf = (asker: Asker) => Unit

/** The signed-in user's id, else the loid when logged-out experiments are on (spec/r2.md, section 9.2). */
export function userUnit(loggedOutExperiments: boolean): UnitOf {
  return (asker) => {
    if (asker.isLoggedIn()) {
      const id = asker.userId()
      return id === null ? 'nobody' : { kind: 'user', id }
    }
    const loid = loggedOutExperiments ? asker.loid() : null
    return loid === null ? undefined : { kind: 'user', id: loid }
  }
}

/** The page behind the URL, whoever visits it (spec/r2.md, section 10). */
export function pageUnit(experiment: JsonObject): UnitOf {
  const subredditOnly = truthy(own(experiment, 'subreddit_only'))
  const linkOnly = truthy(own(experiment, 'link_only'))
  return (asker) => {
    const page = asker.page()
    if (!page?.id) return undefined
    if (subredditOnly && page.type !== 'subreddit') return undefined
    if (linkOnly && page.type !== 'link' && page.type !== 'comment') return undefined
    return { kind: 'page', id: page.id }
  }
}
