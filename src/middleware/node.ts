import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import type { StickyService } from '../core/sticky'
import { type CookieStickyOptions, cookieStickyService } from '../sticky/cookie'
import { type DecisionsPageOptions, decisionsPageFor } from './decisions/page'
import { changeHeaders, cookiesOfResponse } from './request/node-response'
import { type MiddlewareOptions, type VisitReader, visitsOf } from './request/visits'

export type { CookieStickyOptions } from '../sticky/cookie'

/** A request that a handler behind `nodeFeatures` gets. */
export type NodeRequest = IncomingMessage & {
  /** The features of this visitor, decided by one snapshot. */
  readonly features: Questions
}

/** How a plain Node server answers questions about its requests. Every member may be missing. */
export type NodeOptions<User extends Account = Account> = MiddlewareOptions<
  IncomingMessage,
  ServerResponse,
  User
>

type NodeHandler = (req: NodeRequest, res: ServerResponse) => unknown

const read: VisitReader<IncomingMessage, ServerResponse> = {
  url: (req) => req.url ?? '',
  cookies: (req) => req.headers.cookie,
  // `example.com:3000`, `[::1]:3000`
  hostname: (req) => req.headers.host?.replace(/:\d*$/, ''),
  isSecure: (req) => 'encrypted' in req.socket,
  setCookie: (_req, res, line) => void res.appendHeader('Set-Cookie', line),
}

/**
 * For servers of `node:http` without a framework. Returns a function that wraps a handler: it asks
 * `req.features`, and code without a request asks the Features that were passed in; both ask the
 * same request, with one snapshot. What the handler throws or rejects with is left to whoever calls
 * the wrapped handler, as without liveflag.
 *
 * @example
 * const withFeatures = nodeFeatures(features, { user: (req) => sessions.userOf(req) })
 * createServer(withFeatures((req, res) => res.end(req.features.isEnabled('search_v2') ? 'new' : 'old')))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function nodeFeatures<User extends Account = Account>(
  features: Features,
  options: NodeOptions<User> = {},
): (handler: NodeHandler) => (req: IncomingMessage, res: ServerResponse) => unknown {
  const visit = visitsOf('nodeFeatures', features, options, read)
  return (handler) => (req, res) =>
    visit(req, res, ({ request, loading, cacheHeaders }) => {
      changeHeaders(res, cacheHeaders)
      const asked = Object.assign(req, { features: request })
      return loading ? loading.then(() => handler(asked, res)) : handler(asked, res)
    })
}

/**
 * Stores a visitor's sticky documents in cookies of a response of `node:http`, for one request.
 *
 * @example nodeFeatures(features, { sticky: { service: (req, res) => nodeStickyService(req, res) } })
 */
export const nodeStickyService = (
  req: IncomingMessage,
  res: ServerResponse,
  options: CookieStickyOptions = {},
): StickyService =>
  cookieStickyService(cookiesOfResponse(req, res), {
    secure: 'encrypted' in req.socket,
    ...options,
  })

/**
 * The page of decisions as a handler of `node:http`: each feature as its visitor gets it, and why.
 * It records nothing. Wrap it with `nodeFeatures`, or call it from a handler that is; see
 * docs/frameworks.
 *
 * @example
 * const page = decisionsPage(features, { allow: (req) => sessions.userOf(req)?.isAdmin === true })
 * createServer(withFeatures((req, res) => (req.url === '/decisions' ? page(req, res) : …)))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function decisionsPage(
  features: Features,
  options: DecisionsPageOptions<IncomingMessage> = {},
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const answer = decisionsPageFor(features, options, (req: IncomingMessage) => ({
    method: req.method,
    url: req.url,
    questions: Reflect.get(req, 'features'),
  }))
  return async (req, res) => {
    const { status, headers, body } = await answer(req)
    res.writeHead(status, headers).end(body)
  }
}
