import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { printableJson } from '../../core/printable'
import type { SyncStatus } from './status'

/** What is asked of a sync. */
export interface Healthy {
  readonly status: SyncStatus
  isAlive(): boolean
  isReady(): boolean
}

/**
 * Answers probes: `/livez` while it works, `/readyz` while the file can be used. Both have the status
 * as their body.
 */
export async function serveHealth(
  healthy: Healthy,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]
    const holds =
      path === '/livez' ? healthy.isAlive() : path === '/readyz' ? healthy.isReady() : undefined
    const code = holds === undefined ? 404 : holds ? 200 : 503
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(holds === undefined ? '{}\n' : `${printableJson(healthy.status)}\n`)
  })
  server.requestTimeout = 5000
  server.listen(port, host)
  await once(server, 'listening')
  server.unref()
  return { url: urlOf(server, host), close: () => closed(server) }
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => void server.close(() => resolve()))
}
