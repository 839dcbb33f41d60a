import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../../src/core/source'
import { http, type HttpOptions } from '../../src/sources/http'
import { eventually } from '../support/eventually'
import { type Answer, FlagServer, serving, silent, status } from '../support/flag-server'
import { RecordingSink } from '../support/recording-sink'
import { tempDir } from '../support/temp-dir'

const A = '{"feature_a": "on"}'
const B = '{"feature_b": "on"}'
const C = '{"feature_c": "on"}'
const NEVER = 2 ** 31 - 1
const OFFER = { headers: { 'x-sse-support': 'enabled' } }

let server: FlagServer
let sink: RecordingSink
const open: Source[] = []

async function opened(options: HttpOptions = {}): Promise<Source> {
  const source = http(server.url, { refreshMs: NEVER, streamRetryMs: 20, ...options })
  open.push(source)
  await source.open(sink)
  return source
}

const streams = (count: number): Promise<void> =>
  eventually(`stream ${count} is open`, () => server.streams.length >= count)
const told = (text: string): Promise<void> =>
  eventually(`${text} is told`, () => sink.texts.includes(text))
const warnings = (): string[] =>
  sink.tellings.flatMap((telling) => (telling.kind === 'warn' ? [telling.problem.message] : []))
const streamRequests = (): number => server.requests.length - server.pulls.length

beforeEach(async () => {
  sink = new RecordingSink()
  server = await FlagServer.start()
  server.answer = serving(A, OFFER)
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()))
  await server.close()
})

describe('a stream', () => {
  it('is opened when the server offers it, and brings each content at once', async () => {
    const source = await opened({ headers: { authorization: 'x' } })
    await streams(1)
    server.newest.features(1, B)
    await told(B)
    expect(source.watch).toEqual({ mode: 'events+poll' })
    expect(server.requests.find(({ url }) => url === '/sub/sdk-1')?.headers).toMatchObject({
      accept: 'text/event-stream',
      authorization: 'x',
    })
  })

  it.each<[string, Answer, HttpOptions]>([
    ['the server does not offer it', serving(A), {}],
    ['it is not wanted', serving(A, OFFER), { stream: false }],
  ])('is not opened when %s', async (_, answer, options) => {
    server.answer = answer
    const source = await opened(options)
    await source.check()
    expect([streamRequests(), source.watch]).toEqual([0, { mode: 'poll' }])
  })

  it.each<[string, HttpOptions]>([
    ['at the given URL without being offered', { stream: '/sub/mine' }],
    ['at the given URL when it is offered', { streamUrl: '/sub/mine' }],
  ])('is opened %s', async (_, options) => {
    if ('stream' in options) server.answer = serving(A)
    await opened(options)
    await streams(1)
    expect(server.requests.some(({ url }) => url === '/sub/mine')).toBe(true)
  })

  it.each(['features-updated', 'features'])(
    'may say by %s without a text that there is something new to pull',
    async (event) => {
      await opened()
      await streams(1)
      await eventually('what changed before it was open is pulled', () => sink.confirmations === 1)
      server.answer = serving(B)
      server.newest.write(`event: ${event}\ndata:\n\n`)
      await told(B)
    },
  )

  it('that announces changes often does not cause a pull each time', async () => {
    await opened()
    await streams(1)
    await eventually('what changed before it was open is pulled', () => server.pulls.length === 2)
    server.newest.write('event: features-updated\ndata:\n\n'.repeat(100))
    server.newest.features(1, B)
    await told(B)
    expect(server.pulls.length).toBeLessThanOrEqual(3)
  })

  it('is complemented by one pull when it opens, since what changed before did not come by it', async () => {
    server.stream = (request, response) => {
      server.answer = serving(B)
      server.streaming('retry: 20\n\n')(request, response)
    }
    await opened()
    await told(B)
  })

  it.each<[string, string[]]>([
    ['in pieces', [...`id: 1\nevent: features\ndata: ${B}\n\n`]],
    ['with other line ends', [`id: 1\r\nevent: features\r\ndata: ${B}\r\n\r\n`]],
    [
      'in several data lines',
      ['event: features\n', `data: ${B.slice(0, 12)}\ndata: ${B.slice(12)}\n\n`],
    ],
    [
      'after comments, pings and what nobody knows',
      [`: hello\n\ndata: \n\nevent: other\ndata: x\nwhat: y\n\nevent: features\ndata: ${B}\n\n`],
    ],
  ])('is understood %s', async (_, pieces) => {
    await opened()
    await streams(1)
    for (const piece of pieces) server.newest.write(piece)
    await eventually('it is reported', () => sink.texts.length === 2)
    expect(JSON.parse(sink.texts[1] ?? '')).toEqual(JSON.parse(B))
  })

  it('is held to what a pull is held to', async () => {
    await opened({
      validate: (text) => void JSON.parse(text),
      transform: (text) => text.toUpperCase(),
    })
    await streams(1)
    server.newest.features(1, 'not json')
    server.newest.features(2, B)
    await told(B.toUpperCase())
    expect(sink.failures).toEqual(['syntax'])
  })

  it('renews the last good', async () => {
    const path = join(tempDir(), 'flags.json')
    await opened({ cache: { path } })
    await streams(1)
    server.newest.features(1, B)
    await eventually('it is kept', () => readFileSync(path, 'utf8').includes('feature_b'))
    expect(JSON.parse(readFileSync(path, 'utf8'))).not.toHaveProperty('etag')
  })
})

describe('pulls beside a stream', () => {
  it('become rarer while it is alive', async () => {
    const times: number[] = []
    server.answer = (request, response) => {
      times.push(performance.now())
      serving(A, OFFER)(request, response)
    }
    await opened({ refreshMs: 10, streamingRefreshMs: 300 })
    await eventually('there is a long gap', () =>
      times.some((time, n) => time - (times[n - 1] ?? time) >= 250),
    )
  })

  it('are frequent again when it ends, however it ends', async () => {
    await opened({ refreshMs: 20, streamingRefreshMs: NEVER })
    await streams(1)
    server.stream = status(500)
    server.newest.cut()
    const before = server.pulls.length
    await eventually('pulls go on', () => server.pulls.length > before + 3)
  })

  it('go on when it only says that it is open', async () => {
    server.stream = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    const source = await opened({ refreshMs: 20, streamingRefreshMs: NEVER })
    await eventually('pulls go on', () => server.pulls.length > 5)
    expect(source.watch.mode).toBe('poll')
  })

  it('do not bring back what it has replaced, though something between still has it', async () => {
    const source = await opened()
    await streams(1)
    server.newest.features(1, B)
    await told(B)
    for (const answer of [serving(A, OFFER), serving(A, { etag: false })]) {
      server.answer = answer
      await source.check()
    }
    expect(sink.texts).toEqual([A, B])
  })

  it('are believed when they go on giving what it has replaced', async () => {
    await opened({ refreshMs: 50, streamingRefreshMs: 10 })
    await streams(1)
    server.newest.features(1, B)
    await eventually('what the endpoint has is in force', () => sink.texts.length === 3)
    expect(sink.texts).toEqual([A, B, A])
  })

  it('that were on their way when it brought something do not count', async () => {
    const source = await opened()
    await streams(1)
    server.answer = (request, response) => {
      server.newest.features(1, B)
      void told(B).then(() => serving(C)(request, response))
    }
    await source.check()
    expect(sink.texts).toEqual([A, B])
  })
})

describe('a stream that breaks', () => {
  it('is opened again where it ended', async () => {
    await opened()
    await streams(1)
    server.newest.features(7, B)
    await told(B)
    server.newest.end()
    await streams(2)
    server.newest.features(8, C)
    await told(C)
    expect(server.newest.lastEventId).toBe('7')
    expect(warnings()).toEqual([])
  })

  it('is opened again at longer and longer intervals when nothing comes by it, however cleanly it ends', async () => {
    server.stream = server.streaming('retry: 20\n\n', (stream) => stream.end())
    const times: number[] = []
    const { stream } = server
    server.stream = (request, response) => {
      times.push(performance.now())
      stream(request, response)
    }
    await opened()
    await eventually('it was opened six times', () => times.length === 6, 5000)
    expect((times[5] ?? 0) - (times[4] ?? 0)).toBeGreaterThan(20 * 2 ** 5 * 0.74)
    expect(warnings()).toEqual([
      expect.stringMatching(
        /by asking again and again, not by its stream: it ended without an event/,
      ),
    ])
  })

  it.each<[string, Answer, RegExp]>([
    ['a status', status(400), /status 400/],
    ['another type', serving(A), /application\/json, not with text\/event-stream/],
    ['silence', silent, /sent nothing for 40 ms/],
    [
      'bytes that are no text',
      (_, response) =>
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(Buffer.from([0xff])),
      /utf-8/,
    ],
  ])('is a warning with its cause (%s), told once, and tried again', async (_, answer, cause) => {
    server.stream = answer
    const source = await opened({ readTimeoutMs: 40, stream: '/sub/x' })
    await eventually('it is tried three times', () => streamRequests() >= 3)
    expect(warnings()).toEqual([expect.stringMatching(cause)])
    expect(source.watch).toEqual({ mode: 'poll', reason: expect.stringMatching(cause) as string })
  })

  it('is given the time that the server asks for, by a date as well', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString()
    server.stream = status(503, { 'retry-after': inAnHour })
    await opened()
    await eventually('it is refused', () => warnings().length === 1)
    await expect(eventually('it is asked again', () => streamRequests() > 1, 200)).rejects.toThrow(
      'not within',
    )
  })

  it('that is silent for too long is opened again', async () => {
    await opened({ streamIdleMs: 50 })
    await streams(2)
    server.newest.ping()
    await eventually('the warning is taken back', () => sink.tellings.at(-1)?.kind === 'unwarn')
  })

  it('that sends an event above the limit is closed', async () => {
    await opened({ hardLimitBytes: 1000 })
    await streams(1)
    server.newest.write(`event: features\ndata: ${'x'.repeat(2000)}`)
    await eventually('it is a warning', () =>
      warnings().some((message) => /more than 1000 bytes/.test(message)),
    )
    await eventually('it is closed', () => server.streams[0]?.isOpen === false)
    expect(sink.texts).toEqual([A])
  })

  it('takes nothing away', async () => {
    await opened()
    await streams(1)
    server.newest.features(1, B)
    await told(B)
    server.stream = status(500)
    server.newest.cut()
    await eventually('it is a warning', () => warnings().length === 1)
    expect([sink.texts, sink.failures]).toEqual([[A, B], []])
  })

  it('is closed with its source', async () => {
    const source = await opened()
    await streams(1)
    await source.close()
    await eventually('no connection is left', () => server.connections === 0)
    expect(source.watch.mode).toBe('none')
  })
})
