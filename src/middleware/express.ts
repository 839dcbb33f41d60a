import type { Request, RequestHandler, Response } from 'express'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { checkAnswers } from './request/check-answers'
import { stickyPrefetch, type StickyPrefetch } from './request/sticky-prefetch'
import { type Answers, type RequestReader, requestWorld } from './request/world'

declare global {
  // Express collects what middleware puts on its requests in this namespace, and looks nowhere
  // else.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Express {
    interface Request {
      /** What this visitor has, decided by one snapshot. */
      features: Questions
    }
  }
}

/** How an Express application answers about its requests; everything is optional. */
export interface ExpressAnswers<User extends Account = Account> extends Answers<Request, User> {
  /**
   * Where sticky assignments are kept. They are loaded before the request goes on, for at most
   * `timeoutMs` (200).
   */
  readonly sticky?: ExpressSticky
}

export type ExpressSticky = StickyPrefetch<Request, Response>

const read: RequestReader<Request> = {
  // A router that rewrites `url` does not change what the visitor asked for.
  url: (req) => req.originalUrl,
  cookies: (req) => req.headers.cookie,
  // Express believes X-Forwarded-Host only from the proxies that `trust proxy` names.
  hostname: (req) => req.hostname,
}

/**
 * Middleware for Express 4 and 5. Everything behind it can ask `req.features`, templates ask
 * `features`, and code without a request asks the Features that were given here: all three are the
 * same request, with one snapshot. It belongs behind what finds out who the visitor is. Whatever
 * calls back outside the request's asynchronous context, as some body parsers and pools do, must
 * stand before it, or `req.features` must be asked. Throws LIVEFLAG_BAD_OPTION on an option that
 * there is not, or of another type.
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
      // The callbacks run in the request's asynchronous context, in which they are made.
      if (loading) loading.then(() => next(), next)
      else next()
    })
  }
}
