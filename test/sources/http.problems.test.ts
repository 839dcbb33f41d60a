import { Agent } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { HttpOptions } from '../../src/sources/http'
import { eventually } from '../support/eventually'
import {
  cutOff,
  dripping,
  endless,
  FlagServer,
  garbage,
  serving,
  silent,
  status,
} from '../support/flag-server'
import { A, open, opened, problem, server, sink } from '../support/http-scene'

const B = '{"feature_b": "on"}'

const listening = (listener: Server): Promise<Server> =>
  new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve(listener))
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
