/** OFREP, asked by the clients of the OpenFeature project itself. */
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { OpenFeature as ServerSdk, StandardResolutionReasons } from '@openfeature/server-sdk'
import {
  OpenFeature as WebSdk,
  type Provider as WebProvider,
  ProviderEvents as WebEvents,
} from '@openfeature/web-sdk'
import { EventSource } from 'eventsource'
import { OFREPApi } from 'ofrep-core'
import { join } from 'node:path'
import { TokenStore } from '../../../src/server/token-store'
import { eventually } from '../../support/eventually'
import { tempDir } from '../../support/temp-dir'
import { closeServers, FEATURES, serve } from '../scene'

Object.assign(globalThis, { EventSource })

afterEach(async () => {
  await Promise.all([ServerSdk.clearProviders(), WebSdk.clearProviders()])
  await closeServers()
})

type WebOptions = ConstructorParameters<typeof OFREPWebProvider>[0]

/** Its type says of `hooks` that they may be undefined, which the SDK's own type does not take. */
const webProvider = (options: WebOptions): WebProvider =>
  new OFREPWebProvider(options) as unknown as WebProvider

const MORE = `${FEATURES}
feature_nz: { default: no, rules: [{ condition: { country: NZ }, force: yes }], client: true }
feature_gold: { gold: true }
feature_a/b: on
`

describe('the API client', () => {
  test('takes every kind of success and failure of a single flag as the protocol means it', async () => {
    const { server } = await serve({}, MORE)
    const api = new OFREPApi({ baseUrl: server.url })
    const context = { targetingKey: 't2_beef', country: 'NZ' }
    expect(await api.postEvaluateFlag('nz', { context })).toMatchObject({
      httpStatus: 200,
      value: { key: 'nz', value: 'yes', reason: 'TARGETING_MATCH' },
    })
    expect(await api.postEvaluateFlag('a/b')).toMatchObject({
      httpStatus: 200,
      value: { value: true },
    })
    const unknown = await api.postEvaluateFlag('none').catch((error: unknown) => error)
    expect(unknown).toMatchObject({ httpStatus: 404, value: { errorCode: 'FLAG_NOT_FOUND' } })
    const bad = await api.postEvaluateFlag('nz', { context: { targetingKey: 5 } as never })
    expect(bad).toMatchObject({ httpStatus: 400, value: { errorCode: 'INVALID_CONTEXT' } })
    api.close()
  })

  test('has every flag in one answer, and a 304 while neither the flags nor the context change', async () => {
    const { server, source } = await serve({}, MORE)
    const api = new OFREPApi({ baseUrl: server.url })
    const ask = (country: string, etag: string | null = null) =>
      api.postBulkEvaluateFlags({ context: { targetingKey: 'u', country } }, etag)
    const first = await ask('NZ')
    if (first.httpStatus !== 200) throw new Error('no answer')
    const etag = first.httpResponse?.headers.get('etag') ?? ''
    expect(first.value.flags?.map((flag) => 'key' in flag && flag.key)).toEqual([
      'a/b',
      'buy',
      'gold',
      'number',
      'nz',
      'object',
      'off',
      'on',
      'share',
      'text',
    ])
    expect((await ask('NZ', etag)).httpStatus).toBe(304)
    expect((await ask('AU', etag)).httpStatus).toBe(200)
    await source.set(MORE.replace('default: hello', 'default: goodbye'))
    expect((await ask('NZ', etag)).httpStatus).toBe(200)
    api.close()
  })

  test.each([
    ['Authorization', (token: string) => `Bearer ${token}`],
    ['X-API-Key', (token: string) => token],
  ])('is let in by %s, and refused without', async (name, value) => {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const { token } = tokens.create({ name: 'shop' }, 0)
    tokens.close()
    const { server } = await serve({ db }, MORE)
    const statusWith = async (sent: string | undefined): Promise<number> => {
      const headers: [string, string][] = sent === undefined ? [] : [[name, value(sent)]]
      const api = new OFREPApi({ baseUrl: server.url, headers })
      const answer = await api
        .postEvaluateFlag('on')
        .catch((error: { response: Response }) => error)
      api.close()
      return 'httpStatus' in answer ? answer.httpStatus : answer.response.status
    }
    expect(await statusWith(token)).toBe(200)
    expect(await statusWith(undefined)).toBe(401)
    expect(await statusWith(token.slice(0, -1) + '~')).toBe(401)
  })
})

describe('the server provider', () => {
  test('answers each type, with reason, variant and metadata', async () => {
    const { server } = await serve({}, MORE)
    await ServerSdk.setProviderAndWait(new OFREPProvider({ baseUrl: server.url }))
    const client = ServerSdk.getClient()
    const context = { targetingKey: 't2_beef', country: 'NZ', user: { gold: true } }
    expect(await client.getBooleanDetails('gold', false, context)).toMatchObject({
      value: true,
      reason: StandardResolutionReasons.TARGETING_MATCH,
    })
    expect(await client.getStringDetails('buy', 'x', context)).toMatchObject({
      value: 'blue',
      variant: 'blue',
      reason: StandardResolutionReasons.SPLIT,
    })
    expect(await client.getStringDetails('text', 'x', context)).toMatchObject({
      value: 'hello',
      flagMetadata: { description: 'A greeting' },
    })
    expect(await client.getNumberValue('share', 0, context)).toBe(0.5)
    expect(await client.getObjectValue('object', {}, context)).toEqual({ a: 1 })
    // This client makes an error of an answer without a value; the code's default it is all the same.
    expect(await client.getBooleanValue('off', true, context)).toBe(true)
  })

  test('gives the code its default, with the error, for a flag that is not there or is of another type', async () => {
    const { server } = await serve({}, MORE)
    await ServerSdk.setProviderAndWait(new OFREPProvider({ baseUrl: server.url }))
    const client = ServerSdk.getClient()
    expect(await client.getBooleanDetails('none', true)).toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
    })
    expect(await client.getNumberDetails('text', 7)).toMatchObject({
      value: 7,
      errorCode: 'TYPE_MISMATCH',
    })
  })

  test('sees an edit with the next question', async () => {
    const { server, source } = await serve({}, MORE)
    await ServerSdk.setProviderAndWait(new OFREPProvider({ baseUrl: server.url }))
    const client = ServerSdk.getClient()
    expect(await client.getStringValue('text', 'x')).toBe('hello')
    await source.set(MORE.replace('default: hello', 'default: goodbye'))
    expect(await client.getStringValue('text', 'x')).toBe('goodbye')
  })

  test('works below a prefix', async () => {
    const { server } = await serve({ prefix: '/flags' }, MORE)
    expect(server.url).toMatch(/\/flags$/)
    await ServerSdk.setProviderAndWait(new OFREPProvider({ baseUrl: server.url }))
    expect(await ServerSdk.getClient().getBooleanValue('on', false)).toBe(true)
  })
})

describe('the web provider', () => {
  test('has every flag of its context at once, and new ones when the context changes', async () => {
    const { server } = await serve({}, MORE)
    await WebSdk.setContext({ targetingKey: 'u', country: 'NZ' })
    await WebSdk.setProviderAndWait(webProvider({ baseUrl: server.url, cacheMode: 'disabled' }))
    const client = WebSdk.getClient()
    expect(client.getStringValue('nz', 'x')).toBe('yes')
    expect(client.getNumberValue('number', 0)).toBe(3)
    expect(client.getBooleanDetails('off', true)).toMatchObject({ value: true, reason: 'DISABLED' })
    await WebSdk.setContext({ targetingKey: 'u', country: 'AU' })
    expect(client.getStringValue('nz', 'x')).toBe('no')
  })

  test.each(['', '/flags'])(
    'is notified of an edit by the stream below "%s", and has it without asking in between',
    async (prefix) => {
      const { server, source } = await serve({ prefix }, MORE)
      await WebSdk.setContext({ targetingKey: 'u' })
      await WebSdk.setProviderAndWait(webProvider({ baseUrl: server.url, cacheMode: 'disabled' }))
      const client = WebSdk.getClient()
      const changed = new Promise<readonly string[] | undefined>((resolve) =>
        client.addHandler(WebEvents.ConfigurationChanged, (details) =>
          resolve(details?.flagsChanged),
        ),
      )
      await source.set(MORE.replace('default: hello', 'default: goodbye'))
      expect(await changed).toContain('text')
      expect(client.getStringValue('text', 'x')).toBe('goodbye')
    },
  )

  test('with the token of a browser sees flags with client: true alone, and their changes by a token of the stream', async () => {
    const db = join(tempDir(), 'liveflag.db')
    const tokens = new TokenStore(db, 'test')
    const { token } = tokens.create({ name: 'web', client: true }, 0)
    tokens.close()
    const { server, source } = await serve({ db }, MORE)
    await WebSdk.setContext({ targetingKey: 'u', country: 'NZ' })
    await WebSdk.setProviderAndWait(
      webProvider({
        baseUrl: server.url,
        cacheMode: 'disabled',
        headers: [['Authorization', `Bearer ${token}`]],
      }),
    )
    const client = WebSdk.getClient()
    expect(client.getStringValue('nz', 'x')).toBe('yes')
    expect(client.getBooleanDetails('on', false)).toMatchObject({
      value: false,
      errorCode: 'FLAG_NOT_FOUND',
    })
    await source.set(MORE.replace('force: yes', 'force: maybe'))
    await eventually('the edit is seen', () => client.getStringValue('nz', 'x') === 'maybe')
  })

  test('to be refused is an error of the provider, and the code has its defaults', async () => {
    const { server } = await serve({ authenticate: () => null }, MORE)
    await WebSdk.setContext({ targetingKey: 'u' })
    const failed = WebSdk.setProviderAndWait(
      webProvider({ baseUrl: server.url, cacheMode: 'disabled' }),
    )
    await expect(failed).rejects.toThrow()
    expect(WebSdk.getClient().getStringValue('text', 'mine')).toBe('mine')
  })
})
