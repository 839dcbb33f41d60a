import { join } from 'node:path'
import { createServer } from '../../src/server/create-server'
import { TokenStore } from '../../src/server/token-store'
import { tempDir } from '../support/temp-dir'
import { closeServers, FEATURES, post, raw, serve } from './scene'
import { createDecider, memoryStore } from '../../src/decide/decide'
import { memory, openFeatures } from '../../src/index'

afterEach(closeServers)

describe('who is answered', () => {
  test('without tokens it listens on 127.0.0.1, and the log says so', async () => {
    const { server, logged } = await serve()
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(logged().map(({ msg }) => msg)).toContain(
      'there is no token: only this machine is answered (127.0.0.1)',
    )
  })

  test.each(['0.0.0.0', '::', '192.0.2.1'])(
    'without tokens it does not listen on %s, and says what to do',
    async (host) => {
      const features = await openFeatures({ source: memory(FEATURES) })
      await expect(createServer(features, { host, port: 0 })).rejects.toThrow(
        `createServer: host is "${host}", and there is no token; make one with liveflag token create, listen on 127.0.0.1, or answer everybody with open (--open)`,
      )
      await features.close()
    },
  )

  test('with open it answers everybody on any address', async () => {
    const { server, logged } = await serve({ host: '0.0.0.0', open: true })
    expect((await fetch(server.url.replace('0.0.0.0', '127.0.0.1') + '/status')).status).toBe(200)
    expect(logged().map(({ msg }) => msg)).toContain('there is no token: everybody is answered')
  })

  test('with a token it listens on any address, and a request without it gets 401', async () => {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const { token } = tokens.create({ name: 'ops', scopes: ['read'] }, 0)
    tokens.close()
    const { server } = await serve({ host: '0.0.0.0', db })
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    const without = await fetch(`${url}/status`)
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await fetch(`${url}/status`, { headers: { 'x-api-key': token } })).status).toBe(200)
  })

  test.each([
    ['evaluator', 'POST', '/decide', 400],
    ['evaluator', 'POST', '/ofrep/v1/evaluate/flags/on', 200],
    ['evaluator', 'POST', '/events', 403],
    ['evaluator', 'GET', '/status', 403],
    ['reader', 'GET', '/status', 200],
    ['reader', 'GET', '/metrics', 200],
    ['reader', 'GET', '/openfeature/v0/manifest', 200],
    ['reader', 'POST', '/decide', 403],
    ['writer', 'POST', '/events', 400],
    ['writer', 'GET', '/metrics', 403],
    ['browser', 'POST', '/ofrep/v1/evaluate/flags', 200],
    ['browser', 'POST', '/ofrep/v1/evaluate/flags/on', 403],
    ['browser', 'POST', '/decide', 403],
    ['elsewhere', 'POST', '/ofrep/v1/evaluate/flags/on', 403],
    ['here', 'POST', '/ofrep/v1/evaluate/flags/on', 200],
    ['revoked', 'POST', '/ofrep/v1/evaluate/flags/on', 401],
    ['', 'GET', '/healthz', 200],
    ['', 'GET', '/readyz', 200],
    ['', 'GET', '/openapi.json', 200],
    ['revoked', 'GET', '/healthz', 200],
  ])('the token %p gets for %s %s: %i', async (name, method, path, status) => {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const made: Record<string, string> = {}
    for (const request of [
      { name: 'evaluator' },
      { name: 'reader', scopes: ['read'] },
      { name: 'writer', scopes: ['write'] },
      { name: 'browser', client: true },
      { name: 'elsewhere', environment: 'staging' },
      { name: 'here', environment: 'production' },
      { name: 'revoked' },
    ])
      made[request.name] = tokens.create(request, 0).token
    tokens.revoke('revoked', 1)
    tokens.close()
    const { server } = await serve({ db, environment: 'production' })
    const token = made[name]
    const answer = await fetch(server.url + path, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(status)
  })

  test('a browser sees entries with client: true alone', async () => {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const { token } = tokens.create({ name: 'browser', client: true }, 0)
    tokens.close()
    const { server } = await serve({ db })
    const bulk = await post(
      `${server.url}/ofrep/v1/evaluate/flags`,
      {},
      { authorization: `Bearer ${token}` },
    )
    const { flags } = (await bulk.json()) as { readonly flags: readonly { readonly key: string }[] }
    expect(flags.map(({ key }) => key)).toEqual(['text'])
  })

  test('behind a trusted proxy without tokens, who comes from elsewhere gets 401', async () => {
    const { server } = await serve({ trustProxy: 1 })
    const from = (address: string) =>
      fetch(`${server.url}/status`, { headers: { 'x-forwarded-for': address } })
    expect((await from('203.0.113.9')).status).toBe(401)
    expect((await from('203.0.113.9, 127.0.0.1')).status).toBe(200)
  })

  test('an application may say itself who asks', async () => {
    const { server } = await serve({
      authenticate: ({ headers }) =>
        headers['x-user'] === 'ada'
          ? { name: 'ada', scopes: new Set(['read']), clientOnly: false, environment: undefined }
          : null,
    })
    const as = async (user: string, path: string) =>
      (await fetch(server.url + path, { headers: { 'x-user': user } })).status
    expect(await as('ada', '/status')).toBe(200)
    expect(await as('bob', '/status')).toBe(401)
    expect((await post(`${server.url}/decide`, {}, { 'x-user': 'ada' })).status).toBe(403)
  })
})

describe('options', () => {
  test.each([
    [{ port: -1 }, 'createServer: port is -1; give a whole number from 0 to 65535'],
    [{ prot: 1 }, 'createServer: there is no option prot'],
    [{ prefix: 'flags/' }, 'createServer: prefix is "flags/"; give a path such as /flags'],
    [
      { protocols: ['ofre'] },
      'createServer: protocols is "ofre"; give some of ofrep, growthbook, decide',
    ],
    [
      { db: '/nowhere/at/all.db' },
      'createServer: the database /nowhere/at/all.db cannot be opened',
    ],
  ])('%j is refused', async (options, message) => {
    const features = await openFeatures({ source: memory(FEATURES) })
    await expect(createServer(features, { port: 0, ...(options as object) })).rejects.toThrow(
      message,
    )
    await features.close()
  })

  test('a port that is taken is an error that names it', async () => {
    const { server } = await serve()
    const port = Number(new URL(server.url).port)
    await expect(serve({ port })).rejects.toThrow(`127.0.0.1:${port} cannot be listened on`)
  })

  test('a prefix is before every path, and in its address', async () => {
    const { server } = await serve({ prefix: '/flags' })
    expect(server.url).toMatch(/\/flags$/)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${new URL(server.url).origin}/healthz`)).status).toBe(404)
  })

  test('protocols that are not named are not there', async () => {
    const { server } = await serve({ protocols: ['ofrep'] })
    expect((await post(`${server.url}/ofrep/v1/evaluate/flags/on`, {})).status).toBe(200)
    expect((await fetch(`${server.url}/status`)).status).toBe(404)
  })
})

describe('what every answer has in common', () => {
  test.each([
    ['GET', '/decide', 405, 'POST, OPTIONS'],
    ['PUT', '/ofrep/v1/evaluate/flags/on', 405, 'POST, OPTIONS'],
    ['POST', '/healthz', 405, 'GET, HEAD, OPTIONS'],
    ['OPTIONS', '/healthz', 204, 'GET, HEAD, OPTIONS'],
    ['GET', '/decide/', 405, 'POST, OPTIONS'],
    ['GET', '/decide/x/y', 404, null],
    ['GET', '//healthz', 404, null],
    ['GET', '/ofrep/../healthz', 200, null],
  ])('%s %s is %i', async (method, path, status, allow) => {
    const { server } = await serve()
    const answer = await fetch(server.url + path, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow])
  })

  test('a path is taken as it is: nothing climbs out of it', async () => {
    const { server } = await serve()
    const answer = await raw(
      server.url,
      'GET /ofrep/../healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
  })

  test('a request line may be a whole address', async () => {
    const { server } = await serve()
    const answer = await raw(
      server.url,
      'GET http://x.example/healthz?a=1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('HEAD has the headers of GET, and no body', async () => {
    const { server } = await serve()
    const answer = await fetch(`${server.url}/healthz`, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('content-length')).toBe('15')
  })

  test('a line of the log has no path, no query and no attribute', async () => {
    const { server, logged } = await serve()
    await post(`${server.url}/ofrep/v1/evaluate/flags/secret-flag?token=hush`, {
      context: { targetingKey: 'u1', email: 'ada@example.org' },
    })
    await post(`${server.url}/nothing/hush?token=hush`, { email: 'ada@example.org' })
    const lines = logged().filter(({ msg }) => msg === 'answered')
    expect(lines).toMatchObject([
      { method: 'POST', route: '/ofrep/v1/evaluate/flags/:key', status: 404, token: null },
      { method: 'POST', route: null, status: 404, token: null },
    ])
    expect(JSON.stringify(logged())).not.toMatch(/hush|secret-flag|ada@|u1/)
  })

  test('an error of the server is logged, and the client learns nothing of it', async () => {
    const { server, logged, features } = await serve()
    Object.defineProperty(features, 'snapshot', {
      get: () => {
        throw new Error('the secret reason')
      },
    })
    const answer = await fetch(`${server.url}/status`)
    expect([answer.status, await answer.text()]).toEqual([
      500,
      '{"error":{"code":"internal","message":"the server failed to answer; its log says why"}}',
    ])
    expect(logged()).toContainEqual(
      expect.objectContaining({ level: 50, problem: 'the secret reason', route: '/status' }),
    )
  })
})

describe('CORS', () => {
  const ask = (url: string, origin: string, method = 'POST') =>
    fetch(url, { method, headers: { origin } })
  const BULK = '/ofrep/v1/evaluate/flags'

  test('it is off unless origins are named', async () => {
    const { server } = await serve()
    const answer = await ask(server.url + BULK, 'https://shop.example')
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-'))).toEqual([])
  })

  test('a preflight needs no token, and names the headers that clients send', async () => {
    const { server } = await serve({ cors: ['https://shop.example'], corsHeaders: ['X-Trace'] })
    const answer = await ask(server.url + BULK, 'https://shop.example', 'OPTIONS')
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers':
        'Content-Type, If-None-Match, Authorization, X-API-Key, Last-Event-ID, Cache-Control, X-Trace',
      'access-control-max-age': '7200',
      vary: 'Origin',
    })
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
  })

  test.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://shop.example.evil.example', null],
    ['null', null],
  ])('the origin %s is allowed: %s', async (origin, allowed) => {
    const { server } = await serve({ cors: ['https://shop.example'], open: true })
    const answer = await ask(server.url + BULK, origin)
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
    expect(answer.headers.get('vary')).toBe('Origin, Authorization, X-API-Key, Accept-Encoding')
  })

  test.each(['/nope', '/decide', '/ofrep/v1/evaluate/flags/nope', '/ofrep/v1/evaluate/flags/%zz'])(
    'errors have it, too: %s',
    async (path) => {
      const { server } = await serve({ cors: ['*'] })
      const answer = await ask(server.url + path, 'https://shop.example')
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(answer.headers.get('access-control-expose-headers')).toBe(
        'ETag, Retry-After, X-SSE-Support',
      )
    },
  )
})

describe('rates', () => {
  test('beyond its burst an address gets 429, with whole seconds until it may come again', async () => {
    const { server } = await serve({ rateLimit: 0.1, rateBurst: 2, now: () => 0 })
    const ask = () => post(`${server.url}/ofrep/v1/evaluate/flags/on`, {})
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200])
    const refused = await ask()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
    expect(await refused.json()).toEqual({ key: 'on', errorDetails: 'too many requests' })
  })
})

describe('streams', () => {
  test.each([1, 2])(
    'one more than there may be (%i) closes the oldest of its caller, which is to come back later',
    async (most) => {
      const { server, logged } = await serve({ streamsPerToken: most })
      const oldest = (await fetch(`${server.url}/ofrep/v1/sse`)).text()
      for (let i = 1; i < most + 3; i++) await fetch(`${server.url}/ofrep/v1/sse`)
      const waits = [...(await oldest).matchAll(/^retry: (\d+)$/gm)].map(([, ms]) => Number(ms))
      expect([waits.length, waits[0]]).toEqual([2, expect.any(Number)])
      expect(waits[0]).toBeLessThan(10_000)
      expect(waits[1]).toBeGreaterThanOrEqual(60_000)
      expect(logged().filter(({ streamsPerToken }) => streamsPerToken === most)).toEqual([
        expect.objectContaining({ caller: 'address 127.0.0.1' }),
      ])
    },
  )

  test('those of one token count together, wherever they come from, and shut out no other', async () => {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const [one, other] = ['one', 'other'].map((name) => tokens.create({ name }, 0).token)
    tokens.close()
    const { server } = await serve({ db, streams: 4, streamsPerToken: 2, trustProxy: 1 })
    const streamOf = async (token = '', address = ''): Promise<Response> => {
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': address }
      const bulk = await post(`${server.url}/ofrep/v1/evaluate/flags`, {}, headers)
      const { eventStreams } = (await bulk.json()) as {
        readonly eventStreams: readonly { readonly endpoint: { readonly requestUri: string } }[]
      }
      return fetch(`${server.url}${eventStreams[0]?.endpoint.requestUri}`, {
        headers: { 'x-forwarded-for': address },
      })
    }
    const flood = []
    for (let i = 0; i < 10; i++) flood.push(await streamOf(one, `203.0.113.${i}`))
    expect(flood.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect((await streamOf(other, '203.0.113.9')).status).toBe(200)
    await expect(flood[0]?.text()).resolves.toContain('retry')
  })

  test('more than there may be in all get 503 and when to come again', async () => {
    const { server } = await serve({ streams: 0 })
    const answer = await fetch(`${server.url}/ofrep/v1/sse`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  })

  test('HEAD opens none', async () => {
    const { server } = await serve()
    const answer = await fetch(`${server.url}/ofrep/v1/sse`, { method: 'HEAD' })
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  })

  test('closing the server ends them', async () => {
    const { server } = await serve()
    const reader = (await fetch(`${server.url}/ofrep/v1/sse`)).body?.getReader()
    await reader?.read()
    await server.close()
    const steps = []
    for (let step = await reader?.read(); step && !step.done; step = await reader?.read())
      steps.push(step)
    expect(steps.length).toBeLessThan(3)
  })
})

describe('the end', () => {
  test('what was accepted is stored, what was asked before is answered, and nobody is after', async () => {
    const store = memoryStore()
    const features = await openFeatures({ source: memory(FEATURES) })
    const decider = createDecider({ features, store })
    const { server } = await serve({ decider })
    const answers = Array.from({ length: 20 }, (_, index) =>
      post(`${server.url}/events`, {
        events: [{ type: 'exposure', unit: `u${index}`, experiment: 'e', variant: 'a' }],
      }).then(
        (answer) => answer.status,
        () => undefined,
      ),
    )
    await answers[0]
    await server.close()
    const accepted = (await Promise.all(answers)).filter((status) => status === 200)
    const [stored] = await store.exposedUnits('e')
    expect(accepted.length).toBeGreaterThan(0)
    expect(stored?.units).toBeGreaterThanOrEqual(accepted.length)
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed')
    await decider.close()
    await features.close()
  })

  test('a connection that does not end is cut', async () => {
    const { server } = await serve({ shutdownMs: 50 })
    const answer = raw(
      server.url,
      'POST /decide HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{',
    )
    await fetch(`${server.url}/healthz`)
    await server.close()
    expect(await answer).toBe('')
  })
})
