import { createHash, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { StoredMap } from '../stored-map'

/** A session as it is stored, by the hash of its id: who reads the database can be nobody. */
export interface StoredSession {
  /** The id of the token that it was begun with: it ends when that is revoked. */
  readonly tokenId: string
  readonly begunAt: number
  readonly usedAt: number
}

export const COOKIE = 'liveflag_session'
/** However busy it is. */
const LONGEST_MS = 7 * 86_400_000
/** How exactly the time of the last use is stored: each request would write it otherwise. */
const USED_STEP_MS = 60_000
/** The oldest makes room for a new one. */
const MOST = 10_000

/** Who is signed in. */
export class Sessions {
  constructor(
    private readonly stored: Pick<
      StoredMap<StoredSession>,
      'get' | 'set' | 'delete' | 'entries' | 'size'
    >,
    private readonly idleMs: number,
    private readonly now: () => number,
  ) {}

  /** Begins a session, always of a new id, and returns that. */
  begin(tokenId: string): string {
    this.removeEnded()
    const id = randomBytes(32).toString('base64url')
    const now = this.now()
    this.stored.set(keyOf(id), { tokenId, begunAt: now, usedAt: now })
    return id
  }

  /** The id of the token that a session was begun with; undefined when it has ended. */
  tokenOf(id: string): string | undefined {
    const key = keyOf(id)
    const session = this.stored.get(key)
    if (session === undefined) return undefined
    if (!this.isOpen(session)) {
      this.stored.delete(key)
      return undefined
    }
    const now = this.now()
    if (now - session.usedAt >= Math.min(USED_STEP_MS, this.idleMs / 2))
      this.stored.set(key, { ...session, usedAt: now })
    return session.tokenId
  }

  end(id: string): void {
    this.stored.delete(keyOf(id))
  }

  /** One of a clock that was ahead would be open until that time has come, so it has ended. */
  private isOpen({ begunAt, usedAt }: StoredSession): boolean {
    const now = this.now()
    return Math.abs(now - usedAt) < this.idleMs && Math.abs(now - begunAt) < LONGEST_MS
  }

  private removeEnded(): void {
    for (const [key, session] of this.stored.entries())
      if (!this.isOpen(session)) this.stored.delete(key)
    const surplus = this.stored.size - MOST + 1
    if (surplus > 0)
      for (const [key] of this.stored.entries().slice(0, surplus)) this.stored.delete(key)
  }
}

/** SHA-256. An id is random, so it needs no salt. */
const keyOf = (id: string): string => createHash('sha256').update(id).digest('hex')

/** The id of the session that a request names. */
export const sessionIn = ({ cookie }: IncomingHttpHeaders): string | undefined =>
  cookie === undefined ? undefined : parseCookie(cookie)[COOKIE] || undefined

/** The `Set-Cookie` of a session; without an id it removes the cookie. */
export const sessionCookie = (
  id: string | undefined,
  { mount, isSecure }: { readonly mount: string; readonly isSecure: boolean },
): string =>
  stringifySetCookie({
    name: COOKIE,
    value: id ?? '',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure,
    path: mount === '' ? '/' : mount,
    ...(id === undefined && { maxAge: 0 }),
  })
