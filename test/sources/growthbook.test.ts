/** A real server sends what GrowthBook's API does; the real GrowthBook SDK reads it, too. */
import { createCipheriv } from 'node:crypto'
import { join } from 'node:path'
import { GrowthBookClient } from '@growthbook/growthbook'
import {
  type Features,
  growthbook,
  type GrowthBookOptions,
  openFeatures,
  type Problem,
  worldOf,
} from '../../src'
import { eventually } from '../support/eventually'
import { FlagServer, serving, status } from '../support/flag-server'
import { tempDir } from '../support/temp-dir'

const KEY = Buffer.alloc(16, 7).toString('base64')
const OFFER = { headers: { 'x-sse-support': 'enabled' } }
const NEVER = 2 ** 31 - 1

function encrypted(value: unknown, key = KEY): string {
  const iv = Buffer.alloc(16, 3)
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), iv)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `${iv.toString('base64')}.${Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')}`
}

const FEATURES = {
  colour: { defaultValue: 'red', rules: [{ condition: { country: 'NZ' }, force: 'green' }] },
  button: {
    defaultValue: 0,
    rules: [{ key: 'button', variations: [0, 1, 2], hashVersion: 2, seed: 'b' }],
  },
  rollout: { defaultValue: false, rules: [{ force: true, coverage: 0.4 }] },
  staff: {
    defaultValue: false,
    rules: [{ condition: { id: { $inGroup: 'staff' } }, force: true }],
  },
  child: {
    defaultValue: 1,
    rules: [
      { parentConditions: [{ id: 'rollout', condition: { value: true }, gate: true }], force: 2 },
    ],
  },
}
const GROUPS = { staff: ['u1', 'u5'] }
const plain = {
  status: 200,
  features: FEATURES,
  savedGroups: GROUPS,
  dateUpdated: '2026-01-01T00:00:00Z',
}
const secret = {
  status: 200,
  features: {},
  encryptedFeatures: encrypted(FEATURES),
  encryptedSavedGroups: encrypted(GROUPS),
  experiments: [],
  encryptedExperiments: encrypted([]),
  dateUpdated: '2026-01-01T00:00:00Z',
}

let server: FlagServer
let features: Features | undefined

beforeEach(async () => {
  server = await FlagServer.start()
  server.answer = serving(JSON.stringify(plain))
})

afterEach(async () => {
  await features?.close()
  features = undefined
  await server.close()
})

async function engine(options: Partial<GrowthBookOptions> = {}): Promise<Features> {
  features = await openFeatures({
    source: growthbook({
      apiHost: server.origin,
      clientKey: 'sdk-1',
      refreshMs: NEVER,
      ...options,
    }),
  })
  return features.on('problem', () => undefined)
}

const colour = (opened: Features, country = 'X'): string =>
  opened.for(worldOf({ attributes: { country } })).getStringValue('colour', 'none')
const problems = (opened: Features): string[] =>
  opened.snapshot.problems.map(({ severity, message }: Problem) => `${severity}: ${message}`)

test('a payload with nothing but encrypted parts is read', async () => {
  server.answer = serving(JSON.stringify({ encryptedFeatures: encrypted(FEATURES) }))
  const opened = await engine({ decryptionKey: KEY })
  expect([colour(opened, 'NZ'), colour(opened)]).toEqual(['green', 'red'])
})

describe.each([
  ['plain', plain],
  ['encrypted', secret],
])('the GrowthBook SDK and liveflag on the same %s payload', (_, payload) => {
  it('give forty visitors the same flags, before and after a change', async () => {
    server.answer = serving(JSON.stringify(payload), OFFER)
    const opened = await engine({ decryptionKey: KEY })
    const client = new GrowthBookClient({
      apiHost: server.origin,
      clientKey: 'sdk-1',
      decryptionKey: KEY,
    })
    expect(await client.init({ timeout: 2000, streaming: false })).toMatchObject({ success: true })
    const compare = (): void => {
      for (let i = 0; i < 40; i++) {
        const attributes = { id: `u${i}`, country: i % 3 === 0 ? 'NZ' : 'KZ' }
        const ours = opened.for(worldOf({ user: { id: `u${i}`, name: 'x' }, attributes }))
        const names = Object.keys(FEATURES)
        expect(names.map((name) => ours.decide(name).value)).toEqual(
          names.map((name) => client.evalFeature(name, { attributes }).value),
        )
      }
    }
    compare()
    await eventually('the stream is open', () => server.streams.length === 1)
    const colourNow = { ...FEATURES, colour: { defaultValue: 'blue' } }
    const changed = JSON.stringify({
      ...payload,
      ...('encryptedFeatures' in payload
        ? { encryptedFeatures: encrypted(colourNow) }
        : { features: colourNow }),
      dateUpdated: '2026-01-02T00:00:00Z',
    })
    server.answer = serving(changed, OFFER)
    server.newest.features(1, changed)
    await eventually('liveflag has it', () => colour(opened) === 'blue')
    await client.refreshFeatures({ timeout: 2000, skipCache: true })
    compare()
    client.destroy()
  })
})

describe('the URL', () => {
  it('is made of the host, without slashes at its end, and the encoded key', async () => {
    await engine({ apiHost: `${server.origin}/proxy//`, clientKey: 'sdk 1/é' })
    expect(server.pulls.map(({ url }) => url)).toEqual(['/proxy/api/features/sdk%201%2F%C3%A9'])
  })

  it.each([
    ['no host', { apiHost: '' }, /apiHost/],
    ['a host that is no URL', { apiHost: 'example' }, /is not an http or https URL/],
    ['no key', { clientKey: '' }, /clientKey/],
    ['a decryption key of another length', { decryptionKey: 'c2hvcnQ=' }, /decryptionKey/],
  ])('refuses %s', (_, options, message) => {
    const make = () => growthbook({ apiHost: 'https://x.test', clientKey: 'sdk-1', ...options })
    expect(make).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringMatching(message),
      }),
    )
  })

  it('never repeats a decryption key that it refuses', () => {
    expect(() =>
      growthbook({ apiHost: 'https://x.test', clientKey: 'k', decryptionKey: 'hunter2' }),
    ).not.toThrow(/hunter2/)
  })
})

describe('a payload that is none', () => {
  it.each([
    ['without features', { status: 200 }],
    ['with a list of features', { features: [] }],
    ['with an error', { status: 400, error: 'no' }],
    ['that is a list', []],
    [
      'encrypted with another key',
      {
        features: {},
        encryptedFeatures: encrypted(FEATURES, Buffer.alloc(16, 9).toString('base64')),
      },
    ],
    ['that decrypts to a list', { encryptedFeatures: encrypted([]) }],
    ['that decrypts to rubbish', { encryptedFeatures: encrypted('{') }],
  ])('%s is refused, and what was in force stays', async (_, payload) => {
    const opened = await engine({ decryptionKey: KEY })
    server.answer = serving(JSON.stringify(payload))
    await opened.reload()
    expect(colour(opened)).toBe('red')
    expect(opened.snapshot).toMatchObject({ status: 'STALE' })
    expect(problems(opened)).toEqual([
      expect.stringMatching(/^error: what http.* sent was refused/),
    ])
  })

  it('that is encrypted says which option is missing', async () => {
    server.answer = serving(JSON.stringify(secret))
    await expect(engine()).rejects.toThrow(/decryptionKey/)
  })
})

describe('a part that cannot be decrypted', () => {
  it('counts as empty and is reported, while the features are used; the next good payload ends that', async () => {
    const broken = {
      ...secret,
      encryptedSavedGroups: 'rubbish',
      encryptedExperiments: encrypted({}),
      dateUpdated: 'a',
    }
    server.answer = serving(JSON.stringify(broken))
    const opened = await engine({ decryptionKey: KEY })
    const isStaff = (): boolean =>
      opened.for(worldOf({ attributes: { id: 'u1' } })).isEnabled('staff')
    expect([colour(opened, 'NZ'), isStaff()]).toEqual(['green', false])
    expect(problems(opened)).toEqual([
      expect.stringMatching(
        /^error: .* count as empty: savedGroups \(Cannot decrypt.*; experiments \(encryptedExperiments holds no list/,
      ),
      'warning: there is no saved group staff; nobody is in it',
    ])
    server.answer = serving(JSON.stringify(secret))
    await opened.reload()
    expect([isStaff(), problems(opened)]).toEqual([true, []])
  })
})

it('takes a payload of the same date for the same', async () => {
  const opened = await engine()
  const { generation } = opened.snapshot
  server.answer = serving(JSON.stringify({ ...plain, features: {} }))
  await opened.reload()
  expect([opened.snapshot.generation, colour(opened)]).toEqual([generation, 'red'])
  server.answer = serving(
    JSON.stringify({ ...plain, features: { colour: { defaultValue: 'blue' } }, dateUpdated: '' }),
  )
  await opened.reload()
  expect(colour(opened)).toBe('blue')
})

it('keeps what was encrypted so on disk, and starts from it', async () => {
  server.answer = serving(JSON.stringify(secret))
  const cache = { path: join(tempDir(), 'flags.json') }
  await (await engine({ decryptionKey: KEY, cache })).close()
  server.answer = status(500)
  expect(colour(await engine({ decryptionKey: KEY, cache }), 'NZ')).toBe('green')
})
