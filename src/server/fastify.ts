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

/** Limits of connections, headers and times, and a log that knows nothing of visitors. */
export function fastifyOptions(
  { LogController }: Partial<Pick<typeof FastifyPackage, 'LogController'>>,
  settled: Settled,
): FastifyServerOptions {
  const { requestTimeoutMs, idleTimeoutMs, headerBytes } = settled
  const headersTimeout = Math.min(settled.headersTimeoutMs, requestTimeoutMs)
  const quiet = { disableRequestLogging: true }
  const options = {
    logger: settled.log
      ? false
      : { level: settled.logLevel, stream: settled.logTo, base: null, timestamp: isoTime },
    // Earlier versions have it as an option.
    ...(LogController ? { logController: new LogController(quiet) } : quiet),
    requestTimeout: requestTimeoutMs,
    connectionTimeout: idleTimeoutMs,
    return503OnClosing: false,
    forceCloseConnections: 'idle' as const,
    exposeHeadRoutes: false,
    http: {
      maxHeaderSize: headerBytes,
      headersTimeout,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, headersTimeout),
    },
  }
  return options
}

const isoTime = (): string => `,"time":"${new Date().toISOString()}"`

/**
 * Puts the handler in front of everything that Fastify does with a request: routes are found by raw
 * paths, and a body is read only when its caller may send one.
 */
export function attach(fastify: FastifyInstance, handler: HttpHandler): void {
  fastify.addHook('onRequest', (request, reply) => {
    reply.hijack()
    void handler.handle(request.raw, reply.raw)
  })
  fastify.all('/*', () => undefined)
}
