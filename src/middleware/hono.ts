import type { Context, MiddlewareHandler } from 'hono' with { 'resolution-mode': 'import' }
import type { StickyService } from '../core/sticky'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { type CookieStickyOptions, cookieStickyService } from '../sticky/cookie'
import { type DecisionsPageOptions, decisionsPageFor } from './decisions/page'
import { cookieTooLate, withCookie } from './request/node-response'
import { type MiddlewareOptions, type VisitReader, visitsOf } from './request/visits'

export type { CookieStickyOptions } from '../sticky/cookie'

/** What the middleware adds to the variables of a context, for `c.var.features`. */
export interface HonoFeaturesEnv {
  // Hono's own name for the type of a context's variables.
  Variables: {
    /** The features of this visitor, decided by one snapshot. */
    features: Questions
  }
}

/** How a Hono application answers questions about its requests. Every member may be missing. */
export type HonoOptions<User extends Account = Account> = MiddlewareOptions<Context, Context, User>

const read: VisitReader<Context, Context> = {
  url: (c) => c.req.url,
  cookies: (c) => c.req.header('cookie'),
  // The adapter makes the URL of the Host header.
  hostname: (c) => new URL(c.req.url).hostname,
  isSecure: (c) => new URL(c.req.url).protocol === 'https:',
  setCookie: (c, _c, line) => c.header('Set-Cookie', line, { append: true }),
}

/**
 * Middleware for Hono 4 on Node. What follows it asks `c.var.features`, and code without a context
 * asks the Features that were passed in; both ask the same request, with one snapshot.
 *
 * @example
 * const app = new Hono().use(honoFeatures(features, { user: (c) => c.get('user') }))
 * app.get('/', (c) => c.text(c.var.features.isEnabled('search_v2') ? 'new' : 'old'))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function honoFeatures<User extends Account = Account>(
  features: Features,
  options: HonoOptions<User> = {},
): MiddlewareHandler<HonoFeaturesEnv> {
  const visit = visitsOf('honoFeatures', features, options, read)
  return (c, next) =>
    visit(c, c, async ({ request, loading, cacheHeaders }) => {
      c.set('features', request)
      await loading
      // An error of a handler is a response by now.
      await next()
      cacheHeaders?.({
        get: (name) => c.res.headers.get(name) ?? undefined,
        set: (name, value) => c.res.headers.set(name, value),
      })
    })
}

/**
 * Stores a visitor's sticky documents in cookies of a Hono response, for one request. Cookies are
 * set until the handler has returned its response.
 *
 * @example honoFeatures(features, { sticky: { service: (c) => honoStickyService(c) } })
 */
export const honoStickyService = (c: Context, options: CookieStickyOptions = {}): StickyService =>
  cookieStickyService(
    {
      cookies: c.req.header('cookie'),
      setCookie(name, line) {
        if (c.finalized) throw cookieTooLate(name)
        const lines = withCookie(c.res.headers.getSetCookie(), name, line)
        c.header('Set-Cookie', undefined)
        for (const one of lines) c.header('Set-Cookie', one, { append: true })
      },
    },
    { secure: new URL(c.req.url).protocol === 'https:', ...options },
  )

/**
 * The page of decisions for Hono: each feature as its visitor gets it, and why. It records nothing.
 * Place it behind the middleware; see docs/frameworks.
 *
 * @example
 * app.get('/decisions', decisionsPage(features, { allow: (c) => c.get('user')?.isAdmin === true }))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function decisionsPage(
  features: Features,
  options: DecisionsPageOptions<Context> = {},
): MiddlewareHandler {
  const answer = decisionsPageFor(features, options, (c: Context) => ({
    method: c.req.method,
    url: c.req.url,
    questions: c.get('features'),
  }))
  return async (c) => {
    const { status, headers, body } = await answer(c)
    return new Response(body, { status, headers: { ...headers } })
  }
}
