/** What pages report of their bootstraps, down to a real database. */
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { createDecider, sqliteStore } from '../../../src/decide/decide'
import { type Features, memory, openFeatures, worldOf } from '../../../src/index'
import { createServer, type ServerOptions } from '../../../src/server/server'
import { tempDir } from '../../support/temp-dir'
import { closeServers, FEATURES, post, serve } from '../scene'

afterEach(closeServers)

const SECRET = 'a secret of at least thirty-two characters'
const NOW = Date.parse('2026-05-01T12:00:00Z')
const DAY = 24 * 3_600_000
/** What the application has that serves the pages. */
const PAGES = `
feature_button:
  client: true
  experiment: { status: running, experiment_id: 7, variants: [{ name: blue, weight: 100 }] }
feature_rule:
  client: true
  default: a
  rules: [{ key: r, variations: [a, b], weights: [1, 0], hashAttribute: id }]
`

interface Answered {
  readonly status: number
  readonly body: unknown
}

async function scene(options: ServerOptions = {}) {
  let now = NOW
  const clock = { now: () => now }
  const path = join(tempDir(), 'records.db')
  const features = await openFeatures({ source: memory(FEATURES) })
  const decider = createDecider({ features, store: sqliteStore(path), ...clock })
  const app = await openFeatures({ source: memory(PAGES), exposureSecret: SECRET, ...clock })
  const { server } = await serve({ decider, exposureSecret: SECRET, ...clock, ...options })
  const tokens = (id: string, asked: Features = app): readonly unknown[] =>
    Object.values(asked.for(worldOf({ user: { id } })).bootstrap().features).map(
      ({ exposure }) => exposure,
    )
  return {
    url: `${server.url}/events/exposures`,
    tokens,
    /** As `sendBeacon` does it: a text, which needs no preflight. */
    send: async (events: unknown, headers: Record<string, string> = {}): Promise<Answered> => {
      const answer = await post(`${server.url}/events/exposures`, JSON.stringify({ events }), {
        'content-type': 'text/plain;charset=UTF-8',
        ...headers,
      })
      return { status: answer.status, body: await answer.json() }
    },
    wait: (ms: number) => (now += ms),
    /** The rows of the database, as any program reads them. */
    stored: (): unknown => {
      const database = new BetterSqlite3(path, { readonly: true })
      const rows = database
        .prepare(
          'select unit, experiment, variant, feature, source, hash from liveflag_exposures order by experiment',
        )
        .raw()
        .all()
      database.close()
      return rows
    },
    close: async (): Promise<void> => {
      await Promise.all([decider.close(), features.close(), app.close()])
    },
  }
}

const events = (tokens: readonly unknown[]): readonly object[] =>
  tokens.map((token) => ({ type: 'exposure', token }))

test('what a page sends is durable when it is answered, and a beacon that is sent twice records once', async () => {
  const { tokens, send, stored, close } = await scene()
  const sent = events(tokens('t2_beef'))
  for (let i = 0; i < 2; i++)
    expect(await send(sent)).toEqual({ status: 200, body: { accepted: 2, rejected: 0 } })
  // Another bootstrap of the same visitor seals the same exposure anew.
  expect(await send(events(tokens('t2_beef')))).toMatchObject({ status: 200 })
  expect(stored()).toEqual([
    ['t2_beef', '7', 'blue', 'button', 'client', 'sha256'],
    ['t2_beef', 'r', '0', 'rule', 'client', 'growthbook'],
  ])
  await close()
})

test('what was not sealed with the secret, was changed or is older than a day counts as nothing', async () => {
  const { tokens, send, wait, stored, close } = await scene()
  const foreign = await openFeatures({ source: memory(PAGES), onExposure: () => undefined })
  const [token = ''] = tokens('t2_beef').map(String)
  const changed = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`
  const forged = [changed, ...tokens('t2_x', foreign), '', 'AAAA', 'x'.repeat(9000), 7, null]
  const made = [{ unit: 'u', experiment: '7', variant: 'blue', type: 'exposure' }, 'x', null]
  const refusal = expect.stringContaining('sealed here within a day') as string
  expect(await send([...events(forged), ...made])).toMatchObject({
    status: 400,
    body: { error: { code: 'bad_request', message: refusal } },
  })
  expect(await send([...events(forged), ...events([token])])).toEqual({
    status: 200,
    body: { accepted: 1, rejected: forged.length },
  })
  const old = tokens('t2_old')
  wait(DAY + 1)
  expect(await send(events(old))).toMatchObject({ status: 400 })
  expect(stored()).toEqual([['t2_beef', '7', 'blue', 'button', 'client', 'sha256']])
  await foreign.close()
  await close()
})

test.each([
  ['no list of events', 400, '{"events":7}'],
  ['an empty list', 400, '{"events":[]}'],
  ['no JSON', 400, 'events'],
  ['nothing', 400, ''],
  ['more events than a batch', 400, JSON.stringify({ events: Array(1001).fill({ token: 'x' }) })],
  ['more bytes than a body may have', 413, ' '.repeat((1 << 20) + 1)],
])('a body with %s is answered by %i', async (_, status, body) => {
  const { url, close } = await scene()
  const answer = await post(url, body)
  expect([answer.status, typeof (await answer.json())]).toEqual([status, 'object'])
  await close()
})

test('no token of the server is needed, while other events need one', async () => {
  const { url, tokens, send, close } = await scene({ authenticate: () => null })
  expect(await send(events(tokens('t2_beef')))).toMatchObject({ status: 200 })
  const others = await post(url.replace('/exposures', ''), { events: [] })
  expect(others.status).toBe(401)
  await close()
})

test('a page of another origin may read the answer where cors names it; one address may ask so often', async () => {
  const origin = 'https://shop.example'
  const { url, tokens, close } = await scene({ cors: [origin], rateLimit: 1, rateBurst: 2 })
  const ask = (from: string) => post(url, { events: events(tokens('t2_beef')) }, { origin: from })
  const [named, other, third] = [
    await ask(origin),
    await ask('https://evil.example'),
    await ask(origin),
  ]
  expect([named.status, named.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
  expect(third.status).toBe(429)
  await close()
})

test('while the store is away nothing is promised', async () => {
  const features = await openFeatures({ source: memory(PAGES), exposureSecret: SECRET })
  const decider = createDecider({
    features,
    store: sqliteStore(tempDir()),
    onError: () => undefined,
    log: { onError: () => undefined, timeoutMs: 200 },
  })
  const { server } = await serve({ decider, exposureSecret: SECRET })
  const { button } = features.for(worldOf({ user: { id: 't2_beef' } })).bootstrap().features
  const answer = await post(`${server.url}/events/exposures`, {
    events: events([button?.exposure]),
  })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  await decider.close()
  await features.close()
})

test('without a secret of its own the server opens what its features sealed', async () => {
  const features = await openFeatures({ source: memory(PAGES), exposureSecret: SECRET })
  const server = await createServer(features, { port: 0, logLevel: 'silent' })
  const { button } = features.for(worldOf({ user: { id: 't2_beef' } })).bootstrap().features
  const sent = { events: events([button?.exposure]) }
  expect((await post(`${server.url}/events/exposures`, sent)).status).toBe(200)
  await server.close()
  await features.close()
})

test('a secret that is too short is refused, and not printed', async () => {
  const features = await openFeatures({ source: memory(PAGES) })
  await expect(createServer(features, { port: 0, exposureSecret: 'short' })).rejects.toThrow(
    /exposureSecret is a text of 5 characters.*at least 32 characters/,
  )
  await features.close()
})
