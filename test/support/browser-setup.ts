/**
 * Jest's global setup: one browser for all test files, started when the first of them asks for it, so
 * that a run without pages starts none.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SHARED, launchBrowser } from './browser'

/** What `browser-teardown.ts` ends. */
declare global {
  var endTestBrowser: (() => Promise<void>) | undefined
}

export default async function setUp(): Promise<void> {
  let browser: ReturnType<typeof start> | undefined
  const server = createServer((_request, response) => {
    browser ??= start()
    browser.then(
      ({ endpoint }) => response.end(endpoint),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  process.env[SHARED] = `http://127.0.0.1:${await listening(server)}/`
  globalThis.endTestBrowser = async () => {
    server.close()
    server.closeAllConnections()
    await (await browser?.catch(() => undefined))?.close()
  }
}

async function start() {
  const port = await freePort()
  const browser = await launchBrowser([`--remote-debugging-port=${port}`])
  return { endpoint: `http://127.0.0.1:${port}`, close: () => browser.close() }
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
