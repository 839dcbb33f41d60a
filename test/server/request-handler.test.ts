/** The routes in servers of applications. */
import express from 'express'
import fastify from 'fastify'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { type Features, memory, openFeatures } from '../../src/index'
import type { MemorySource } from '../../src/sources/memory'
import { fastifyServer, requestHandler } from '../../src/server/server'
import { FEATURES, post } from './scene'

interface Mounted {
  /** Where the routes are. */
  readonly url: string
  /** Another path of the same server. */
  readonly beside: string
  readonly close: () => Promise<void>
}

const addressOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return addressOf(server)
}

async function closed(server: Server): Promise<void> {
  const gone = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await gone
}

const MOUNTS: Readonly<Record<string, (features: Features) => Promise<Mounted>>> = {
  async 'node:http'(features) {
    const handler = requestHandler(features, { prefix: '/flags' })
    const server = createServer((request, response) =>
      request.url?.startsWith('/flags/') ? handler(request, response) : response.end('beside'),
    )
    const url = await listening(server)
    const close = async (): Promise<void> => {
      await closed(server)
      await handler.close()
    }
    return { url: `${url}/flags`, beside: `${url}/other`, close }
  },
  async Express(features) {
    const handler = requestHandler(features)
    const app = express()
    app.use('/flags', handler)
    app.get('/other', (_, response) => void response.send('beside'))
    const server = createServer(app)
    const url = await listening(server)
    const close = async (): Promise<void> => {
      await closed(server)
      await handler.close()
    }
    return { url: `${url}/flags`, beside: `${url}/other`, close }
  },
  async Fastify(features) {
    const app = fastify({ forceCloseConnections: true })
    await app.register(fastifyServer, { features, prefix: '/flags' })
    app.get('/other', () => 'beside')
    await app.listen({ port: 0, host: '127.0.0.1' })
    const url = addressOf(app.server)
    return { url: `${url}/flags`, beside: `${url}/other`, close: () => app.close() }
  },
}

describe.each(Object.keys(MOUNTS))('in a server of %s', (name) => {
  let features: Features
  let source: MemorySource
  let mounted: Mounted

  beforeEach(async () => {
    source = memory(`${FEATURES}\nfeature_a/b: on\n`)
    features = await openFeatures({ source })
    const mount = MOUNTS[name]
    if (!mount) throw new Error(`no mount ${name}`)
    mounted = await mount(features)
  })
  afterEach(async () => {
    await mounted.close()
    await features.close()
  })

  test('each protocol answers below the path, and the rest of the server is as it was', async () => {
    const { url, beside } = mounted
    const flag = await post(`${url}/ofrep/v1/evaluate/flags/a%2Fb`, {})
    expect([flag.status, await flag.json()]).toMatchObject([200, { key: 'a/b', value: true }])
    expect((await fetch(`${url}/api/features/sdk-x`)).status).toBe(200)
    expect((await post(`${url}/decide`, { flag_key: 'text', subject_id: 'u' })).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/no-such-path`)).status).toBe(404)
    expect(await (await fetch(beside)).text()).toBe('beside')
  })

  test('the stream that a bulk answer names is where it says, and ends with the server', async () => {
    const { url } = mounted
    const bulk = (await (await post(`${url}/ofrep/v1/evaluate/flags`, {})).json()) as {
      readonly eventStreams: readonly { readonly endpoint: { readonly requestUri: string } }[]
    }
    const uri = bulk.eventStreams[0]?.endpoint.requestUri ?? ''
    expect(uri).toBe('/flags/ofrep/v1/sse')
    const stream = await fetch(new URL(uri, url))
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toContain('connected')
    await source.set(FEATURES.replace('hello', 'goodbye'))
    expect((await reader?.read())?.value).toContain('refetchEvaluation')
    const ended = (async () => {
      while ((await reader?.read())?.done === false);
    })().catch(() => undefined)
    await mounted.close()
    await ended
  })

  test('a body that is no JSON, and one of any type, are read by the routes themselves', async () => {
    const { url } = mounted
    expect((await post(`${url}/decide`, '{')).status).toBe(400)
    const plain = await fetch(`${url}/ofrep/v1/evaluate/flags/on`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"context":{"targetingKey":"u"}}',
    })
    expect(plain.status).toBe(200)
  })
})
