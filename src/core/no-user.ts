import { type Claim, claimOf } from './decision'

/**
 * r2 would bucket the signed-in visitor but was handed nobody: it crashes there (spec/r2.md, section 2), so here it is
 * an error and never an answer. Made at load, one for each selector that draws.
 */
export function noUser(selector: string): Claim {
  const message = 'the request is signed in, but there is no user whose id could be bucketed; give a user with an id'
  return claimOf({ enabled: false, reason: 'ERROR', selector, error: { code: 'TARGETING_KEY_MISSING', message } })
}
