import type { Asker } from '../core/asker'
import { claimOf } from '../core/decision'
import type { JsonObject } from '../core/json'
import type { Selector } from '../core/selector'
import { nameAmong, textAmong } from './attributes'
import { NAMES, readNames, textsIn } from './values'
import { someOf } from './words'

interface Question {
  readonly summary: string
  /** Whether case is ignored; the visitor's answer is lower-cased already. */
  readonly fold: boolean
  readonly asks: (asker: Asker) => string | null
  /** Those that a list names, for people. */
  readonly words: (names: readonly string[]) => string
  /** The same question as a condition of GrowthBook. */
  readonly condition: (names: readonly string[]) => JsonObject
}

/** Nearly every name: to test it is four times as fast as to lower its letters. */
const LOWER = /^[\x20-\x40\x5B-\x7E]*$/

/** A selector that lists names and asks the World for one. */
function listed(key: string, { summary, fold, asks, words, condition }: Question): Selector {
  const claim = claimOf({ enabled: true, reason: 'TARGETING_MATCH', selector: key })
  return {
    key,
    stage: 'who',
    summary,
    schema: NAMES,
    compile(value, place) {
      const list = readNames(value, place)
      if (!list || list.length === 0) return undefined
      const names = new Set<string>()
      place.each(list, (name) => {
        names.add(fold && !LOWER.test(name) ? name.toLowerCase() : name)
      })
      return (asker) => {
        const name = asks(asker)
        return name !== null && names.has(name) ? claim : undefined
      }
    },
    inWords(value) {
      const names = textsIn(value)
      return names.length === 0 ? undefined : words(names)
    },
    asRules(value) {
      const names = textsIn(value)
      return names.length === 0 ? [] : [{ condition: condition(names) }]
    },
  }
}

export const users = listed('users', {
  summary: 'Visitors by user name; case does not matter.',
  fold: true,
  asks: (asker) => asker.userName(),
  words: (names) => someOf(names, 'user', 'users'),
  condition: nameAmong,
})

export const subreddits = listed('subreddits', {
  summary: 'Requests within one of these subreddits; case does not matter.',
  fold: true,
  asks: (asker) => asker.subreddit(),
  words: (names) => `requests in ${someOf(names, 'subreddit', 'subreddits')}`,
  condition: (names) => textAmong('subreddit', names, true),
})

export const subdomains = listed('subdomains', {
  summary: 'Requests to one of these subdomains; case does not matter.',
  fold: true,
  asks: (asker) => asker.subdomain(),
  words: (names) => `requests to ${someOf(names, 'subdomain', 'subdomains')}`,
  condition: (names) => textAmong('subdomain', names, true),
})

export const oauthClients = listed('oauth_clients', {
  summary: 'Requests by one of these OAuth client ids, in exactly this spelling.',
  fold: false,
  asks: (asker) => asker.oauthClient(),
  words: (names) => `requests by ${someOf(names, 'OAuth client', 'OAuth clients')}`,
  condition: (names) => textAmong('oauthClient', names, false),
})
