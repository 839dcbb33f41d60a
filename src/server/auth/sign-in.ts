import type { ServerDatabase } from '../database'
import type { Principal } from '../principal'
import { StoredMap } from '../stored-map'
import { type StoredSession, Sessions } from './sessions'
import { SignInThrottle } from './sign-in-throttle'

/** What a sign-in did: a session, a wrong token, or a wait. */
export type SignedIn =
  | { readonly kind: 'session'; readonly id: string; readonly principal: Principal }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number }

/** Who signs in with a token. */
export interface Person {
  readonly tokenId: string
  readonly principal: Principal
}

export interface SignInOptions {
  readonly database: ServerDatabase | undefined
  readonly sessionIdleMs: number
  readonly now: () => number
  /** Whose a token is, and its id; undefined of a text that nobody can sign in with. */
  readonly personOf: (token: string) => Person | undefined
}

/** Exchanges tokens for sessions. */
export class SignIn {
  readonly sessions: Sessions
  private readonly throttle: SignInThrottle

  constructor(private readonly options: SignInOptions) {
    const { database, sessionIdleMs, now } = options
    const stored = new StoredMap<StoredSession>(database, 'sessions')
    this.sessions = new Sessions(stored, sessionIdleMs, now)
    this.throttle = new SignInThrottle(now)
  }

  /** @param former the session that the browser has, which ends when a new one begins */
  signIn(token: string, address: string, former: string | undefined): SignedIn {
    const seconds = this.throttle.waitSeconds(address)
    if (seconds > 0) return { kind: 'wait', seconds }
    const person = this.options.personOf(token)
    if (person === undefined) {
      this.throttle.wrong(address)
      return { kind: 'wrong' }
    }
    this.throttle.right(address)
    if (former !== undefined) this.sessions.end(former)
    return { kind: 'session', id: this.sessions.begin(person.tokenId), principal: person.principal }
  }
}
