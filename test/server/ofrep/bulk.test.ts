import Ajv from 'ajv/dist/2020'
import type { Exposure } from '../../../src/index'
import { SCHEMAS } from '../../../src/server/ofrep/schemas'
import { ANYONE, type Ask, bodyOf, BROWSER, closeProtocols, protocol, tagOf } from './asked'

afterEach(closeProtocols)

const LIVE = `
feature_b: on
feature_a: {default: x, rules: [{condition: {plan: pro}, force: y}]}
feature_off: off
feature_nothing: {default: null}
feature_bad: {percent_loggedin: much}
feature_exp: {default: red, experiment: {variants: [{name: a, value: blue}]}}
feature_web: {enabled: on, client: true}
feature_later: {default: no, experiment: {start: 2026-06-01, variants: [{name: a, value: yes}]}}
`

interface Bulk {
  readonly flags: readonly {
    readonly key: string
    readonly errorCode?: string
    readonly value?: unknown
  }[]
  readonly metadata: Readonly<Record<string, unknown>>
  readonly eventStreams?: readonly { readonly endpoint: { readonly requestUri: string } }[]
}

const bulkOf = async (answer: Promise<Parameters<typeof bodyOf>[0]>): Promise<Bulk> =>
  bodyOf(await answer) as Bulk
const about = (context: object): Ask => ({ body: { context } as never })

test('every flag is there once, sorted, those that are off, without a value or refused included', async () => {
  const { bulk } = await protocol(LIVE)
  const { flags } = await bulkOf(bulk())
  expect(flags).toMatchObject([
    { key: 'a', value: 'x', reason: 'DEFAULT' },
    { key: 'b', value: true, reason: 'STATIC' },
    { key: 'bad', errorCode: 'PARSE_ERROR' },
    { key: 'exp', value: 'red' },
    { key: 'later', value: 'no' },
    { key: 'nothing', reason: 'DEFAULT' },
    { key: 'off', reason: 'DISABLED' },
    { key: 'web', value: true, metadata: { client: true } },
  ])
})

test('an answer has the shape that its schema says, and the version once', async () => {
  const { bulk } = await protocol(LIVE, { metadata: { env: 'test' }, inactivityDelaySec: 60 })
  const ajv = new Ajv({ strict: false, formats: { uri: true } })
  ajv.addSchema({ $id: 'x', components: { schemas: SCHEMAS } })
  const body = await bulkOf(bulk(about({ targetingKey: 'u' })))
  const check = ajv.compile({ $ref: 'x#/components/schemas/OfrepBulk' })
  expect([check(body), check.errors]).toEqual([true, null])
  expect(body.metadata).toMatchObject({ env: 'test', flagSetId: 'liveflag' })
  expect(JSON.stringify(body).split(String(body.metadata['version']))).toHaveLength(2)
})

test('nothing is recorded', async () => {
  const exposures: Exposure[] = []
  const { bulk } = await protocol(LIVE, {}, { onExposure: (one) => exposures.push(one) })
  const { flags } = await bulkOf(bulk(about({ targetingKey: 'u' })))
  expect(flags).toContainEqual(expect.objectContaining({ key: 'exp', value: 'blue' }))
  expect(exposures).toEqual([])
})

test('a client-side key sees flags for clients alone', async () => {
  const { bulk } = await protocol(LIVE)
  const { flags } = await bulkOf(bulk({ principal: BROWSER }))
  expect(flags.map(({ key }) => key)).toEqual(['web'])
})

test.each<[what: string, ask: Ask]>([
  ['no JSON', { invalidBody: true }],
  ['a list', { body: [] }],
  ['a context that is a text', { body: { context: 'x' } }],
])('a body that is %s is refused as a whole', async (_, ask) => {
  const { bulk } = await protocol(LIVE)
  const answer = await bulk(ask)
  expect([answer.status, bodyOf(answer)]).toMatchObject([400, { errorCode: 'INVALID_CONTEXT' }])
})

describe('the entity tag', () => {
  test('is confirmed by 304 without a body, when the result is the same', async () => {
    const { bulk } = await protocol(LIVE)
    const etag = tagOf(await bulk(about({ targetingKey: 'u' })))
    const again = await bulk({
      ...about({ targetingKey: 'u' }),
      headers: { 'if-none-match': etag },
    })
    expect(again).toEqual({
      status: 304,
      headers: {
        etag,
        'cache-control': 'private, no-cache',
        vary: expect.stringContaining('Authorization') as string,
      },
    })
  })

  test('depends on the result, and so on the context, and not on what changes no result', async () => {
    const { bulk } = await protocol(LIVE)
    const tag = async (context: object): Promise<string> => tagOf(await bulk(about(context)))
    expect(await tag({ targetingKey: 'u', plan: 'pro' })).not.toBe(await tag({ targetingKey: 'u' }))
    expect(await tag({ targetingKey: 'u', colour: 'red' })).toBe(await tag({ targetingKey: 'u' }))
  })

  test('is the same after an edit that changes no result', async () => {
    const { bulk, set } = await protocol(LIVE)
    const before = tagOf(await bulk())
    await set(`# a comment\n${LIVE}`)
    expect(tagOf(await bulk())).toBe(before)
    await set(LIVE.replace('feature_b: on', 'feature_b: off'))
    expect(tagOf(await bulk())).not.toBe(before)
  })

  test('changes when time alone changes the result', async () => {
    const now = { at: Date.parse('2026-05-31T23:59:59Z') }
    const { bulk } = await protocol(LIVE, {}, { now: () => now.at })
    const before = tagOf(await bulk(about({ targetingKey: 'u' })))
    now.at += 1000
    expect(tagOf(await bulk(about({ targetingKey: 'u' })))).not.toBe(before)
  })

  test('differs between callers who may see different flags, and between tokens of streams', async () => {
    const { bulk, clock } = await protocol('feature_web: {enabled: on, client: true}')
    const browser = tagOf(await bulk({ principal: BROWSER }))
    expect(browser).not.toBe(tagOf(await bulk({ principal: ANYONE })))
    clock.now += 60_000
    expect(tagOf(await bulk({ principal: BROWSER }))).toBe(browser)
    clock.now += 3_600_000
    expect(tagOf(await bulk({ principal: BROWSER }))).not.toBe(browser)
  })
})

describe('a client that was notified of a change', () => {
  const withTag = async (query: Record<string, string>) => {
    const { bulk } = await protocol(LIVE)
    const first = await bulk()
    const { metadata } = bodyOf(first) as Bulk
    const version = String(metadata['version'])
    const sent = Object.entries(query).map(([name, value]) => [
      name,
      value.replace('VERSION', version),
    ])
    return bulk({
      query: Object.fromEntries(sent) as Record<string, string>,
      headers: { 'if-none-match': tagOf(first) },
    })
  }

  test.each<[what: string, query: Record<string, string>, status: number]>([
    ['of the content in force', { flagConfigEtag: 'VERSION' }, 304],
    ['of the content in force, quoted and weak', { flagConfigEtag: 'W/"VERSION"' }, 304],
    ['of another content', { flagConfigEtag: 'other' }, 200],
    ['of a later time', { flagConfigLastModified: '99999999999' }, 200],
    ['of a later date', { flagConfigLastModified: '2999-01-01T00:00:00Z' }, 200],
    ['of an earlier time', { flagConfigLastModified: '1' }, 304],
    ['of no time at all', { flagConfigLastModified: 'soon' }, 304],
    ['of nothing', { flagConfigEtag: '' }, 304],
  ])('%s', async (_, query, status) => {
    expect((await withTag(query)).status).toBe(status)
  })
})

describe('the announcement of the stream', () => {
  const uriOf = async (ask: Ask, options = {}): Promise<string | undefined> => {
    const { bulk } = await protocol(LIVE, options)
    return (await bulkOf(bulk(ask))).eventStreams?.[0]?.endpoint.requestUri
  }

  test('has the whole path, with the place where the server is mounted', async () => {
    expect(await uriOf({ mount: '/flags' })).toBe('/flags/ofrep/v1/sse')
  })

  test('has a token where the caller has one, and none where anybody may ask', async () => {
    expect(await uriOf({ principal: BROWSER })).toMatch(
      /^\/ofrep\/v1\/sse\?token=client~d2Vi\.\d+\.[\w-]{22}$/,
    )
    expect(await uriOf({})).toBe('/ofrep/v1/sse')
  })

  test('is left out when streams are off', async () => {
    expect(await uriOf({}, { streams: false })).toBeUndefined()
  })

  test('names another origin when there is one', async () => {
    const { bulk } = await protocol(LIVE, { streamOrigin: 'https://flags.example.com' })
    expect((await bulkOf(bulk())).eventStreams).toEqual([
      {
        type: 'sse',
        endpoint: { requestUri: '/ofrep/v1/sse', origin: 'https://flags.example.com' },
      },
    ])
  })
})
