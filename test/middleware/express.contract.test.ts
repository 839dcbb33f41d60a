/** Express, by the contract of all frameworks. */
import { Readable } from 'node:stream'
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import { decisionsPage, expressFeatures } from '../../src/middleware/express'
import { expressStickyService } from '../../src/middleware/express-sticky'
import { frameworkContract } from '../contracts/framework'
import { type App, isStream, maySeeDecisions, userNamed } from '../support/framework-app'
import { listen, startBoth, type SiteOptions } from '../support/listening'

function site(app: App, options: SiteOptions) {
  const top = express()
  top.use(express.json())
  top.use(
    expressFeatures(app.features, {
      ...options,
      user: (req) => userNamed(req.get('x-user')),
      sticky: { service: (req, res) => expressStickyService(req, res) },
    }),
  )
  const allow = (req: Request) => maySeeDecisions(req.get('x-user'))
  top.get('/decisions', decisionsPage(app.features, { allow }))
  top.get('/undecided', decisionsPage(app.features))
  const respond = async (...[req, res, next]: Parameters<RequestHandler>): Promise<void> => {
    const query = new URL(req.originalUrl, 'http://h').searchParams
    const { headers, body } =
      (await app.answer({
        request: req.features,
        path: req.path,
        query,
        ...(req.method === 'POST' && { body: req.body as unknown }),
      })) ?? {}
    if (body === undefined) return next()
    res.set(headers)
    if (isStream(body)) Readable.from(body).pipe(res)
    else res.json(body)
  }
  // Express 4 leaves what a handler rejects with to the handler.
  const answer: RequestHandler = (req, res, next) => void respond(req, res, next).catch(next)
  const failed: ErrorRequestHandler = (error, req, res, _next) => {
    res.status(500).json(app.failed(error, req.features))
  }
  const inner = express.Router().use(answer)
  top.use('/outer', express().use('/inner', inner).use(failed)).use(answer).use(failed)
  return listen(top)
}

frameworkContract(() => startBoth(site))
