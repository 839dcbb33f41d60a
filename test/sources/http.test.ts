import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import {
  createServer as createSecureServer,
  Agent as SecureAgent,
  type Server as SecureServer,
} from 'node:https'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Source } from '../../src/core/source'
import { contentHash } from '../../src/sources/bytes'
import { http, type HttpOptions } from '../../src/sources/http'
import { eventually } from '../support/eventually'
import {
  cutOff,
  dripping,
  endless,
  FlagServer,
  garbage,
  redirect,
  serving,
  silent,
  status,
} from '../support/flag-server'
import { RecordingSink } from '../support/recording-sink'
import { tempDir } from '../support/temp-dir'

const A = '{"feature_a": "on"}'
const B = '{"feature_b": "on"}'
/** Nothing happens by itself within a test. */
const NEVER = 2 ** 31 - 1

let server: FlagServer
let sink: RecordingSink
const open: Source[] = []

async function opened(options: HttpOptions = {}, url = server.url): Promise<Source> {
  const source = http(url, { refreshMs: NEVER, stream: false, ...options })
  open.push(source)
  await source.open(sink)
  return source
}

const problem = () =>
  sink.tellings.flatMap((telling) => (telling.kind === 'failed' ? [telling.problem] : [])).at(-1)

beforeEach(async () => {
  sink = new RecordingSink()
  server = await FlagServer.start()
  server.answer = serving(A)
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()))
  await server.close()
})

describe('a remote live config', () => {
  it('is pulled when it is opened, and reported with the hash of its bytes', async () => {
    await opened({ format: 'yaml' })
    expect(sink.tellings).toEqual([
      {
        kind: 'content',
        content: { text: A, hash: contentHash(A), format: 'yaml', settled: true },
      },
    ])
  })

  it('is JSON unless another format is given', async () => {
    await opened()
    expect(sink.tellings).toMatchObject([{ content: { format: 'json' } }])
  })

  it('is pulled again and again', async () => {
    await opened({ refreshMs: 5 })
    server.answer = serving(B)
    await eventually('the new content is reported', () => sink.texts.includes(B))
    expect(sink.texts).toEqual([A, B])
  })

  it('is asked for by its tag, and confirmed when it still has it', async () => {
    const source = await opened()
    await source.check()
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      expect.stringMatching(/^".+"$/),
    ])
    expect([sink.texts, sink.confirmations]).toEqual([[A], 1])
  })

  it('is confirmed when a server without tags sends the same bytes', async () => {
    server.answer = serving(A, { etag: false })
    const source = await opened()
    await source.check()
    expect([sink.texts, sink.confirmations]).toEqual([[A], 1])
  })

  it.each(['gzip', 'br', 'deflate'] as const)(
    'may be compressed with %s, which is asked for',
    async (compress) => {
      server.answer = serving(A, { compress })
      await opened()
      expect(sink.texts).toEqual([A])
      expect(server.requests[0]?.headers['accept-encoding']).toContain(compress)
    },
  )

  it('may be compressed with deflate without the frame of zlib, as many servers send it', async () => {
    server.answer = serving(A, { compress: 'raw deflate', etag: false })
    const source = await opened()
    server.answer = serving(B.padEnd(200_000), { compress: 'raw deflate', etag: false })
    await source.check()
    expect(sink.texts).toEqual([A, B.padEnd(200_000)])
  })

  it.each<[what: string, body: string | Buffer, encoding: string, problem: RegExp]>([
    ['damaged', 'not compressed', 'deflate', /damaged \(Z_DATA_ERROR\)/],
    ['cut short', gzipSync(B).subarray(0, 15), 'gzip', /ends too early \(Z_BUF_ERROR\)/],
  ])('that is compressed and %s is refused in words', async (_, body, encoding, problem) => {
    const source = await opened()
    server.answer = serving(body, { etag: false, headers: { 'content-encoding': encoding } })
    await source.check()
    expect(sink.tellings.at(-1)).toMatchObject({
      kind: 'failed',
      problem: { message: expect.stringMatching(problem) as string },
    })
  })

  it('comes with headers of its own', async () => {
    await opened({ headers: { Authorization: 'Bearer x', 'Accept-Encoding': 'identity' } })
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'accept-encoding': 'identity',
    })
  })

  it('is pulled once when several ask at the same time', async () => {
    const source = await opened()
    await Promise.all([source.check(), source.check(), source.check()])
    expect(server.requests).toHaveLength(2)
  })

  it('may be opened again after it was closed', async () => {
    const source = await opened()
    await source.close()
    await source.open(sink)
    expect(sink.texts).toEqual([A, A])
  })
})

describe('redirects', () => {
  it('are followed, with the same headers on the same origin', async () => {
    server.answer = (request, response) =>
      (request.url === '/there' ? serving(A) : redirect('/there', 307))(request, response)
    await opened({ headers: { authorization: 'x' } })
    expect(sink.texts).toEqual([A])
    expect(server.requests[1]?.headers.authorization).toBe('x')
  })

  it('do not carry headers, which may be secrets, to another origin', async () => {
    const other = await FlagServer.start()
    other.answer = serving(A)
    server.answer = redirect(`${other.origin}/there`)
    await opened({ headers: { authorization: 'x' } })
    expect(sink.texts).toEqual([A])
    expect(other.requests[0]?.headers.authorization).toBeUndefined()
    await other.close()
  })

  it.each([
    ['in a circle', '/again', /more than 5 redirects/],
    ['to what is no web page', 'ftp://127.0.0.1/x', /redirects to .*which is not followed/],
    ['to what is no URL', 'http://[', /redirects to no URL/],
  ])('%s are a problem', async (_, location, message) => {
    server.answer = redirect(location)
    await opened()
    expect(problem()?.message).toMatch(message)
  })
})

describe('what goes wrong is one problem that names the URL, the cause and the cure', () => {
  it.each<[string, FlagServer['answer'], HttpOptions, string, RegExp]>([
    ['a status', status(500), {}, 'unreadable', /status 500; check the server/],
    ['no right to read', status(403), {}, 'unreadable', /status 403; correct the key/],
    ['nothing there', status(404), {}, 'missing', /status 404; correct the URL/],
    ['an empty success', status(204), {}, 'unreadable', /status 204/],
    ['"not changed" for what was never sent', status(304), {}, 'unreadable', /status 304/],
    ['silence', silent, { readTimeoutMs: 30 }, 'unreadable', /sent nothing for 30 ms/],
    [
      'silence after the head',
      (_, response) => response.writeHead(200).flushHeaders(),
      { readTimeoutMs: 30 },
      'unreadable',
      /sent nothing for 30 ms/,
    ],
    [
      'a drip without an end',
      dripping(5),
      { totalTimeoutMs: 80 },
      'unreadable',
      /not read within 80 ms/,
    ],
    ['a cut in the middle', cutOff('{"feature_a"', 100), {}, 'unreadable', /connection was cut/],
    ['a server that speaks something else', garbage, {}, 'unreadable', /not HTTP/],
    [
      'bytes that are no text',
      serving(Buffer.from([0x7b, 0xff])),
      {},
      'bad-encoding',
      /byte 0xff at offset 1/,
    ],
    [
      'more than the announced limit',
      serving(A),
      { hardLimitBytes: 10 },
      'too-large',
      /more than 10 bytes/,
    ],
    [
      'more than the limit, compressed',
      serving(' '.repeat(100_000), { compress: 'gzip' }),
      { hardLimitBytes: 1000 },
      'too-large',
      /more than 1000 bytes/,
    ],
    [
      'a compressed body that is damaged',
      serving('not gzip', { headers: { 'content-encoding': 'gzip' } }),
      {},
      'unreadable',
      /damaged/,
    ],
    [
      'a compression nobody asked for',
      serving(A, { headers: { 'content-encoding': 'zstd' } }),
      {},
      'unreadable',
      /"zstd"/,
    ],
  ])('%s', async (_, answer, options, code, message) => {
    server.answer = answer
    await opened(options)
    expect(sink.tellings).toHaveLength(1)
    expect(problem()).toMatchObject({ code, severity: 'error' })
    expect(problem()?.message).toMatch(message)
    expect(problem()?.message).toContain(server.origin)
    await eventually('no connection is left', () => server.connections === 0)
  })

  it('a compressed body that ends too early', async () => {
    const whole = await new Promise<Buffer>((resolve) => {
      serving(A.repeat(100), { compress: 'gzip' })(
        { headers: {} } as never,
        { writeHead() {}, end: resolve } as never,
      )
    })
    server.answer = serving(whole.subarray(0, -9), { headers: { 'content-encoding': 'gzip' } })
    await opened()
    expect(problem()?.message).toMatch(/ends too early/)
  })

  it('a body without an end is read to the limit and no further', async () => {
    let sent = 0
    server.answer = endless((bytes) => (sent += bytes))
    await opened({ hardLimitBytes: 1_000_000 })
    expect(problem()?.code).toBe('too-large')
    await eventually('the connection is closed', () => server.connections === 0)
    expect(sent).toBeLessThan(20_000_000)
  })

  it('more bytes than announced are cut, which is for the engine to judge, and do no harm', async () => {
    server.answer = (_, response) => response.writeHead(200, { 'content-length': 5 }).end(A)
    const source = await opened()
    server.answer = serving(B)
    await source.check()
    expect(sink.texts).toEqual([A.slice(0, 5), B])
  })

  it('nobody listening', async () => {
    const gone = await FlagServer.start()
    const { url } = gone
    await gone.close()
    await opened({}, url)
    expect(problem()?.message).toMatch(/nothing listens there/)
  })

  it('a host that does not resolve in time, which is the time for connecting', async () => {
    await opened(
      { connectTimeoutMs: 30, agent: new Agent({ lookup: () => undefined }) },
      'http://flags.test/live.json',
    )
    expect(problem()?.message).toMatch(/no connection within 30 ms; .*connectTimeoutMs/)
  })

  it('a host that takes the connection and never shakes hands', async () => {
    const mute = await listening(createServer())
    await opened(
      { connectTimeoutMs: 30 },
      `https://127.0.0.1:${(mute.address() as AddressInfo).port}/live.json`,
    )
    expect(problem()?.message).toMatch(/no connection within 30 ms/)
    mute.close()
  })

  it('names neither passwords nor what stands in the query', async () => {
    server.answer = status(500)
    await opened(
      {},
      server.url.replace('//', '//me:geheim@').concat('?token=geheim&token=2&env=x#geheim'),
    )
    expect(problem()?.message).toContain(`${server.url}?token=…&env=… cannot be read`)
    expect(JSON.stringify([sink.tellings, open[0]?.name])).not.toContain('geheim')
    expect(server.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('me:geheim').toString('base64')}`,
    )
  })
})

const listening = (listener: Server): Promise<Server> =>
  new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve(listener))
  })

describe('over TLS', () => {
  const certificate = selfSigned()
  const possible = certificate === undefined ? it.skip : it
  let secure: SecureServer

  beforeEach(async () => {
    secure = createSecureServer(certificate ?? {}, (request, response) =>
      serving(A)(request, response),
    )
    await listening(secure)
  })

  afterEach(() => {
    secure.closeAllConnections()
    secure.close()
  })

  const url = (): string => `https://localhost:${(secure.address() as AddressInfo).port}/live.json`

  possible('a certificate that the agent trusts is good', async () => {
    await opened({ agent: new SecureAgent({ ca: certificate?.cert ?? '' }) }, url())
    expect([sink.texts, sink.failures]).toEqual([[A], []])
  })

  possible('a certificate that nobody trusts is a problem', async () => {
    await opened({}, url())
    expect(problem()?.message).toMatch(
      /certificate is self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\); trust it/,
    )
  })
})

/** A key and a certificate for localhost, if there is a tool to make them. */
function selfSigned(): { key: string; cert: string } | undefined {
  const dir = tempDir()
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const { status: code } = spawnSync('openssl', [
    'req',
    '-x509',
    ...curve,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
  ])
  return code === 0
    ? { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
    : undefined
}

describe('a server that fails', () => {
  it('is reported once while the cause is the same, and once more after it has recovered', async () => {
    const source = await opened()
    for (const answer of [
      status(500),
      status(500),
      status(503),
      status(500),
      serving(A),
      status(500),
    ]) {
      server.answer = answer
      await source.check()
    }
    expect(sink.tellings.map(({ kind }) => kind)).toEqual([
      'content',
      'failed',
      'failed',
      'confirmed',
      'failed',
    ])
  })

  it('is asked again at longer and longer intervals', async () => {
    server.answer = status(500)
    await opened({ refreshMs: 20, maxBackoffMs: 100_000 })
    server.answer = serving(A)
    await eventually('there is content', () => sink.texts.length === 1)
    server.answer = status(500)
    const times: number[] = []
    server.answer = (request, response) => {
      times.push(performance.now())
      status(500)(request, response)
    }
    await eventually('it has failed five times', () => times.length === 5)
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThan(20 * 8 * 0.74)
  })

  it('is asked again soon while there is nothing to go on with', async () => {
    server.answer = status(500)
    await opened({ refreshMs: 50 })
    server.answer = serving(A)
    await eventually('there is content', () => sink.texts.length === 1, 1000)
  })

  it('is given the time that it asks for', async () => {
    await opened({ refreshMs: 10 })
    server.answer = status(503, { 'retry-after': '3600' })
    await eventually('it has failed', () => sink.failures.length === 1)
    const asked = server.requests.length
    server.answer = serving(B)
    await expect(
      eventually('it is asked again', () => server.requests.length > asked, 200),
    ).rejects.toThrow('not within')
  })
})

describe('a content that is refused', () => {
  it('is asked for without a tag, so that it comes again whole', async () => {
    const source = await opened()
    sink.judge = () => 'rejected'
    server.answer = serving('<html>')
    await source.check()
    await source.check()
    expect(server.requests.at(-1)?.headers['if-none-match']).toBeUndefined()
  })

  it('is replaced by the old content, reported again, when that is back', async () => {
    const source = await opened()
    sink.judge = ({ text }) => (text === A ? 'installed' : 'rejected')
    for (const text of ['<html>', A, A]) {
      server.answer = serving(text)
      await source.check()
    }
    expect([sink.texts, sink.confirmations]).toEqual([[A, '<html>', A], 1])
  })

  it.each<[string, HttpOptions]>([
    ['validate', { validate: (text) => text === A || fail('no features in it') }],
    ['transform', { transform: (text) => (text === A ? text : fail('no features in it')) }],
  ])('may be refused by %s, and is a problem until it is good again', async (_, options) => {
    const source = await opened(options)
    server.answer = serving('{}')
    await source.check()
    expect(problem()).toMatchObject({
      code: 'syntax',
      message: expect.stringMatching(/was refused: no features in it/) as string,
    })
    server.answer = serving(A)
    await source.check()
    expect(sink.tellings.map(({ kind }) => kind)).toEqual(['content', 'failed', 'confirmed'])
  })
})

function fail(why: string): never {
  throw new Error(why)
}

describe('a content that is not used as it comes', () => {
  it('is transformed, and reported with the hash of what it then is', async () => {
    await opened({ transform: (text) => text.replace('on', 'off') })
    const text = '{"feature_a": "off"}'
    expect(sink.tellings).toMatchObject([{ content: { text, hash: contentHash(text) } }])
  })

  it('is no news when its version is that in force', async () => {
    const source = await opened({ version: (text) => /"v": (\d)/.exec(text)?.[1] })
    for (const text of ['{"v": 1}', '{"v": 1, "x": 2}', '{"v": 2}']) {
      server.answer = serving(text)
      await source.check()
    }
    expect(sink.texts).toEqual([A, '{"v": 1}', '{"v": 2}'])
  })

  it('is a warning above the soft limit, until it is shorter', async () => {
    const source = await opened({ softLimitBytes: 25 })
    for (const text of [`${A}            `, A]) {
      server.answer = serving(text)
      await source.check()
    }
    const tellings = sink.tellings.filter(({ kind }) => kind === 'warn' || kind === 'unwarn')
    expect(tellings).toMatchObject([
      { kind: 'warn', problem: { code: 'too-large', severity: 'warning' } },
      { kind: 'unwarn' },
    ])
  })
})

describe('closing', () => {
  it('ends a pull that is under way, and reports nothing more', async () => {
    server.answer = silent
    const source = http(server.url, { readTimeoutMs: 60_000, totalTimeoutMs: 60_000 })
    const opening = source.open(sink)
    await eventually('the server is asked', () => server.requests.length === 1)
    await source.close()
    await opening
    expect(sink.tellings).toEqual([])
    await eventually('the connection is closed', () => server.connections === 0)
  })

  it('may be done twice, and before anything was opened', async () => {
    const source = http(server.url)
    await source.close()
    await source.open(sink)
    await source.close()
    await source.close()
    expect(source.watch).toEqual({ mode: 'none', reason: 'not open' })
  })
})
