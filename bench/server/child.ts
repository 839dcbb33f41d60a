/** A server of the bench, in a process of its own: liveflag's, or bare routes of Fastify. */
import { resolve } from 'node:path'
import fastify from 'fastify'
import type * as Liveflag from '../../src'
import type * as Server from '../../src/server/server'
import { LIVE_CONFIG } from './workloads'

const dist = resolve(__dirname, '../../dist')
// What users install: the compiled package.
const { memory, openFeatures } = require(`${dist}/index.js`) as typeof Liveflag
const { createServer } = require(`${dist}/server/server.js`) as typeof Server

export type Order =
  | { readonly kind: 'edit' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'bare'; readonly routes: readonly Bare[] }

/** A route that returns a constant. */
export interface Bare {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly type: string
  readonly body: string
}

export interface Memory {
  readonly rss: number
  readonly heap: number
}

const say = (message: object): void => void process.send?.(message)

async function serveLiveflag(): Promise<void> {
  const source = memory(LIVE_CONFIG(0))
  const features = await openFeatures({ source })
  // With a path, decisions are written to a file, as where a server runs for long.
  const db = process.argv[3] ?? ':memory:'
  const server = await createServer(features, {
    port: 0,
    logLevel: 'error',
    db,
    // All of them come from one address.
    streamsPerToken: 10_000,
  })
  let edits = 0
  process.on('message', (order: Order) => {
    if (order.kind === 'edit') void source.set(LIVE_CONFIG(++edits))
    if (order.kind === 'memory') say(measured())
  })
  say({ url: server.url })
}

async function serveBare(routes: readonly Bare[]): Promise<void> {
  const app = fastify()
  for (const { method, path, type, body } of routes)
    app.route({
      method,
      url: path,
      handler: (_, reply) => reply.header('content-type', type).send(body),
    })
  say({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })
}

function measured(): Memory {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { rss, heap: heapUsed }
}

if (process.argv[2] === 'bare')
  process.on('message', (order: Order) => void (order.kind === 'bare' && serveBare(order.routes)))
else void serveLiveflag()
