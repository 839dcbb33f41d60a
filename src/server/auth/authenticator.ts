import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Authenticate } from '../options'
import type { KnownBy, Principal, Scope } from '../principal'
import { csrfToken } from './csrf'
import type { ProxyUsers } from './proxy-user'
import { withImplied } from '../roles'
import { sessionIn, type Sessions } from './sessions'
import type { Person } from './sign-in'
import { hashOf, idOf } from './token'
import type { TokenRow, TokenStore } from '../token-store'

const ALL = withImplied(['admin'])
/** Whoever asks from elsewhere may see and use everything, and edit nothing. */
const OPEN: ReadonlySet<Scope> = new Set<Scope>(['none', 'evaluate', 'read', 'write', 'viewer'])
const NONE: ReadonlySet<Scope> = new Set<Scope>(['none'])

const anonymous = (scopes: ReadonlySet<Scope>): Principal => ({
  name: undefined,
  scopes,
  clientOnly: false,
  environment: undefined,
})
/** Whoever sits at this machine. */
const LOCAL = anonymous(ALL)
const ANYBODY = anonymous(OPEN)
/** May call what needs no token. */
const NOBODY = anonymous(NONE)

/** Compared with when there is no such token, so that an answer takes as long as with one. */
const NO_HASH = Buffer.alloc(32)

export interface AuthenticatorOptions {
  readonly tokens: Pick<TokenStore, 'rows'> | undefined
  readonly authenticate: Authenticate | undefined
  /** The server's; tokens of another cannot sign in. Empty: every token may. */
  readonly environment: string
  /** Callers without a token are let in from every address, while there is no token. */
  readonly open: boolean
  /** Origins of pages that may ask; `*` is all. */
  readonly cors: readonly string[]
  readonly sessions: Pick<Sessions, 'tokenOf'>
  readonly proxyUsers: Pick<ProxyUsers, 'isOn' | 'isProxy' | 'userOf'>
  /** Tokens against forged requests are made with it. */
  readonly secret: Uint8Array
}

/** Who a request is from. */
export interface Caller {
  readonly principal: Principal
  /** A token was sent that is not valid. */
  readonly isRefused: boolean
  /** It comes from this machine, by another name or for a page from elsewhere. */
  readonly isForeign?: boolean
  /** Undefined of somebody who is not known. */
  readonly knownBy?: KnownBy
  /** What a browser of this caller must send with what changes something; of routes for sessions. */
  readonly csrf?: string
}

/** How a route lets callers in. */
export interface Entrance {
  /** The token that the path has; one in a header wins. */
  readonly tokenInPath?: string | undefined
  /** Whether people who are signed in may come, too. */
  readonly forSessions?: boolean | undefined
}

/** Finds out who a request is from: by a function of the application, or by tokens. */
export class Authenticator {
  private known = tokensOf(NO_ROWS)

  constructor(private readonly options: AuthenticatorOptions) {}

  /** Whether callers must have a token. One that is revoked counts: it must not open the door. */
  get needsTokens(): boolean {
    const { authenticate, proxyUsers } = this.options
    return authenticate !== undefined || proxyUsers.isOn || this.tokens.byId.size > 0
  }

  /** @param address of the caller; this machine's needs no token while there is none */
  identify(
    request: IncomingMessage,
    address: string,
    { tokenInPath, forSessions = false }: Entrance = {},
  ): Caller | Promise<Caller> {
    const { authenticate } = this.options
    if (authenticate) return this.byApplication(authenticate, request, forSessions)
    const given = credentialOf(request.headers) ?? tokenInPath
    // Also without a token, and of one that is not known, both sides are hashed and compared.
    const principal = this.check(given ?? '')
    if (principal) return { principal, isRefused: false, knownBy: 'token' }
    const signedIn =
      forSessions && given === undefined ? this.bySession(request.headers) : undefined
    return signedIn ?? this.withoutToken(request, address, given !== undefined, forSessions)
  }

  /** Whose a token is; undefined of one that no person may sign in with here. */
  personOf(token: string): Person | undefined {
    const tokenId = idOf(token)
    const principal = this.check(token)
    if (tokenId === undefined || principal === undefined) return undefined
    const { environment } = this.options
    const isElsewhere = environment !== '' && (principal.environment ?? environment) !== environment
    return principal.clientOnly || isElsewhere || !principal.scopes.has('viewer')
      ? undefined
      : { tokenId, principal }
  }

  private withoutToken(
    request: IncomingMessage,
    address: string,
    isRefused: boolean,
    forSessions: boolean,
  ): Caller {
    const { open, proxyUsers } = this.options
    if (proxyUsers.isProxy(request)) return this.byProxy(request, isRefused, forSessions)
    if (this.known.byId.size > 0) return { principal: NOBODY, isRefused }
    const isLocal = isLoopback(address)
    const isForeign = isLocal && !this.isOfThisMachine(request.headers)
    if (isLocal && !isForeign && !isForwarded(request.headers))
      return {
        principal: LOCAL,
        isRefused: false,
        isForeign,
        ...this.proven('address', '', forSessions),
      }
    if (open)
      return { principal: ANYBODY, isRefused: false, ...this.proven('address', '', forSessions) }
    if (!isLocal || isForeign) return { principal: NOBODY, isRefused: false, isForeign }
    return { principal: ANYBODY, isRefused: false, ...this.proven('address', '', forSessions) }
  }

  private bySession(headers: IncomingHttpHeaders): Caller | undefined {
    const id = sessionIn(headers)
    const tokenId = id === undefined ? undefined : this.options.sessions.tokenOf(id)
    const token = tokenId === undefined ? undefined : this.tokens.byId.get(tokenId)
    if (id === undefined || token === undefined || token.isRevoked) return undefined
    return {
      principal: token.principal,
      isRefused: false,
      knownBy: 'session',
      csrf: csrfToken(id, 'session'),
    }
  }

  /** Of a proxy nobody is this machine's: without a name it has let in somebody unknown. */
  private byProxy(request: IncomingMessage, isRefused: boolean, forSessions: boolean): Caller {
    const principal = forSessions ? this.options.proxyUsers.userOf(request) : undefined
    return principal
      ? { principal, isRefused: false, ...this.proven('proxy', principal.name ?? '', true) }
      : { principal: NOBODY, isRefused }
  }

  private async byApplication(
    authenticate: Authenticate,
    request: IncomingMessage,
    forSessions: boolean,
  ): Promise<Caller> {
    const given = await authenticate(request)
    if (given === null) return { principal: NOBODY, isRefused: true }
    const principal = { ...given, scopes: withImplied(given.scopes) }
    return {
      principal,
      isRefused: false,
      ...this.proven('application', given.name ?? '', forSessions),
    }
  }

  private proven(
    knownBy: KnownBy,
    name: string,
    forSessions: boolean,
  ): Pick<Caller, 'knownBy' | 'csrf'> {
    if (!forSessions) return { knownBy }
    return { knownBy, csrf: csrfToken(this.options.secret, `${knownBy}\0${name}`) }
  }

  /**
   * False of a page from elsewhere in a browser on this machine: its name resolves to 127.0.0.1 (DNS
   * rebinding), or it sends requests whose answers it may not read.
   */
  private isOfThisMachine({ host = '', origin }: IncomingHttpHeaders): boolean {
    const { cors } = this.options
    const isKnown = origin === undefined || cors.includes('*') || cors.includes(origin)
    return isLoopbackHost(host) && (isKnown || isLoopbackHost(origin.replace(/^https?:\/\//, '')))
  }

  /**
   * A token that is right is hashed once, so that right tokens are answered sooner. All others take
   * the same time as each other: a text that is none of those is always hashed and compared.
   */
  private check(given: string): Principal | undefined {
    const { byId, right } = this.tokens
    // Without a token there is nothing to find out.
    if (byId.size === 0) return undefined
    const known = right.get(given)
    if (known !== undefined) return known
    const token = byId.get(idOf(given) ?? '')
    const isSame = timingSafeEqual(hashOf(given), token?.hash ?? NO_HASH)
    if (!isSame || token === undefined || token.isRevoked) return undefined
    right.set(given, token.principal)
    return token.principal
  }

  private get tokens(): Tokens {
    const rows = this.options.tokens?.rows() ?? NO_ROWS
    if (rows !== this.known.rows) this.known = tokensOf(rows)
    return this.known
  }
}

/** Every token, as the rows of one moment have them. */
interface Tokens {
  readonly rows: readonly TokenRow[]
  readonly byId: ReadonlyMap<string, Token>
  /** Texts that have been found to be tokens in force. */
  readonly right: Map<string, Principal>
}

const NO_ROWS: readonly TokenRow[] = []

const tokensOf = (rows: readonly TokenRow[]): Tokens => ({
  rows,
  byId: new Map(rows.map((row) => [row.id, tokenOf(row)])),
  right: new Map(),
})

interface Token {
  readonly hash: Buffer
  readonly isRevoked: boolean
  readonly principal: Principal
}

const tokenOf = ({ name, hash, scopes, client, environment, revokedAt }: TokenRow): Token => ({
  hash,
  isRevoked: revokedAt !== undefined,
  principal: {
    name,
    scopes: withImplied(scopes),
    clientOnly: client,
    environment,
  },
})

/** `Authorization` wins over `X-API-Key`, and that over GrowthBook's header. Undefined without one. */
function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization, 'x-api-key': own, 'x-growthbook-api-key': growthbook } = headers
  if (authorization !== undefined) return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
  const key = own ?? growthbook
  return Array.isArray(key) ? key.join(', ') : key
}

/** Whether a proxy says that somebody else asks, whom it does not know. */
const isForwarded = (headers: IncomingHttpHeaders): boolean =>
  ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined)

/** Whether an address, or a host to listen on, is this machine alone. */
export const isLoopback = (address: string): boolean =>
  /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$|^localhost$/i.test(address)

/** The same of a host with its port, as requests have it. */
const isLoopbackHost = (host: string): boolean =>
  isLoopback(host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'))
