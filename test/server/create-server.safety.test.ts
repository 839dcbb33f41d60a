/** What somebody may try who wishes the server ill, over real sockets. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { closeServers, post, raw, serve } from './scene'

afterEach(closeServers)

const HEAD = 'host: localhost\r\nconnection: close\r\n'
const bodyOf = (answer: string): unknown => JSON.parse(answer.split('\r\n\r\n')[1] ?? '')

describe('sizes', () => {
  test('a body above the limit gets 413 without being read to its end, and the next request is answered', async () => {
    const { server } = await serve({ bodyBytes: 1000 })
    const answer = await raw(
      server.url,
      `POST /decide HTTP/1.1\r\n${HEAD}content-length: 1000000000\r\n\r\n{`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(bodyOf(answer)).toEqual({
      error: { code: 'too_large', message: 'request body too large' },
    })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('so does one that does not say how long it is', async () => {
    const { server } = await serve({ bodyBytes: 10 })
    const answer = await raw(
      server.url,
      `POST /decide HTTP/1.1\r\n${HEAD}transfer-encoding: chunked\r\n\r\n14\r\n${'x'.repeat(20)}\r\n0\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('OFREP says it in its own words', async () => {
    const { server } = await serve({ bodyBytes: 10 })
    const answer = await post(`${server.url}/ofrep/v1/evaluate/flags/on`, { context: { a: 1 } })
    expect([answer.status, await answer.json()]).toEqual([
      413,
      { key: 'on', errorDetails: 'request body too large' },
    ])
  })

  test('a packed body is refused: what it holds may be a thousand times as large', async () => {
    const { server } = await serve()
    const answer = await post(`${server.url}/decide`, '{}', { 'content-encoding': 'gzip' })
    expect(answer.status).toBe(415)
  })

  test('headers above the limit get 431', async () => {
    const { server } = await serve({ headerBytes: 2048 })
    const answer = await raw(
      server.url,
      `GET /healthz HTTP/1.1\r\n${HEAD}x-long: ${'x'.repeat(4096)}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  test.each([
    ['lists', '['.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000)],
    ['a context', `{"context":${'{"a":'.repeat(40)}1${'}'.repeat(41)}`],
  ])('a body of deep %s gets 400', async (_, body) => {
    const { server } = await serve()
    expect((await post(`${server.url}/decide`, body)).status).toBe(400)
    expect((await post(`${server.url}/ofrep/v1/evaluate/flags/on`, body)).status).toBe(400)
  })

  test('brackets in a text are not depth', async () => {
    const { server } = await serve()
    const body = { flag_key: 'on', subject_id: `"${'['.repeat(100)}\\` }
    expect((await post(`${server.url}/decide`, body)).status).toBe(200)
  })

  test('bytes that are not UTF-8 get 400', async () => {
    const { server } = await serve()
    const answer = await fetch(`${server.url}/decide`, {
      method: 'POST',
      body: Buffer.from([0x22, 0xff, 0x22]),
    })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: { code: 'bad_request', message: 'request body is not UTF-8' } },
    ])
  })
})

describe('times', () => {
  test.each([
    ['a connection that says nothing', ''],
    ['headers that never end', 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: '],
    [
      'a body that never ends',
      'POST /decide HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\n{',
    ],
  ])('%s is cut', async (_, text) => {
    const { server } = await serve({ headersTimeoutMs: 100, requestTimeoutMs: 150 })
    expect(await raw(server.url, text)).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('connections above the limit are dropped', async () => {
    const { server } = await serve({ connections: 2 })
    const { port, hostname } = new URL(server.url)
    const sockets = [1, 2, 3].map(() => connect(Number(port), hostname))
    const closed = sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve)))
    for (const socket of sockets) socket.on('error', () => undefined)
    await closed[2]
    expect(sockets.map((socket) => socket.destroyed)).toEqual([false, false, true])
    for (const socket of sockets) socket.destroy()
  })
})

describe('what is sent', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'the key %s is an ordinary key that there is not',
    async (key) => {
      const { server } = await serve()
      const answer = await post(`${server.url}/ofrep/v1/evaluate/flags/${key}`, {})
      expect([answer.status, await answer.json()]).toMatchObject([404, { key }])
      const decision = await post(`${server.url}/decide`, { flag_key: key, subject_id: 'u' })
      expect(await decision.json()).toMatchObject({ reason: 'flag_not_found', value: null })
    },
  )

  test.each([
    '{"context":{"__proto__":{"admin":true},"constructor":{"prototype":{"polluted":1}}}}',
    '{"__proto__":{"context":{"polluted":1}}}',
    '{"context":{"\\u005f_proto__":{"polluted":1},"user":{"__proto__":{"admin":true}}}}',
  ])('nothing is polluted by %s', async (body) => {
    const { server } = await serve({}, 'feature_admins: { admin: true }')
    const answer = await post(`${server.url}/ofrep/v1/evaluate/flags/admins`, body)
    expect(await answer.json()).toMatchObject({ value: false })
    await post(`${server.url}/decide`, body.replace('"context"', '"subject_id":"u","attributes"'))
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })

  test('line breaks in a path do not become headers', async () => {
    const { server } = await serve({ cors: ['https://a.example'], open: true })
    const answer = await fetch(`${server.url}/ofrep/v1/evaluate/flags/a%0d%0aset-cookie:%20x=1`, {
      method: 'POST',
      headers: { origin: 'https://b.example' },
    })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([404, null])
  })

  test.each([
    'GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\nb\r\n\r\n',
    'POST /decide HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'rubbish\r\n\r\n',
  ])('what is no HTTP gets 400 without a word of the inside', async (text) => {
    const { server } = await serve()
    const answer = await raw(server.url, text)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).not.toMatch(/node_modules|\.ts:|\.js:/)
  })

  test('a method that nobody knows gets 404 or 405, in the words of the server', async () => {
    const { server } = await serve()
    const answer = await raw(server.url, `PROPFIND /decide HTTP/1.1\r\n${HEAD}\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*"method_not_allowed"/)
  })

  test('answers are stored by no cache, unless they say for whom', async () => {
    const { server } = await serve()
    const single = await post(`${server.url}/ofrep/v1/evaluate/flags/on`, {})
    const bulk = await post(`${server.url}/ofrep/v1/evaluate/flags`, {})
    const status = await fetch(`${server.url}/status`)
    expect([single, bulk, status].map(({ headers }) => headers.get('cache-control'))).toEqual([
      'no-store',
      'private, no-cache',
      'no-store',
    ])
    expect(bulk.headers.get('vary')).toMatch(/Authorization, X-API-Key/)
  })
})

test('a connection on which nothing has been asked does not hold up the end', async () => {
  const { server } = await serve({ shutdownMs: 60_000 })
  const { port } = new URL(server.url)
  const socket = connect({ port: Number(port), host: '127.0.0.1' })
  await once(socket, 'connect')
  // The server has seen it when it answers a later one.
  await fetch(`${server.url}/healthz`)
  const closed = once(socket, 'close')
  await server.close()
  await closed
})

describe('a server without tokens, asked by this machine', () => {
  const statusOf = async (
    headers: string,
    options: Parameters<typeof serve>[0] = {},
    request = 'POST /ofrep/v1/evaluate/flags/on',
  ): Promise<string> => {
    const { server } = await serve(options)
    const answer = await raw(
      server.url,
      `${request} HTTP/1.1\r\n${headers}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    )
    return answer.slice(9, 12)
  }

  test.each([
    ['its address', 'host: 127.0.0.1:3000'],
    ['its name', 'host: localhost'],
    ['its address in IPv6', 'host: [::1]:3000'],
    ['a page of a server of its own', 'host: localhost:3000\r\norigin: http://localhost:5173'],
  ])('answers by %s', async (_, headers) => {
    expect(await statusOf(headers)).toBe('200')
  })

  test.each([
    ['a name that somebody made resolve to this machine', 'host: evil.example:3000'],
    ['a name that only begins like it', 'host: localhost.evil.example'],
    ['an address that only begins like it', 'host: 127.0.0.1.evil.example'],
    ['no name', 'host:'],
    ['a page from elsewhere', 'host: localhost\r\norigin: https://evil.example'],
    ['a page without an origin', 'host: localhost\r\norigin: null'],
  ])('refuses %s', async (_, headers) => {
    expect(await statusOf(headers)).toBe('403')
    expect(await statusOf(headers, {}, 'GET /healthz')).toBe('200')
  })

  test('answers pages whose origin it was given', async () => {
    const headers = 'host: localhost\r\norigin: https://shop.example'
    expect(await statusOf(headers, { cors: ['https://shop.example'] })).toBe('200')
    expect(await statusOf(headers, { cors: ['*'] })).toBe('200')
    expect(await statusOf(headers, { cors: ['https://other.example'] })).toBe('403')
  })

  test('answers any name when it is open to everybody', async () => {
    expect(await statusOf('host: evil.example', { open: true })).toBe('200')
  })
})
