import { createServer, type RequestListener, type Server } from 'node:http'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type * as FastifyPackage from 'fastify'
import { loadOptional } from '../runtime/optional-package'
import type { HttpHandler } from './http/handler'
import type { Settled } from './options'

/** @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE */
export const loadFastify = (neededBy: string): typeof FastifyPackage =>
  loadOptional(
    neededBy,
    'fastify',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
    () => require('fastify') as typeof FastifyPackage,
  )

/** How often connections are looked at that take too long. */
const CHECK_EVERY_MS = 1000

/** How long a connection without a request stays open, as Fastify has it. */
const KEEP_ALIVE_MS = 72_000

/** No request reaches Fastify's own routes, so its log has what the handler logs alone. */
export const fastifyOptions = ({ log, logLevel, logTo }: Settled): FastifyServerOptions => ({
  logger: log ? false : { level: logLevel, stream: logTo, base: null, timestamp: isoTime },
  forceCloseConnections: 'idle',
})

/**
 * The server that Fastify listens with. Its requests go to the handler directly: Fastify would find
 * a route for them, and hand them on. Limits of headers and times are the settings'.
 */
export function httpServer(settled: Settled, listener: RequestListener): Server {
  const { requestTimeoutMs, idleTimeoutMs, headerBytes } = settled
  const headersTimeout = Math.min(settled.headersTimeoutMs, requestTimeoutMs)
  const server = createServer(
    {
      maxHeaderSize: headerBytes,
      headersTimeout,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, headersTimeout),
    },
    listener,
  )
  return server.setTimeout(idleTimeoutMs)
}

const isoTime = (): string => `,"time":"${new Date().toISOString()}"`

/**
 * Puts the handler in front of everything that the Fastify of an application does with a request:
 * routes are found by raw paths, and a body is read only when its caller may send one.
 */
export function attach(fastify: FastifyInstance, handler: HttpHandler): void {
  fastify.addHook('onRequest', (request, reply) => {
    reply.hijack()
    handler.handle(request.raw, reply.raw)
  })
  fastify.all('/*', () => undefined)
}
