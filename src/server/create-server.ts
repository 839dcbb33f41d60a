import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { LiveflagError, messageOf } from '../core/errors'
import type { Problem } from '../core/problem'
import type { Features } from '../engine/features'
import { withinTime } from '../runtime/wait'
import { App } from './app'
import { isLoopback } from './auth/authenticator'
import { fastifyOptions, httpServer, loadFastify } from './fastify'
import { type ServerOptions, type Settled, settleOptions } from './options'
import type { ServerLog } from './route'

/** A server that answers. */
export interface LiveflagServer {
  /** `http://127.0.0.1:3000`, and the prefix. */
  readonly url: string
  /**
   * Answers what has been asked, writes what was accepted, and ends; after `shutdownMs` connections
   * that are still open are cut. Idempotent. The features stay open.
   */
  close(): Promise<void>
}

const CALL = 'createServer'

/**
 * Answers OpenFeature's remote evaluation protocol, decisions, events, metrics and health over HTTP.
 * Needs the package fastify. See docs/server.md.
 *
 * @example
 * const features = await openFeatures({ source: 'config/live.yaml' })
 * const server = await createServer(features, { port: 0, db: 'liveflag.db' })
 * server.url // http://127.0.0.1:41234
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an option that is not valid, and where another
 * address than this machine's is to be answered without tokens; LIVEFLAG_MISSING_PACKAGE without
 * fastify
 */
export async function createServer(
  features: Features,
  options: ServerOptions = {},
): Promise<LiveflagServer> {
  const settled = settleOptions(CALL, features, options)
  const fastify = loadFastify(CALL).fastify({
    ...fastifyOptions(settled),
    serverFactory: () =>
      httpServer(settled, (request, response) => app.handler.handle(request, response)),
  })
  const log = settled.log ?? fastify.log
  const app = new App(CALL, features, settled, log)
  const logProblem = ({ message, ...place }: Problem): void => log.warn(place, message)
  // From now on: what was wrong at the start is reported right after it.
  features.on('problem', logProblem)
  app.onClose(() => void features.off('problem', logProblem))
  try {
    checkDoor(app, settled)
    fastify.server.maxConnections = settled.connections
    await listen(fastify, settled)
  } catch (error) {
    await app.close()
    throw error
  }
  logDoor(app, settled, log)
  return new Listening(app, fastify, settled)
}

/** Nobody is let in from elsewhere by mistake. */
function checkDoor({ authenticator }: App, { host, open }: Settled): void {
  if (isLoopback(host) || open || authenticator.needsTokens) return
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${CALL}: host is ${JSON.stringify(host)}, and there is no token; make one with liveflag token create, listen on 127.0.0.1, or answer everybody with open (--open)`,
  )
}

function logDoor({ authenticator }: App, { host, open }: Settled, log: ServerLog): void {
  if (authenticator.needsTokens) return
  log.warn(
    { host },
    open
      ? 'there is no token: everybody is answered'
      : 'there is no token: only this machine is answered (127.0.0.1)',
  )
}

async function listen(fastify: FastifyInstance, { host, port }: Settled): Promise<void> {
  try {
    await fastify.listen({ host, port })
  } catch (cause) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${CALL}: ${host}:${port} cannot be listened on (${messageOf(cause)}); give another host or port`,
      { cause },
    )
  }
}

class Listening implements LiveflagServer {
  readonly url: string
  private closing: Promise<void> | undefined

  constructor(
    private readonly app: App,
    private readonly fastify: FastifyInstance,
    private readonly settled: Settled,
  ) {
    // Fastify listens on a port of TCP, so there is an address with one.
    const { port } = fastify.server.address() as AddressInfo
    const { host, prefix } = settled
    this.url = `http://${host.includes(':') ? `[${host}]` : host}:${port}${prefix}`
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    this.app.beginClosing()
    const answered = this.fastify.close()
    // Connections that clients opened ahead, and have asked nothing on, would hold up the end.
    void this.app.handler.idle().then(() => this.fastify.server.closeAllConnections())
    await withinTime<unknown>(
      Promise.resolve(answered),
      this.settled.shutdownMs,
      () => this.fastify.server.closeAllConnections(),
      { keepAlive: true },
    )
    await answered
    await this.app.close()
  }
}
