import type { RequestHandler } from 'express'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { type ExpressAnswers, expressFeaturesAs } from './express-named'

export { decisionsPage, type ExpressAnswers, type ExpressSticky } from './express-named'

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

/**
 * Middleware for Express 4 and 5. Handlers behind it ask `req.features`, templates ask `features`,
 * and code without a request asks the Features that were passed in: all three ask the same request,
 * with one snapshot. Place it behind the middleware that finds out who the visitor is. A library
 * that calls back outside the request's asynchronous context, as some body parsers and pools do,
 * must be placed before it, or its callbacks must ask `req.features`. Throws LIVEFLAG_BAD_OPTION on
 * an unknown option or one of the wrong type.
 *
 * @example
 * app.use(expressFeatures(features, { user: (req) => sessions.get(req.get('x-session') ?? '') }))
 * app.get('/', (req, res) => void res.send(req.features.isEnabled('search_v2') ? 'new' : 'old'))
 */
export const expressFeatures = <User extends Account = Account>(
  features: Features,
  answers: ExpressAnswers<User> = {},
): RequestHandler => expressFeaturesAs('features', features, answers)
