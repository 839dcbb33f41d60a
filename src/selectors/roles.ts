import type { Asker } from '../core/asker'
import { claimOf } from '../core/decision'
import { type JsonObject, truthy } from '../core/json'
import { FLAG, type Match, type Selector } from '../core/selector'
import { LOGGED_IN, LOGGED_OUT, roleOf } from './attributes'
import { readFlag } from './values'

/** A selector that is switched on with `true` and asks the World one question. */
function role(
  key: string,
  summary: string,
  words: string,
  asks: (asker: Asker) => boolean,
  condition: JsonObject = roleOf(key),
): Selector {
  // One claim and one match for all features: neither knows the feature.
  const claim = claimOf({ enabled: true, reason: 'TARGETING_MATCH', selector: key })
  const match: Match = (asker) => (asks(asker) ? claim : undefined)
  return {
    key,
    stage: 'who',
    summary,
    schema: FLAG,
    compile: (value, place) => (readFlag(value, place) ? match : undefined),
    inWords: (value) => (truthy(value) ? words : undefined),
    asRules: (value) => (truthy(value) ? [{ condition }] : []),
  }
}

export const admin = role('admin', 'Visitors who are admins.', 'admins', (asker) => asker.isAdmin())
export const employee = role('employee', 'Visitors who are employees.', 'employees', (asker) =>
  asker.isEmployee(),
)
export const beta = role('beta', 'Visitors who opted into beta.', 'beta testers', (asker) =>
  asker.hasBeta(),
)
export const gold = role('gold', 'Visitors with gold.', 'visitors with gold', (asker) =>
  asker.hasGold(),
)
export const loggedin = role(
  'loggedin',
  'Every signed-in visitor.',
  'all signed-in visitors',
  (asker) => asker.isLoggedIn(),
  LOGGED_IN,
)
export const loggedout = role(
  'loggedout',
  'Every visitor who is not signed in.',
  'all signed-out visitors',
  (asker) => asker.isLoggedOut(),
  LOGGED_OUT,
)

/** All selectors of roles, for keys that name roles. */
export const roles: readonly Selector[] = [admin, employee, beta, gold, loggedin, loggedout]
