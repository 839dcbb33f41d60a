import { AsyncResource } from 'node:async_hooks'
import { Readable } from 'node:stream'
import type { Context, Middleware } from 'koa'
import type { StickyService } from '../core/sticky'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { type CookieStickyOptions, cookieStickyService } from '../sticky/cookie'
import { type DecisionsPageOptions, decisionsPageFor } from './decisions/page'
import { changeHeaders, cookiesOfResponse } from './request/node-response'
import { type MiddlewareOptions, type VisitReader, visitsOf } from './request/visits'

export type { CookieStickyOptions } from '../sticky/cookie'

declare module 'koa' {
  interface DefaultContext {
    /** The features of this visitor, decided by one snapshot. */
    features: Questions
  }
}

/** How a Koa application answers questions about its requests. Every member may be missing. */
export type KoaOptions<User extends Account = Account> = MiddlewareOptions<Context, Context, User>

const read: VisitReader<Context, Context> = {
  url: (ctx) => ctx.originalUrl,
  cookies: (ctx) => ctx.req.headers.cookie,
  // Koa trusts X-Forwarded-Host only when `app.proxy` is set.
  hostname: (ctx) => ctx.hostname,
  isSecure: (ctx) => ctx.secure,
  setCookie: (ctx, _ctx, line) => void ctx.res.appendHeader('Set-Cookie', line),
}

/**
 * Middleware for Koa 2 and 3. What follows it asks `ctx.features`, templates that get `ctx.state`
 * ask `features`, and code without a context asks the Features that were passed in: all three ask
 * the same request, with one snapshot.
 *
 * @example
 * app.use(koaFeatures(features, { user: (ctx) => ctx.state.user }))
 * app.use((ctx) => void (ctx.body = ctx.features.isEnabled('search_v2') ? 'new' : 'old'))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function koaFeatures<User extends Account = Account>(
  features: Features,
  options: KoaOptions<User> = {},
): Middleware {
  const visit = visitsOf('koaFeatures', features, options, read)
  return function liveflag(ctx, next) {
    return visit(ctx, ctx, async ({ request, loading, cacheHeaders }) => {
      ctx['features'] = request
      ctx.state['features'] = request
      changeHeaders(ctx.res, cacheHeaders)
      if (loading) await loading
      await next()
      if (ctx.body instanceof Readable) keepContext(ctx.body)
    })
  }
}

/** Koa reads a stream after the middleware has ended, outside the context of its request. */
function keepContext(stream: Readable): void {
  const read = stream._read.bind(stream)
  stream._read = AsyncResource.bind((size) => read(size))
}

/**
 * Stores a visitor's sticky documents in cookies of a Koa response, for one request.
 *
 * @example koaFeatures(features, { sticky: { service: (ctx) => koaStickyService(ctx) } })
 */
export const koaStickyService = (ctx: Context, options: CookieStickyOptions = {}): StickyService =>
  cookieStickyService(cookiesOfResponse(ctx.req, ctx.res), { secure: ctx.secure, ...options })

/**
 * The page of decisions for Koa: each feature as its visitor gets it, and why. It records nothing.
 * Place it behind the middleware; see docs/frameworks.
 *
 * @example
 * router.get('/decisions', decisionsPage(features, { allow: (ctx) => ctx.state.user?.isAdmin === true }))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function decisionsPage(
  features: Features,
  options: DecisionsPageOptions<Context> = {},
): Middleware {
  const answer = decisionsPageFor(features, options, (ctx: Context) => ({
    method: ctx.method,
    url: ctx.originalUrl,
    questions: ctx['features'],
  }))
  return async function liveflagDecisions(ctx) {
    const { status, headers, body } = await answer(ctx)
    ctx.status = status
    ctx.set({ ...headers })
    ctx.body = body
  }
}
