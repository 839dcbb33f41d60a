import { IncomingMessage } from 'node:http'
import type { Request, RequestHandler, Response } from 'express'
import { badOption, isText } from '../core/options'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import { type DecisionsPageOptions, decisionsPageFor } from './decisions/page'
import { changeHeaders } from './request/node-response'
import type { StickyPrefetch } from './request/sticky-prefetch'
import { type MiddlewareOptions, type VisitReader, visitsOf } from './request/visits'

/** How an Express application answers questions about its requests. Every member may be missing. */
export type ExpressAnswers<User extends Account = Account> = MiddlewareOptions<
  Request,
  Response,
  User
>

export type ExpressSticky = StickyPrefetch<Request, Response>

const read: VisitReader<Request, Response> = {
  // `originalUrl`, because a router that rewrites `url` does not change what the visitor asked for.
  url: (req) => req.originalUrl,
  cookies: (req) => req.headers.cookie,
  // Express trusts X-Forwarded-Host only from the proxies that `trust proxy` names.
  hostname: (req) => req.hostname,
  isSecure: (req) => req.secure,
  setCookie: (_req, res, line) => void res.append('Set-Cookie', line),
}

/** Members that a request gets from Node and Express beside those of its class. */
const TAKEN: readonly string[] = [
  ...['method', 'url', 'socket', 'complete', 'httpVersion', 'statusCode'],
  ...['app', 'res', 'next', 'params', 'query', 'body', 'route', 'baseUrl', 'originalUrl'],
  ...['ip', 'ips', 'path', 'host', 'hostname', 'protocol', 'secure', 'subdomains', 'xhr'],
]

/**
 * As `expressFeatures` of `liveflag/express`, with another name in the place of `features`: handlers
 * ask `req.flags`, templates ask `flags`. This module tells TypeScript nothing of `req.features`, so
 * it goes with a package or an application that has its own; tell TypeScript of the name yourself.
 *
 * @example
 * declare global { namespace Express { interface Request { flags: Questions } } }
 * app.use(expressFeaturesAs('flags', features, { user: (req) => req.user }))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on a name that a request has already, an unknown
 *   option, or one of the wrong type
 */
export function expressFeaturesAs<User extends Account = Account>(
  name: string,
  features: Features,
  answers: ExpressAnswers<User> = {},
): RequestHandler {
  if (
    !isText(name) ||
    name.trim() === '' ||
    name in IncomingMessage.prototype ||
    TAKEN.includes(name)
  )
    throw badOption('expressFeaturesAs', 'the name', name, 'one that a request does not have')
  const visit = visitsOf('expressFeatures', features, answers, read)
  return function liveflag(req, res, next) {
    visit(req, res, ({ request, loading, cacheHeaders }) => {
      Reflect.set(req, name, request)
      res.locals[name] = request
      changeHeaders(res, cacheHeaders)
      // The next handlers run in the asynchronous context of the request.
      if (loading) loading.then(() => next(), next)
      else next()
    })
  }
}

/**
 * The page of decisions for Express: each feature as its visitor gets it, and why. It records
 * nothing. Place it behind the middleware; see docs/frameworks.
 *
 * @example
 * app.get('/decisions', decisionsPage(features, { allow: (req) => req.user?.isAdmin === true }))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function decisionsPage(
  features: Features,
  options: DecisionsPageOptions<Request> = {},
): RequestHandler {
  const answer = decisionsPageFor(features, options, (req: Request) => ({
    method: req.method,
    url: req.originalUrl,
    questions: Reflect.get(req, 'features'),
  }))
  return function liveflagDecisions(req, res, next) {
    answer(req).then(
      ({ status, headers, body }) => res.status(status).set(headers).send(body),
      next,
    )
  }
}
