import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { GrowthBookClient } from '@growthbook/growthbook'
import { type Features, openFeatures } from '../../src/engine/features'
import type { FeaturesOptions } from '../../src/engine/options'
import { http, type HttpOptions } from '../../src/sources/http'
import { eventually } from '../support/eventually'
import { FlagServer, serving, silent, status } from '../support/flag-server'
import { RecordingSink } from '../support/recording-sink'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'

const OFFER = { headers: { 'x-sse-support': 'enabled' } }
const NEVER = 2 ** 31 - 1

let server: FlagServer
let features: Features | undefined

async function engine(
  options: HttpOptions = {},
  also: Partial<FeaturesOptions> = {},
): Promise<Features> {
  features = await openFeatures({
    source: http(server.url, { refreshMs: NEVER, ...options }),
    ...also,
  })
  // Whatever is told, is told to somebody: then nothing becomes a process warning.
  return features.on('problem', () => undefined)
}

beforeEach(async () => {
  server = await FlagServer.start()
  server.answer = serving('{"feature_a": "on"}', OFFER)
})

afterEach(async () => {
  await features?.close()
  features = undefined
  await server.close()
})

describe('an engine on a remote live config', () => {
  it('answers from what was pulled, and changes with the stream', async () => {
    const opened = await engine()
    expect(opened.isEnabled('a')).toBe(true)
    await eventually('the stream is open', () => server.streams.length === 1)
    server.newest.features(1, '{"feature_b": "on"}')
    await eventually('b is in force', () => opened.isEnabled('b') && !opened.isEnabled('a'))
    expect(opened.snapshot.watch).toEqual([{ mode: 'events+poll' }])
  })

  it('is stale while the server fails, and ready again after it', async () => {
    const opened = await engine()
    const events: string[] = []
    opened
      .on('stale', ({ problem }) => events.push(problem.code))
      .on('ready', () => events.push('ready'))
    await opened.reload()
    events.length = 0
    for (const answer of [
      status(500),
      serving('<html>Sign in</html>'),
      serving(''),
      serving('{"feature_a": "on"}'),
    ]) {
      server.answer = answer
      await opened.reload()
      expect(opened.isEnabled('a')).toBe(true)
    }
    expect(events).toEqual(['unreadable', 'ready'])
    expect(opened.snapshot.problems).toEqual([])
  })

  it('does not start without content, and says why', async () => {
    server.answer = status(403)
    await expect(engine()).rejects.toThrow(
      /no live config to start with: .*status 403; correct the key/,
    )
  })

  it('waits for the server with waitForFile', async () => {
    server.answer = silent
    const opening = engine({ readTimeoutMs: 20, refreshMs: 20 }, { waitForFile: 5000 })
    await eventually('the server is asked', () => server.requests.length > 0)
    server.answer = serving('{"feature_a": "on"}')
    expect((await opening).isEnabled('a')).toBe(true)
  })

  it('starts from the last good of an earlier process, and from nothing where that was chosen', async () => {
    const cache = { path: join(tempDir(), 'flags.json') }
    await (await engine({ cache })).close()
    server.answer = status(500)
    expect((await engine({ cache })).isEnabled('a')).toBe(true)
    expect(features?.snapshot.problems.map(({ severity }) => severity)).toEqual([
      'error',
      'warning',
    ])
    await features?.close()
    expect((await engine({ startup: 'defaults' })).isEnabled('a')).toBe(false)
  })
})

test('a GrowthBook client and liveflag read what the same server has, before and after a change', async () => {
  const payload = (value: string): string =>
    JSON.stringify({
      status: 200,
      features: { colour: { defaultValue: value } },
      dateUpdated: `2026-01-01T00:00:0${value.length}Z`,
    })
  server.answer = serving(payload('red'), OFFER)
  const seen: unknown[] = []
  const source = http(server.url, { refreshMs: NEVER })
  const colourOf = (text: string): unknown =>
    (JSON.parse(text) as { features: { colour: { defaultValue: unknown } } }).features.colour
      .defaultValue
  const sink = new RecordingSink()
  sink.judge = ({ text }) => (seen.push(colourOf(text)), 'installed')
  await source.open(sink)
  const client = new GrowthBookClient({ apiHost: server.origin, clientKey: 'sdk-1' })
  expect(await client.init({ timeout: 2000, streaming: false })).toMatchObject({
    success: true,
    source: 'network',
  })
  expect(client.getFeatureValue('colour', '', {})).toBe('red')
  await eventually('the stream is open', () => server.streams.length === 1)
  server.answer = serving(payload('green'), OFFER)
  server.newest.features(1, payload('green'))
  await eventually('liveflag has it', () => seen.length === 2)
  await client.refreshFeatures({ timeout: 2000, skipCache: true })
  expect([client.getFeatureValue('colour', '', {}), seen, sink.failures]).toEqual([
    'green',
    ['red', 'green'],
    [],
  ])
  client.destroy()
  await source.close()
})

test('neither pulls nor an open stream keep a process alive', async () => {
  const program = `
    const { http } = require('./src/sources/http')
    const { RecordingSink } = require('./test/support/recording-sink')
    const sink = new RecordingSink()
    http(process.argv[1], { refreshMs: 50 }).open(sink).then(() => console.log(sink.texts.length))`
  const cwd = resolve(__dirname, '../..')
  const ended = await promisify(execFile)(
    process.execPath,
    [...typeScript, '-e', program, server.url],
    { cwd, timeout: 15_000 },
  )
  expect(ended).toEqual({ stdout: '1\n', stderr: '' })
  expect(server.pulls.length).toBeLessThan(5)
})
