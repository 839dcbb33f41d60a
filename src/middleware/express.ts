import type { Request, RequestHandler, Response } from 'express'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { checkAnswers } from './request/check-answers'
import { stickyPrefetch, type StickyPrefetch } from './request/sticky-prefetch'
import { type Answers, type RequestReader, requestWorld } from './request/world'

declare global {
  // Express looks for the types of members that middleware adds to requests in this namespace only.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Request {
      /** The features of this visitor, decided by one snapshot. */
      features: Questions
    }
  }
}

/** How an Express application answers questions about its requests. Every member may be missing. */
export interface ExpressAnswers<User extends Account = Account> extends Answers<Request, User> {
  /**
   * The store of sticky assignments. They are loaded before the request goes on, for at most
   * `timeoutMs` (200).
   */
  readonly sticky?: ExpressSticky
}

export type ExpressSticky = StickyPrefetch<Request, Response>

const read: RequestReader<Request> = {
  // `originalUrl`, because a router that rewrites `url` does not change what the visitor asked for.
  url: (req) => req.originalUrl,
  cookies: (req) => req.headers.cookie,
  // Express trusts X-Forwarded-Host only from the proxies that `trust proxy` names.
  hostname: (req) => req.hostname,
}

/**
 * Middleware for Express 4 and 5. Handlers behind it ask `req.features`, templates ask `features`,
 * and code without a request asks the Features that were passed in: all three ask the same request,
 * with one snapshot. Place it behind the middleware that finds out who the visitor is. A library
 * that calls back outside the request's asynchronous context, as some body parsers and pools do,
 * must be placed before it, or its callbacks must ask `req.features`. Throws LIVEFLAG_BAD_OPTION on
 * an unknown option or one of the wrong type.
 */
export function expressFeatures<User extends Account = Account>(
  features: Features,
  answers: ExpressAnswers<User> = {},
): RequestHandler {
  checkAnswers('expressFeatures', features, answers)
  const prefetch = stickyPrefetch(answers.sticky)
  return function liveflag(req, res, next) {
    features.run(requestWorld(req, answers, read), (request) => {
      req.features = request
      res.locals['features'] = request
      const loading = prefetch(req, res, request, () => features.stickyAttributes)
      // The next handlers run in the asynchronous context of the request.
      if (loading) loading.then(() => next(), next)
      else next()
    })
  }
}
