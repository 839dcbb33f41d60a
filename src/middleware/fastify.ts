import { AsyncResource } from 'node:async_hooks'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { StickyService } from '../core/sticky'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { type CookieStickyOptions, cookieStickyService } from '../sticky/cookie'
import type { CacheHeaders } from './request/cache-headers'
import { type DecisionsPageOptions, decisionsPageFor } from './decisions/page'
import { cookieTooLate, withCookie } from './request/node-response'
import { type MiddlewareOptions, type VisitReader, visitsOf } from './request/visits'

export type { CookieStickyOptions } from '../sticky/cookie'

declare module 'fastify' {
  interface FastifyRequest {
    /** The features of this visitor, decided by one snapshot. */
    features: Questions
  }
}

/** How a Fastify application answers questions about its requests. Every member may be missing. */
export type FastifyOptions<User extends Account = Account> = MiddlewareOptions<
  FastifyRequest,
  FastifyReply,
  User
>

const read: VisitReader<FastifyRequest, FastifyReply> = {
  url: (request) => request.originalUrl,
  cookies: (request) => request.headers.cookie,
  // Fastify trusts X-Forwarded-Host only from the proxies that `trustProxy` names.
  hostname: (request) => request.hostname,
  isSecure: (request) => request.protocol === 'https',
  setCookie: (_request, reply, line) => void reply.header('set-cookie', line),
}

/** What the hooks of one request share. */
interface Context {
  readonly resource: AsyncResource
  readonly cacheHeaders: CacheHeaders | undefined
}

/**
 * A plugin for Fastify 5, for all routes of the instance that it is registered on, below it too.
 * Handlers and hooks ask `request.features`, and code without a request asks the Features that were
 * passed in; both ask the same request, with one snapshot. What finds out who the visitor is may be
 * registered before or after it: nobody is asked before a feature is.
 *
 * @example
 * app.register(fastifyFeatures(features, { user: (request) => request.session.user }))
 * app.get('/', (request) => (request.features.isEnabled('search_v2') ? 'new' : 'old'))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function fastifyFeatures<User extends Account = Account>(
  features: Features,
  options: FastifyOptions<User> = {},
): FastifyPluginAsync {
  const visit = visitsOf('fastifyFeatures', features, options, read)
  const contexts = new WeakMap<FastifyRequest, Context>()
  const plugin: FastifyPluginAsync = async (app) => {
    app.decorateRequest('features')
    app.addHook('onRequest', (request, reply, done) =>
      visit(request, reply, ({ request: questions, loading, cacheHeaders }) => {
        request.features = questions
        contexts.set(request, { resource: new AsyncResource('LiveflagRequest'), cacheHeaders })
        if (loading) loading.then(() => done(), done)
        else done()
      }),
    )
    // Reading the body has left the asynchronous context of the request.
    app.addHook('preValidation', (request, _reply, done) => {
      const context = contexts.get(request)
      if (context) context.resource.runInAsyncScope(done)
      else done()
    })
    app.addHook('onSend', (request, reply, _payload, done) => {
      contexts.get(request)?.cacheHeaders?.({
        get: (name) => linesOf(reply, name).join(', ') || undefined,
        set: (name, value) => void reply.header(name, value),
      })
      done()
    })
  }
  // As `fastify-plugin` does it: the hooks are those of the instance, not of one below it.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'liveflag',
  })
}

const linesOf = (reply: FastifyReply, name: string): string[] =>
  [reply.getHeader(name) ?? []].flat().map(String)

/**
 * Stores a visitor's sticky documents in cookies of a Fastify reply, for one request.
 *
 * @example fastifyFeatures(features, { sticky: { service: (request, reply) =>
 * fastifyStickyService(request, reply) } })
 */
export const fastifyStickyService = (
  request: FastifyRequest,
  reply: FastifyReply,
  options: CookieStickyOptions = {},
): StickyService =>
  cookieStickyService(
    {
      cookies: request.headers.cookie,
      setCookie(name, line) {
        if (reply.raw.headersSent) throw cookieTooLate(name)
        const lines = withCookie(linesOf(reply, 'set-cookie'), name, line)
        // Fastify adds to this header.
        reply.removeHeader('set-cookie').header('set-cookie', lines)
      },
    },
    { secure: request.protocol === 'https', ...options },
  )

/**
 * The page of decisions for Fastify: each feature as its visitor gets it, and why. It records
 * nothing. For an instance that has the plugin; see docs/frameworks.
 *
 * @example
 * app.get('/decisions', decisionsPage(features, { allow: (request) => request.user?.isAdmin === true }))
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function decisionsPage(
  features: Features,
  options: DecisionsPageOptions<FastifyRequest> = {},
): RouteHandlerMethod {
  const answer = decisionsPageFor(features, options, (request: FastifyRequest) => ({
    method: request.method,
    url: request.originalUrl,
    questions: request.features,
  }))
  return async (request, reply) => {
    const { status, headers, body } = await answer(request)
    return reply.status(status).headers(headers).send(body)
  }
}
