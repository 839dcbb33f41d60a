/** A real Express app and a client that keeps cookies as a browser does. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Express } from 'express'
import { memory, openFeatures, worldOf } from '../../src'
import { loadSticky } from '../../src/growthbook/growthbook'
import { expressStickyService } from '../../src/middleware/express-sticky'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function listen(app: Express): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => new Promise((resolve) => server.close(resolve)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const config = (weights: readonly number[]): string =>
  JSON.stringify({
    features: {
      f: {
        defaultValue: '-',
        rules: [{ key: 'e', variations: ['a', 'b'], weights, meta: [{ key: 'a' }, { key: 'b' }] }],
      },
    },
  })

/** A page that says what the visitor has; `errors` are those of the store. */
async function site(early = false) {
  const source = memory(config([1, 0]), { format: 'json' })
  const features = await openFeatures({ source })
  ends.push(() => features.close())
  const errors: unknown[] = []
  const app = express()
  app.use(async (req, res) => {
    const { id } = req.query
    const attributes = { id: typeof id === 'string' ? id : '' }
    const service = expressStickyService(req, res, { secret: 's' })
    const sticky = await loadSticky(service, attributes, ['id'], {
      onError: (error) => errors.push(error),
    })
    res.cookie('other', '1')
    if (early) res.write('x')
    res.end(features.for(worldOf({ attributes }), { sticky }).getStringValue('f', '?'))
  })
  const url = await listen(app)
  const jar = new Map<string, string>()
  const ask = async (id: string): Promise<string> => {
    const answer = await fetch(`${url}/?id=${id}`, {
      headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    return answer.text()
  }
  return { ask, jar, source, errors }
}

test('a visitor keeps their variation when the weights change, a new one gets the new one', async () => {
  const { ask, source, jar, errors } = await site()
  expect(await ask('u1')).toBe('a')
  await source.set(config([0, 1]))
  expect([await ask('u1'), await ask('u2')]).toEqual(['a', 'b'])
  expect([...jar.keys()]).toEqual([
    'other',
    'gbStickyBuckets__id%7C%7Cu1',
    'gbStickyBuckets__id%7C%7Cu2',
  ])
  expect(errors).toEqual([])
})

test('a response that is on its way takes no cookie, and goes on', async () => {
  const { ask, jar, errors } = await site(true)
  expect(await ask('u1')).toBe('xa')
  expect([[...jar.keys()], errors]).toEqual([
    ['other'],
    [expect.objectContaining({ code: 'LIVEFLAG_CLOSED' })],
  ])
})
