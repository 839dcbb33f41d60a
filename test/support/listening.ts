import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Running } from '../contracts/framework'
import type { MiddlewareOptions } from '../../src/middleware/request/visits'
import { type App, LINK_KEYS, openApp } from './framework-app'

/**
 * Requests may have 100 kB of headers. A connection that nobody uses stays longer than the five seconds
 * of Node, for which a busy machine may stop a test: its next request would meet a closed connection.
 */
export const OF_SERVER = { maxHeaderSize: 100_000, keepAliveTimeout: 120_000 } as const

/** A server on a free port. */
export async function listen(
  listener: RequestListener,
): Promise<{ url: string; close: () => Promise<unknown> }> {
  const server = createServer(OF_SERVER, listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = (): Promise<unknown> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

/** In what the two servers differ. */
export type SiteOptions = Pick<MiddlewareOptions<unknown, unknown>, 'cacheHeaders' | 'links'>

type Site = (app: App, options: SiteOptions) => Promise<{ url: string; close(): unknown }>

/** Both servers of the contract. */
export async function startBoth(site: Site): Promise<Running> {
  const apps = await Promise.all([openApp(), openApp()])
  const [plain, caching] = await Promise.all([
    site(apps[0], { links: { keys: LINK_KEYS } }),
    site(apps[1], { cacheHeaders: true }),
  ])
  return {
    url: plain.url,
    cachingUrl: caching.url,
    close: () => Promise.all([plain, caching, ...apps].map((one) => one.close())),
  }
}
