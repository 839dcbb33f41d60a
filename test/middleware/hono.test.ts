/** Hono on Node, by the contract of all frameworks. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type * as NodeServer from '@hono/node-server'
import type * as HonoModule from 'hono' with { 'resolution-mode': 'import' }
import {
  decisionsPage,
  type HonoFeaturesEnv,
  honoFeatures,
  honoStickyService,
} from '../../src/middleware/hono'
import { frameworkContract } from '../contracts/framework'
import { type App, isStream, maySeeDecisions, userNamed } from '../support/framework-app'
import { OF_SERVER, startBoth, type SiteOptions } from '../support/listening'

// They have a form for require, but types for import alone.
const { Hono } = require('hono') as typeof HonoModule
const { serve } = require('@hono/node-server') as typeof NodeServer

async function site(app: App, options: SiteOptions) {
  const routes = (mount: string) =>
    new Hono<HonoFeaturesEnv>().all('/*', async (c) => {
      const query = new URL(c.req.url).searchParams
      const body = c.req.method === 'POST' ? { body: await c.req.json<unknown>() } : {}
      const path = c.req.path.slice(mount.length)
      const answer = await app.answer({ request: c.var.features, path, query, ...body })
      if (!answer) return c.notFound()
      for (const [name, value] of Object.entries(answer.headers ?? {})) c.header(name, value)
      if (!isStream(answer.body)) return c.body(JSON.stringify(answer.body))
      return c.body(ReadableStream.from(answer.body).pipeThrough(new TextEncoderStream()))
    })
  const outer = new Hono<HonoFeaturesEnv>().route('/inner', routes('/outer/inner'))
  const top = new Hono<HonoFeaturesEnv>()
    .use(
      honoFeatures(app.features, {
        ...options,
        user: (c) => userNamed(c.req.header('x-user')),
        sticky: { service: (c) => honoStickyService(c) },
      }),
    )
    .get(
      '/decisions',
      decisionsPage(app.features, { allow: (c) => maySeeDecisions(c.req.header('x-user')) }),
    )
    .get('/undecided', decisionsPage(app.features))
    .route('/outer', outer)
    .route('/', routes(''))
    .onError((error, c) => c.body(JSON.stringify(app.failed(error, c.var.features)), 500))
  const server = serve({
    fetch: top.fetch,
    hostname: '127.0.0.1',
    port: 0,
    createServer,
    serverOptions: OF_SERVER,
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

frameworkContract(() => startBoth(site))
