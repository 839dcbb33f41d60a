import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { messageOf } from '../../core/errors'
import type { Authenticator, Caller } from '../auth/authenticator'
import { hasCsrfToken, isFromBrowser } from '../auth/csrf'
import type { Answer, Body, ServerLog, ServerRequest } from '../route'
import type { Principal } from '../principal'
import { type BodyRead, readBody } from './body'
import type { Cors } from './cors'
import type { RateLimit } from './rate-limit'
import { refusal } from './refusals'
import type { Found, Router } from './router'

export interface DispatcherParts {
  readonly router: Router
  readonly cors: Cors
  readonly rateLimit: RateLimit
  readonly authenticator: Pick<Authenticator, 'identify'>
  readonly log: ServerLog
  /** Undefined: every token's environment is right. */
  readonly environment: string | undefined
  readonly bodyBytes: number
  readonly bodyDepth: number
}

/** A request before anything is known of who asks. */
export interface Arrived {
  readonly request: IncomingMessage
  /** Undecoded, without the mount and the query. */
  readonly path: string
  readonly query: string
  readonly mount: string
  /** Of the client. */
  readonly address: string
  /** Whether the client came over https. */
  readonly isSecure: boolean
  readonly signal: () => AbortSignal
}

/** What is known of a request when it has been answered. */
export interface Dispatched {
  readonly answer: Answer
  /** The path of the route, such as `/api/features/:key`: a path itself may contain a token. */
  readonly route: string | undefined
  readonly principal: Principal | undefined
  /** For counting: the token's name, or the address. */
  readonly caller: string
}

/**
 * Everything that is the same for every protocol: the route, CORS, who asks, rates, the body, and
 * what a client receives when something fails.
 */
export class Dispatcher {
  constructor(private readonly parts: DispatcherParts) {}

  /** Answers at once where there is nothing to wait for. Never throws and never rejects. */
  answer(arrived: Arrived): Dispatched | Promise<Dispatched> {
    const { router, cors } = this.parts
    const { request, path, address } = arrived
    const method = request.method ?? 'GET'
    const found = router.find(method, path)
    if ('allow' in found)
      return { ...nobodys(notFound(method, found.allow, request.headers, cors)), caller: address }
    try {
      const routed = this.routed(arrived, found)
      return routed instanceof Promise
        ? routed.catch((error: unknown) => this.failed(arrived, found, error))
        : routed
    } catch (error) {
      return this.failed(arrived, found, error)
    }
  }

  private routed(arrived: Arrived, found: Found): Dispatched | Promise<Dispatched> {
    const { request, address } = arrived
    const { route, params } = found
    const identified = this.parts.authenticator.identify(request, address, {
      tokenInPath: route.tokenIn === undefined ? undefined : params[route.tokenIn],
      forSessions: route.forSessions,
    })
    return identified instanceof Promise
      ? identified.then((caller) => this.identified(arrived, found, caller))
      : this.identified(arrived, found, identified)
  }

  private identified(
    arrived: Arrived,
    found: Found,
    caller: Caller,
  ): Dispatched | Promise<Dispatched> {
    const { route, protocol, params } = found
    const { principal } = caller
    const who =
      principal.name === undefined ? `address ${arrived.address}` : `token ${principal.name}`
    const dispatched = (answer: Answer): Dispatched => ({
      answer,
      route: route.path,
      principal,
      caller: who,
    })
    const waitSeconds = this.parts.rateLimit.take(who)
    if (waitSeconds !== undefined) {
      const headers = { 'retry-after': String(waitSeconds) }
      return dispatched(refusal('too_many_requests', { protocol, params, headers }))
    }
    const answer =
      this.refused(found, caller, arrived.request) ?? this.handled(arrived, found, caller)
    return answer instanceof Promise ? answer.then(dispatched) : dispatched(answer)
  }

  private failed(
    { request }: Arrived,
    { route, protocol, params }: Found,
    error: unknown,
  ): Dispatched {
    const fields = { route: route.path, problem: messageOf(error), stack: stackOf(error) }
    if (!request.destroyed || request.complete) this.parts.log.error(fields, 'failed')
    const answer = refusal('internal', { protocol, params })
    return { ...nobodys(answer), route: route.path, caller: '' }
  }

  /** Why this caller may not call the route; undefined when it may. */
  private refused(
    { route, protocol, params, malformed }: Found,
    caller: Caller,
    { method = 'GET', headers }: IncomingMessage,
  ): Answer | undefined {
    const { principal, isRefused, isForeign } = caller
    const { environment } = this.parts
    if (isForeign && route.scope !== 'none') return refusal('foreign_host', { protocol, params })
    const isMissing =
      isRefused || (principal.name === undefined && !principal.scopes.has(route.scope))
    if (route.scope !== 'none' && isMissing)
      return refusal('unauthorized', {
        protocol,
        params,
        headers: { 'www-authenticate': 'Bearer' },
      })
    const isElsewhere =
      environment !== undefined &&
      principal.environment !== undefined &&
      principal.environment !== environment
    const isForbidden =
      !principal.scopes.has(route.scope) ||
      (principal.clientOnly && route.scope !== 'none' && route.forClients !== true) ||
      (isElsewhere && route.scope !== 'none')
    if (isForbidden) return refusal('forbidden', { protocol, params })
    if (route.forSessions && isForgeable(method, headers, caller))
      return refusal('bad_csrf', { protocol, params })
    if (malformed.length > 0 && route.acceptsMalformed !== true)
      return refusal('bad_path', { protocol, params })
    return undefined
  }

  private handled(arrived: Arrived, found: Found, caller: Caller): Answer | Promise<Answer> {
    const { request } = arrived
    const { bodyBytes, bodyDepth } = this.parts
    const { method } = request
    if (method === 'GET' || method === 'HEAD') return asked(arrived, found, caller, NO_BODY)
    const body = readBody(request, bodyBytes, bodyDepth)
    return body instanceof Promise
      ? body.then((read) => asked(arrived, found, caller, read))
      : asked(arrived, found, caller, body)
  }
}

function asked(
  arrived: Arrived,
  found: Found,
  caller: Caller,
  body: BodyRead,
): Answer | Promise<Answer> {
  const { route, protocol, params, malformed } = found
  if (body.kind === 'too-large') return refusal('too_large', { protocol, params })
  if (body.kind === 'encoded') return refusal('unsupported_encoding', { protocol, params })
  const method = arrived.request.method ?? 'GET'
  return route.handle(new Read({ method, params, malformed, body }, arrived, caller))
}

/** Whether a page from elsewhere could have made this caller's browser send it. */
function isForgeable(
  method: string,
  headers: IncomingHttpHeaders,
  { knownBy, csrf }: Caller,
): boolean {
  if (method === 'GET' || method === 'HEAD' || csrf === undefined) return false
  const isAmbient = knownBy === 'session' || knownBy === 'proxy' || isFromBrowser(headers)
  return isAmbient && !hasCsrfToken(headers, csrf)
}

const NO_BODY: Body = { kind: 'none' }

/** The query and the signal are made when they are asked for: most routes need neither. */
class Read implements ServerRequest {
  readonly method: string
  readonly path: string
  readonly mount: string
  readonly params: ServerRequest['params']
  readonly malformed: readonly string[]
  readonly body: Body
  readonly principal: Principal

  readonly knownBy: ServerRequest['knownBy']
  readonly csrf: string | undefined
  readonly address: string
  readonly isSecure: boolean

  constructor(
    read: Pick<ServerRequest, 'method' | 'params' | 'malformed' | 'body'>,
    private readonly arrived: Arrived,
    { principal, knownBy, csrf }: Caller,
  ) {
    this.method = read.method
    this.path = arrived.path
    this.mount = arrived.mount
    this.params = read.params
    this.malformed = read.malformed
    this.body = read.body
    this.principal = principal
    this.knownBy = knownBy
    this.csrf = csrf
    this.address = arrived.address
    this.isSecure = arrived.isSecure
  }

  get headers(): IncomingHttpHeaders {
    return this.arrived.request.headers
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.arrived.query)
  }

  get signal(): AbortSignal {
    return this.arrived.signal()
  }
}

const nobodys = (answer: Answer): Omit<Dispatched, 'caller'> => ({
  answer,
  route: undefined,
  principal: undefined,
})

/** A preflight needs no credentials. */
function notFound(
  method: string,
  allow: readonly string[],
  headers: IncomingHttpHeaders,
  cors: Cors,
): Answer {
  if (allow.length === 0) return refusal('not_found')
  if (method === 'OPTIONS')
    return { status: 204, headers: { allow: allow.join(', '), ...cors.preflight(headers) } }
  return refusal('method_not_allowed', { headers: { allow: allow.join(', ') } })
}

const stackOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.stack : undefined
