import {
  GrowthBook,
  type FeatureApiResponse,
  setPolyfills,
  type Experiment,
  type Result,
} from '@growthbook/growthbook'
import { EventSource } from 'eventsource'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject, JsonValue } from '../../../src/core/json'
import { exportedValue } from '../../../src/export/feature'
import { type Features, worldOf } from '../../../src/index'
import { factsOfAttributes } from '../../../src/selectors/attributes'
import { TokenStore } from '../../../src/server/token-store'
import { randomVisitors } from '../../export/random-visitors'
import { tempDir } from '../../support/temp-dir'
import { PATIENCE, sized } from '../../support/long-run'
import { eventually } from '../../support/eventually'
import { closeServers, post, serve } from '../scene'

jest.setTimeout(PATIENCE)
setPolyfills({ EventSource })

const clients: GrowthBook[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy({ destroyAllStreams: true })
  await closeServers()
})

const EXAMPLE = readFileSync(join(__dirname, '../../../config/live.yaml'), 'utf8')

type ClientOptions = NonNullable<ConstructorParameters<typeof GrowthBook>[0]>

/** GrowthBook's own client of a server. */
function client(url: string, options: ClientOptions = {}): GrowthBook {
  const made = new GrowthBook({ apiHost: url, clientKey: 'sdk-test', ...options })
  clients.push(made)
  return made
}

function ours(features: Features, name: string, attributes: JsonObject): JsonValue {
  const feature = features.definition(name)?.feature
  if (!feature) throw new Error(`no feature ${name}`)
  return exportedValue(features.for(worldOf(factsOfAttributes(attributes))).decide(name), feature)
}

interface Payload extends FeatureApiResponse {
  readonly features: Record<string, { defaultValue: JsonValue; rules?: JsonObject[] }>
}

const payloadAt = async (url: string, init?: RequestInit): Promise<Payload> =>
  (await (await fetch(url, init)).json()) as Payload

describe("GrowthBook's own client", () => {
  test('has the answers of the engine from a cached payload, for each feature of the example and random visitors', async () => {
    const { features, server } = await serve({}, EXAMPLE)
    const gb = client(server.url)
    await gb.init({ timeout: 5000 })
    const names = Object.keys(gb.getFeatures())
    expect(names.length).toBeGreaterThan(15)
    for (const attributes of randomVisitors(sized(100, 1000))) {
      await gb.setAttributes({ ...attributes })
      for (const name of names)
        expect([name, attributes, gb.evalFeature(name).value]).toEqual([
          name,
          attributes,
          ours(features, name, attributes),
        ])
    }
  })

  test('sees an edit through the stream, and the answers are equal again', async () => {
    const { features, source, server } = await serve({}, EXAMPLE)
    const gb = client(server.url, { attributes: { id: 't2_beef', country: 'NZ' } })
    await gb.init({ timeout: 5000, streaming: true })
    expect(gb.isOn('comment_translation')).toBe(false)
    const seen = new Promise<void>((resolve) => gb.setRenderer(() => resolve()))
    await source.set(
      EXAMPLE.replace('feature_comment_translation: off', 'feature_comment_translation: on'),
    )
    await seen
    expect(gb.isOn('comment_translation')).toBe(true)
    for (const name of Object.keys(gb.getFeatures()))
      for (const attributes of randomVisitors(20)) {
        await gb.setAttributes({ ...attributes })
        expect(gb.evalFeature(name).value).toEqual(ours(features, name, attributes))
      }
  })

  test('has every feature by remote evaluation, those that have no rules in GrowthBook too', async () => {
    const { features, server } = await serve({}, EXAMPLE)
    for (const attributes of randomVisitors(sized(100, 1000))) {
      const { features: evaluated } = (await (
        await post(`${server.url}/api/eval/sdk-test`, { attributes })
      ).json()) as Payload
      const values = Object.fromEntries(
        Object.entries(evaluated).map(([name, { defaultValue }]) => [name, defaultValue]),
      )
      const expected = features.snapshot.names.map((name) => [
        name,
        ours(features, name, attributes),
      ])
      expect({ attributes, values }).toEqual({ attributes, values: Object.fromEntries(expected) })
    }
  })

  test('evaluates remotely, reports the pending exposure when the flag is used, and sees an edit through the stream', async () => {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const { token } = tokens.create({ name: 'remote', scopes: ['evaluate'] }, 0)
    tokens.close()
    const { features, source, server } = await serve({ db }, EXAMPLE)
    const viewed: [Experiment<unknown>, Result<unknown>][] = []
    const attributes = { id: 't2_beef', loggedIn: true }
    const gb = client(server.url, {
      clientKey: token,
      remoteEval: true,
      attributes,
      trackingCallback: (experiment, result) => void viewed.push([experiment, result]),
    })
    await gb.init({ timeout: 5000, streaming: true })
    for (const name of features.snapshot.names)
      expect([name, gb.evalFeature(name).value]).toEqual([name, ours(features, name, attributes)])
    const decision = features.for(worldOf(factsOfAttributes(attributes))).decide('welcome_banner')
    expect(
      viewed.map(([{ key }, { key: variant, hashValue }]) => [key, variant, hashValue]),
    ).toContainEqual(['welcome_banner', decision.variant, 't2_beef'])
    await source.set(
      EXAMPLE.replace('feature_comment_translation: off', 'feature_comment_translation: on'),
    )
    await eventually('the edit is seen', () => gb.isOn('comment_translation'))
    expect(gb.evalFeature('search_v2').value).toBe(ours(features, 'search_v2', attributes))
  })

  test('decrypts what the server encrypts, and reads the same from it', async () => {
    const encryptionKey = Buffer.from('0123456789abcdef').toString('base64')
    const { features, server } = await serve({ encryptionKey }, EXAMPLE)
    const payload = await payloadAt(`${server.url}/api/features/sdk-test`)
    expect(payload.features).toEqual({})
    expect(JSON.stringify(payload)).not.toContain('wendy')
    const gb = client(server.url, { decryptionKey: encryptionKey })
    await gb.init({ timeout: 5000 })
    for (const attributes of randomVisitors(20)) {
      await gb.setAttributes({ ...attributes })
      for (const name of Object.keys(gb.getFeatures()))
        expect(gb.evalFeature(name).value).toEqual(ours(features, name, attributes))
    }
  })
})

describe('GET /api/features/:key', () => {
  const TEXT =
    'feature_a: on\nfeature_b: { users: [gary] }\nfeature_half: { percent_loggedin: 50 }\n'

  test('says what clients need to know: an ETag, that there is a stream, a short time in caches, gzip', async () => {
    const { server } = await serve({}, TEXT)
    const answer = await fetch(`${server.url}/api/features/sdk-x`, {
      headers: { 'accept-encoding': 'gzip' },
    })
    expect(answer.status).toBe(200)
    const headers = Object.fromEntries(answer.headers)
    expect(headers).toMatchObject({
      'x-sse-support': 'enabled',
      'cache-control': 'private, max-age=5',
      'content-encoding': 'gzip',
      'content-type': 'application/json; charset=utf-8',
    })
    expect(headers['vary']).toContain('Accept-Encoding')
    const { status, features } = (await answer.json()) as Payload & { status: number }
    expect(status).toBe(200)
    expect(features['a']).toEqual({ defaultValue: true })
    expect(features['half']).toBeUndefined()
  })

  test.each([
    ['identity', null],
    ['gzip;q=0', null],
    ['gzip;q=0, *', null],
    ['br, *;q=0.1', 'gzip'],
    ['deflate, GZIP;q=0.5', 'gzip'],
  ])('of accept-encoding: %s it makes content-encoding: %s', async (accepted, encoding) => {
    const { server } = await serve({}, TEXT)
    const answer = await fetch(`${server.url}/api/features/sdk-x`, {
      headers: { 'accept-encoding': accepted },
    })
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(Object.keys(((await answer.json()) as Payload).features)).toEqual(['a', 'b'])
  })

  test('its date and its ETag change exactly with what clients are sent', async () => {
    const { server, source } = await serve({}, TEXT)
    const url = `${server.url}/api/features/sdk-x`
    const read = async (): Promise<string> => {
      const answer = await fetch(url)
      const { dateUpdated } = (await answer.json()) as Payload
      return `${dateUpdated} ${answer.headers.get('etag')}`
    }
    const first = await read()
    expect(await read()).toBe(first)
    // A comment, a note, and a feature that these clients are not sent.
    await source.set(`# later\n${TEXT.replace('users: [gary]', 'users: [gary], owner: x')}`)
    expect(await read()).toBe(first)
    await source.set(TEXT.replace('50', '60'))
    expect(await read()).toBe(first)
    await source.set(TEXT.replace('gary', 'wendy'))
    expect(await read()).not.toBe(first)
  })

  test('a copy that is current is confirmed by 304, without a body', async () => {
    const { server, source } = await serve({}, TEXT)
    const url = `${server.url}/api/features/sdk-x`
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    for (const header of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
      const again = await fetch(url, { headers: { 'if-none-match': header } })
      expect([header, again.status, await again.text()]).toEqual([header, 304, ''])
      expect(again.headers.get('etag')).toBe(etag)
    }
    await source.set(TEXT.replace('gary', 'wendy'))
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(200)
  })

  test('features that clients are not sent are logged by name, once', async () => {
    const { server, source, logged } = await serve({}, TEXT)
    const url = `${server.url}/api/features/sdk-x`
    await fetch(url)
    await source.set(TEXT.replace('gary', 'wendy'))
    await fetch(url)
    expect(logged().filter(({ features }) => features !== undefined)).toEqual([
      expect.objectContaining({ features: ['half'] }),
    ])
  })
})

describe('keys', () => {
  const TEXT = `
feature_public: { client: true, users: [gary], url: look, url_for: employee }
feature_secret: { users: [wendy] }
feature_needs_secret:
  client: true
  default: 1
  rules: [{ parentConditions: [{ id: secret, condition: { value: true } }], force: 2 }]
`

  async function withTokens() {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const make = (name: string, scopes: readonly string[], isClient: boolean): string =>
      tokens.create({ name, scopes, client: isClient }, 0).token
    const keys = {
      reader: make('reader', ['read'], false),
      browser: make('browser', ['read'], true),
      remote: make('remote', ['evaluate'], true),
      writer: make('writer', ['write'], false),
    }
    tokens.close()
    const { server, source } = await serve({ db }, TEXT)
    const statusOf = async (key: string): Promise<readonly number[]> => {
      const evaluated = await post(`${server.url}/api/eval/${key}`, {})
      const payload = await fetch(`${server.url}/api/features/${key}`)
      const gone = new AbortController()
      const stream = await fetch(`${server.url}/sub/${key}`, { signal: gone.signal })
      gone.abort()
      return [payload.status, evaluated.status, stream.status]
    }
    return { server, source, keys, statusOf }
  }

  test('one that may read gets rules, one that may evaluate gets values, and anything else a 400', async () => {
    const { keys, statusOf } = await withTokens()
    expect(await statusOf(keys.reader)).toEqual([200, 400, 200])
    expect(await statusOf(keys.browser)).toEqual([200, 400, 200])
    expect(await statusOf(keys.remote)).toEqual([400, 200, 200])
    expect(await statusOf(keys.writer)).toEqual([400, 400, 400])
    expect(await statusOf('sdk-nobody')).toEqual([400, 400, 400])
    expect(await statusOf(`${keys.reader}x`)).toEqual([400, 400, 400])
  })

  test('a refusal has the shape that clients know, and no word of what there is', async () => {
    const { server } = await withTokens()
    const answer = await fetch(`${server.url}/api/features/sdk-nobody`)
    expect(await answer.json()).toEqual({ status: 400, error: expect.any(String) as string })
    expect(answer.headers.get('x-sse-support')).toBeNull()
  })

  test('in a header it counts before the one in the path', async () => {
    const { server, keys } = await withTokens()
    const url = `${server.url}/api/features/any`
    const by = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(url, { headers })).status
    expect(await by({ 'x-growthbook-api-key': keys.reader })).toBe(200)
    expect(await by({ authorization: `Bearer ${keys.reader}` })).toBe(200)
    expect(
      (
        await fetch(`${server.url}/api/features/${keys.reader}`, {
          headers: { 'x-api-key': 'wrong' },
        })
      ).status,
    ).toBe(400)
  })

  test('of browsers sees features with client: true alone, and none that requires another', async () => {
    const { server, keys } = await withTokens()
    const { features } = await payloadAt(`${server.url}/api/features/${keys.browser}`)
    expect(Object.keys(features)).toEqual(['public'])
    const all = await payloadAt(`${server.url}/api/features/${keys.reader}`)
    expect(Object.keys(all.features)).toEqual(['needs_secret', 'public', 'secret'])
    const remote = (await (
      await post(`${server.url}/api/eval/${keys.remote}`, {
        attributes: { loggedIn: true, username: 'wendy' },
      })
    ).json()) as Payload
    expect(remote.features).toEqual({
      needs_secret: { defaultValue: 2 },
      public: { defaultValue: false },
    })
  })

  test('its stream has the payload for readers and a word for those that evaluate', async () => {
    const { server, source, keys } = await withTokens()
    const reading = await eventsOf(`${server.url}/sub/${keys.browser}`)
    const remote = await eventsOf(`${server.url}/sub/${keys.remote}`)
    await source.set(TEXT.replace('gary', 'zoe'))
    const payload = await reading.next('features')
    expect(payload).toContain('zoe')
    expect(payload).not.toContain('wendy')
    expect(await remote.next('features-updated')).toBe('')
    expect(remote.text()).not.toContain('zoe')
    await Promise.all([reading.close(), remote.close()])
  })
})

/** The events of a stream, read until one of a name has come. */
async function eventsOf(url: string, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  const answer = await fetch(url, { signal: gone.signal, headers })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) throw new Error('the stream has no body')
  let text = ''
  return {
    text: () => text,
    async next(name: string): Promise<string> {
      for (;;) {
        const found = new RegExp(`event: ${name}\ndata: ?(.*)\n\n`).exec(text)
        if (found) return found[1] ?? ''
        const { value, done } = await reader.read()
        if (done) throw new Error(`the stream ended without ${name}`)
        text += value
      }
    },
    async close(): Promise<void> {
      await reader.cancel().catch(() => undefined)
      gone.abort()
    },
  }
}

describe('GET /sub/:key', () => {
  const TEXT = 'feature_a: on\n'

  test('begins with the time to come back and an id, and a client that missed a change is told what it is', async () => {
    const { server, source } = await serve({}, TEXT)
    const first = await eventsOf(`${server.url}/sub/sdk-x`)
    await source.set('feature_a: off\n')
    await first.next('features')
    expect(first.text()).toMatch(/^retry: 10000\nid: \S+\n\n/)
    const seen = /^id: (\S+)/m.exec(first.text())?.[1] ?? ''
    await first.close()
    const later = await eventsOf(`${server.url}/sub/sdk-x`, { 'last-event-id': seen })
    expect(JSON.parse(await later.next('features'))).toMatchObject({
      features: { a: { defaultValue: false } },
    })
    await later.close()
  })

  test('ends when the server closes, without an error', async () => {
    const { server } = await serve({}, TEXT)
    const stream = await eventsOf(`${server.url}/sub/sdk-x`)
    await server.close()
    await expect(stream.next('features')).rejects.toThrow('the stream ended')
  })
})

describe('POST /api/eval/:key', () => {
  const TEXT = `
feature_price:
  default: 10
  rules:
    - id: secret-rule
      condition: { country: { $in: [NZ] }, plan: top-secret }
      key: price-test
      variations: [1111, 2222]
      weights: [0.5, 0.5]
      hashVersion: 2
feature_child:
  default: no
  rules: [{ parentConditions: [{ id: price, condition: { value: { $gt: 10 } } }], force: yes }]
`
  const attributes = { id: 'u1', country: 'NZ', plan: 'top-secret' }

  test('has the value and the pending exposure, that of a required feature too, and nothing of a rule', async () => {
    const { server } = await serve({}, TEXT)
    const answer = await post(`${server.url}/api/eval/sdk-x`, { attributes })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const text = await answer.text()
    expect(text).not.toMatch(/condition|weights|secret|NZ|seed|coverage/)
    const { features } = JSON.parse(text) as Payload
    const value = features['price']?.defaultValue
    const other = value === 1111 ? 2222 : 1111
    const [track] = (features['price']?.rules?.[0]?.['tracks'] ?? []) as JsonObject[]
    expect(track?.['experiment']).toEqual({
      key: 'price-test',
      variations: value === 1111 ? [1111, {}] : [{}, 2222],
    })
    expect(track?.['result']).toMatchObject({ value, hashValue: 'u1', featureId: 'price' })
    expect(features['child']?.rules?.[0]?.['tracks']).toEqual([track])
    expect(text.replaceAll(/"bucket":[\d.]+/g, '')).not.toContain(`${other}`)
  })

  test('takes what the user forces, without an exposure', async () => {
    const { server } = await serve({}, TEXT)
    const evaluated = async (body: object): Promise<unknown> =>
      ((await (await post(`${server.url}/api/eval/sdk-x`, body)).json()) as Payload).features[
        'price'
      ]
    for (const variation of [0, 1]) {
      expect(
        await evaluated({ attributes, forcedVariations: { 'price-test': variation } }),
      ).toEqual({
        defaultValue: 1111 * (variation + 1),
      })
      expect(await evaluated({ attributes, url: `https://x/?price-test=${variation}` })).toEqual({
        defaultValue: 1111 * (variation + 1),
      })
    }
    expect(await evaluated({ attributes, forcedFeatures: [['price', 99]] })).toEqual({
      defaultValue: 99,
    })
  })

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['attributes that are no object', '{"attributes":[]}'],
    ['a variation that is no index', '{"forcedVariations":{"a":"1"}}'],
    ['forced features that are no pairs', '{"forcedFeatures":[1]}'],
    ['a URL that is no text', '{"url":5}'],
    [
      'more attributes than the limit',
      JSON.stringify({
        attributes: Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`a${n}`, 1])),
      }),
    ],
  ])('%s is refused as clients know it', async (_, body) => {
    const { server } = await serve({}, TEXT)
    const answer = await post(`${server.url}/api/eval/sdk-x`, body)
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { status: 400, error: 'Invalid input' },
    ])
  })
})

test.each(['x', Buffer.alloc(15).toString('base64'), `${Buffer.alloc(16).toString('base64')}!`])(
  'an encryption key %j that is not 16 bytes in base64 is refused, and not repeated',
  async (encryptionKey) => {
    await expect(serve({ encryptionKey })).rejects.toThrow(
      /^createServer: encryptionKey is "a text of \d+ characters"; .*16 bytes in base64/,
    )
  },
)
