import type { Selector } from '../core/selector'
import { bucketing } from './bucketing'
import { enabled } from './enabled'
import { experiment } from './experiment'
import { holdouts } from './holdouts'
import { oauthClients, subdomains, subreddits, users } from './names'
import { percentLoggedin, percentLoggedout } from './percent'
import { admin, beta, employee, gold, loggedin, loggedout } from './roles'
import { defaultValue, rules } from './rules'
import { segments } from './segments'
import { url } from './url'

/**
 * Every key of an entry that can claim a visitor. The order is the precedence, r2's
 * (docs/spec/r2.md, sections 5 and 6).
 */
export const selectors: readonly Selector[] = [
  holdouts,
  enabled,
  url,
  admin,
  employee,
  beta,
  gold,
  loggedin,
  loggedout,
  users,
  subreddits,
  subdomains,
  oauthClients,
  segments,
  bucketing,
  percentLoggedin,
  percentLoggedout,
  experiment,
  rules,
  defaultValue,
]
