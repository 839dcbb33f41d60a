import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Features } from '../engine/features'
import { App } from './app'
import { attach } from './fastify'
import { type ServerOptions, settleOptions } from './options'
import type { ServerLog } from './route'

/** Answers requests of node:http and of Express; `app.use('/flags', handler)`. */
export interface RequestHandler {
  (request: IncomingMessage & { readonly baseUrl?: string }, response: ServerResponse): void
  /** Ends streams and writes what was accepted; call it after the server has closed. Idempotent. */
  close(): Promise<void>
}

const SILENT: ServerLog = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields) => process.emitWarning(JSON.stringify(fields), 'LiveflagWarning'),
}

/**
 * The same routes for a server of the application: node:http and Express. Where the server listens,
 * and its limits of connections and times, are the application's. With no token, and without
 * `authenticate` or `open`, it answers this machine alone.
 *
 * @example
 * const handler = requestHandler(features, { protocols: ['ofrep'], db: 'liveflag.db' })
 * createServer(handler).listen(8080) // of node:http
 * app.use('/flags', handler) // of Express
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an option that is not valid
 */
export function requestHandler(features: Features, options: ServerOptions = {}): RequestHandler {
  const settled = settleOptions('requestHandler', features, options)
  const app = new App('requestHandler', features, settled, settled.log ?? SILENT)
  let closing: Promise<void> | undefined
  const handle = (
    request: IncomingMessage & { readonly baseUrl?: string },
    response: ServerResponse,
  ): void => app.handler.handle(request, response, request.baseUrl ?? '')
  return Object.assign(handle, { close: () => (closing ??= app.close()) })
}

export interface FastifyServerOptions extends Omit<ServerOptions, 'prefix'> {
  readonly features: Features
  /** As for every plugin of Fastify. */
  readonly prefix?: string
}

/**
 * The same routes as a plugin of an application's Fastify.
 *
 * @example
 * await fastify.register(fastifyServer, { features, prefix: '/flags', db: 'liveflag.db' })
 */
export async function fastifyServer(
  fastify: FastifyInstance,
  { features, ...options }: FastifyServerOptions,
): Promise<void> {
  // Of nested plugins, the whole of it.
  const settled = settleOptions('fastifyServer', features, { ...options, prefix: fastify.prefix })
  const app = new App('fastifyServer', features, settled, settled.log ?? fastify.log)
  attach(fastify, app.handler)
  fastify.addHook('preClose', async () => app.beginClosing())
  fastify.addHook('onClose', () => app.close())
}
