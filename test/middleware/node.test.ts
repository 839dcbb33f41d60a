/** Servers of node:http without a framework, by the contract of all frameworks, and their own ways. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { memory, openFeatures } from '../../src'
import {
  decisionsPage,
  nodeFeatures,
  type NodeRequest,
  nodeStickyService,
} from '../../src/middleware/node'
import { frameworkContract } from '../contracts/framework'
import { type App, isStream, maySeeDecisions, MOUNTED, userNamed } from '../support/framework-app'
import { listen, startBoth, type SiteOptions } from '../support/listening'

function site(app: App, options: SiteOptions) {
  const withFeatures = nodeFeatures(app.features, {
    ...options,
    user: (req) => userNamed(req.headers['x-user']),
    sticky: { service: (req, res) => nodeStickyService(req, res) },
  })
  const answer = async (req: NodeRequest) => {
    const { pathname, searchParams: query } = new URL(req.url ?? '', 'http://h')
    const mount = MOUNTED.findLast((prefix) => pathname.startsWith(prefix)) ?? ''
    const body = req.method === 'POST' ? { body: await json(req) } : {}
    return app.answer({ request: req.features, path: pathname.slice(mount.length), query, ...body })
  }
  const allow = (req: IncomingMessage) => maySeeDecisions(req.headers['x-user'])
  const pages = new Map([
    ['/decisions', decisionsPage(app.features, { allow })],
    ['/undecided', decisionsPage(app.features)],
  ])
  return listen(
    withFeatures(async (req, res) => {
      const page = pages.get(new URL(req.url ?? '', 'http://h').pathname)
      if (page) return page(req, res)
      const send = (status: number, body: unknown) =>
        res.writeHead(status).end(JSON.stringify(body))
      try {
        const { headers = {}, body } = (await answer(req)) ?? {}
        if (isStream(body)) await pipeline(Readable.from(body), res)
        else if (body === undefined) send(404, null)
        else res.writeHead(200, headers).end(JSON.stringify(body))
      } catch (error) {
        send(500, app.failed(error, req.features))
      }
    }),
  )
}

frameworkContract(() => startBoth(site))

describe('headers for caches, however the response is written', () => {
  test.each<[string, (req: NodeRequest, res: ServerResponse) => void]>([
    ['end', (_req, res) => void res.end()],
    ['flushHeaders', (_req, res) => (res.flushHeaders(), void res.end())],
    ['write', (_req, res) => (res.write('x'), void res.end())],
    ['writeHead(status, reason)', (_req, res) => void res.writeHead(200, 'Fine').end()],
    [
      'writeHead with an object',
      (_req, res) => void res.writeHead(200, { 'Cache-Control': 'public', vary: 'Cookie' }).end(),
    ],
    [
      'writeHead with a list',
      (_req, res) =>
        void res
          .writeHead(200, 'Fine', ['Cache-Control', 'public', 'Vary', 'Accept', 'Vary', 'Cookie'])
          .end(),
    ],
    ['no-store', (_req, res) => void res.writeHead(200, { 'cache-control': 'no-store' }).end()],
  ])('%s', async (way, send) => {
    const features = await openFeatures({ source: memory('feature_x: { users: [gary] }') })
    const withFeatures = nodeFeatures(features, { cacheHeaders: ['Cookie', 'X-User'] })
    const { url, close } = await listen(
      withFeatures((req, res) => {
        req.features.isEnabled('x')
        send(req, res)
      }),
    )
    const { headers } = await fetch(url)
    const vary = way.includes('list') ? 'Accept, Cookie, X-User' : 'Cookie, X-User'
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual([
      way === 'no-store' ? 'no-store' : 'private',
      vary,
    ])
    await close()
    await features.close()
  })
})

test('what a handler throws or rejects with goes to whoever calls it', async () => {
  const features = await openFeatures({ source: memory('{}') })
  const withFeatures = nodeFeatures(features)
  const asking = [{ headers: {}, url: '/' }, {}] as never[]
  const call = withFeatures as unknown as (
    handler: () => unknown,
  ) => (...args: unknown[]) => unknown
  const boom = () => {
    throw new Error('boom')
  }
  expect(() => call(boom)(...asking)).toThrow('boom')
  await expect(call(() => Promise.reject(new Error('boom')))(...asking)).rejects.toThrow('boom')
  await features.close()
})
