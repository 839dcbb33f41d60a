import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Authenticate } from '../options'
import type { Principal, Scope } from '../route'
import { hashOf, idOf } from './token'
import type { TokenRow, TokenStore } from '../token-store'

const ALL: ReadonlySet<Scope> = new Set<Scope>(['none', 'evaluate', 'read', 'write'])
const NONE: ReadonlySet<Scope> = new Set<Scope>(['none'])

const anonymous = (scopes: ReadonlySet<Scope>): Principal => ({
  name: undefined,
  scopes,
  clientOnly: false,
  environment: undefined,
})
const ANYBODY = anonymous(ALL)
/** May call what needs no token. */
const NOBODY = anonymous(NONE)

/** Compared with when there is no such token, so that an answer takes as long as with one. */
const NO_HASH = Buffer.alloc(32)

export interface AuthenticatorOptions {
  readonly tokens: Pick<TokenStore, 'rows'> | undefined
  readonly authenticate: Authenticate | undefined
  /** Callers without a token are let in from every address, while there is no token. */
  readonly open: boolean
  /** Origins of pages that may ask; `*` is all. */
  readonly cors: readonly string[]
}

/** Who a request is from. */
export interface Caller {
  readonly principal: Principal
  /** A token was sent that is not valid. */
  readonly isRefused: boolean
  /** It comes from this machine, by another name or for a page from elsewhere. */
  readonly isForeign?: boolean
}

/** Finds out who a request is from: by a function of the application, or by tokens. */
export class Authenticator {
  private known: {
    readonly rows: readonly TokenRow[]
    readonly byId: ReadonlyMap<string, Token>
  } = { rows: [], byId: new Map() }

  constructor(private readonly options: AuthenticatorOptions) {}

  /** Whether callers must have a token. One that is revoked counts: it must not open the door. */
  get needsTokens(): boolean {
    return this.options.authenticate !== undefined || this.rows.length > 0
  }

  /**
   * @param address of the caller; this machine's needs no token while there is none
   * @param inPath the token that the path has; one in a header wins
   */
  identify(request: IncomingMessage, address: string, inPath?: string): Caller | Promise<Caller> {
    const { authenticate, open } = this.options
    if (authenticate) return byApplication(authenticate, request)
    const given = credentialOf(request.headers) ?? inPath
    // Also without a token, and of one that is not known, both sides are hashed and compared.
    const principal = this.check(given ?? '')
    if (principal) return { principal, isRefused: false }
    if (this.rows.length > 0) return { principal: NOBODY, isRefused: given !== undefined }
    if (open) return { principal: ANYBODY, isRefused: false }
    if (!isLoopback(address)) return { principal: NOBODY, isRefused: false }
    const isForeign = !this.isOfThisMachine(request.headers)
    return { principal: isForeign ? NOBODY : ANYBODY, isRefused: false, isForeign }
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

  private check(given: string): Principal | undefined {
    const token = this.byId.get(idOf(given) ?? '')
    const isSame = timingSafeEqual(hashOf(given), token?.hash ?? NO_HASH)
    return isSame && token && !token.isRevoked ? token.principal : undefined
  }

  private get rows(): readonly TokenRow[] {
    return this.options.tokens?.rows() ?? []
  }

  private get byId(): ReadonlyMap<string, Token> {
    const { rows } = this
    if (rows !== this.known.rows)
      this.known = { rows, byId: new Map(rows.map((row) => [row.id, tokenOf(row)])) }
    return this.known.byId
  }
}

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
    scopes: new Set<Scope>(['none', ...scopes]),
    clientOnly: client,
    environment,
  },
})

async function byApplication(
  authenticate: Authenticate,
  request: IncomingMessage,
): Promise<Caller> {
  const principal = await authenticate(request)
  return { principal: principal ?? NOBODY, isRefused: principal === null }
}

/** `Authorization` wins over `X-API-Key`, and that over GrowthBook's header. Undefined without one. */
function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization, 'x-api-key': own, 'x-growthbook-api-key': growthbook } = headers
  if (authorization !== undefined) return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
  const key = own ?? growthbook
  return Array.isArray(key) ? key.join(', ') : key
}

/** Whether an address, or a host to listen on, is this machine alone. */
export const isLoopback = (address: string): boolean =>
  /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$|^localhost$/i.test(address)

/** The same of a host with its port, as requests have it. */
const isLoopbackHost = (host: string): boolean =>
  isLoopback(host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'))
