/**
 * A server whose live config is in a store: `LIVE_CONFIG=redis://localhost:6379/0?key=live`. Start it as
 * often as you like; an edit of the key is in force in all of them.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openFeatures } from 'liveflag'
import { openKeySource } from 'liveflag/sources/open-key-store'

async function main(): Promise<void> {
  const { LIVE_CONFIG = 'redis://localhost:6379/0?key=live', CACHE, PORT = '0' } = process.env
  const source = openKeySource(LIVE_CONFIG, {
    // What it starts with while the store is away.
    ...(CACHE && { cache: { path: CACHE } }),
  })
  const features = await openFeatures({ source })
  features.on('problem', ({ message }) => console.error(message))
  const server = createServer((_, response) => {
    const { status, generation } = features.snapshot
    const basket = features.isEnabled('new_basket') ? 'new' : 'old'
    response.end(`${basket} basket, ${status}, generation ${generation}\n`)
  })
  server.listen(Number(PORT), '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    console.log(`http://127.0.0.1:${port}`)
  })
  process.once('SIGTERM', () => {
    server.close()
    void features.close()
  })
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
