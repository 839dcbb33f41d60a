/**
 * A remote config as a production service uses one: the acceptance table of
 * docs/spec/remote-config.md, section 15, by its row numbers. What reads give (1 to 6, 24, 25, 29)
 * is in typed-value.test.ts, what is reported of files and pulls (17, 21 to 23) in test/sources. 11 and
 * 12 are counters of what `onUsage` tells. 26 to 28 are for a store of records.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Facts,
  type FeatureUsage,
  growthbook,
  memory,
  openFeatures,
  worldOf,
} from '../../src/index'
import { overrideFile } from '../../src/sources/override-file'
import { FlagServer, serving, status } from '../support/flag-server'
import { closeEngines, openEngine } from '../support/engine'
import { tempDir } from '../support/temp-dir'

afterEach(closeEngines)

const EXPERIMENT = {
  defaultValue: 'control',
  rules: [{ key: 'my_experiment', variations: ['control', 'treatment'], coverage: 1.0 }],
}

const AT = Date.UTC(2026, 0, 1)
const user = (id: string): Facts => ({ user: { id } })

async function engine(features: object) {
  const uses: FeatureUsage[] = []
  const opened = await openEngine(JSON.stringify({ features }), {
    format: 'json',
    onUsage: (use) => uses.push(use),
    now: () => AT,
  })
  const rows = (): unknown[] =>
    uses.map(({ user, feature, value, at }) => ({ user, feature, value, at }))
  return { ...opened, uses, rows, as: (facts: Facts = {}) => opened.features.for(worldOf(facts)) }
}

describe('exposures and uses', () => {
  test('6: and none of a visitor who is not known', async () => {
    const { as, exposures } = await engine({ my_flag: EXPERIMENT })
    expect([as().getStringValue('my_flag', 'fallback'), exposures]).toEqual(['control', []])
  })

  test('7: a check is a use, with user, key, value and time', async () => {
    const { as, rows } = await engine({ my_flag: { defaultValue: true } })
    as(user('123')).getBooleanValue('my_flag', false)
    expect(rows()).toEqual([{ user: '123', feature: 'my_flag', value: true, at: AT }])
  })

  test('8: two checks with two values are two, in order', async () => {
    const { as, rows, set } = await engine({ my_flag: { defaultValue: 'first' } })
    as(user('1')).getStringValue('my_flag', '')
    await set(JSON.stringify({ features: { my_flag: { defaultValue: 'second' } } }))
    as(user('1')).getStringValue('my_flag', '')
    expect(rows()).toMatchObject([{ value: 'first' }, { value: 'second' }])
  })

  test.each<[string, 'requests' | 'overrides']>([
    ['requests', 'requests'],
    ['overrides of one request', 'overrides'],
  ])('9: users and flags are apart, in %s', async (_, how) => {
    const { as, rows } = await engine({ a: { defaultValue: 1 }, b: { defaultValue: 1 } })
    const one = as()
    for (const id of ['1', '2']) {
      for (const name of ['a', 'b', 'a']) {
        if (how === 'requests') as(user(id)).getNumberValue(name, 0)
        else one.getNumberValue(name, 0, user(id))
      }
    }
    const apart = [
      { user: '1', feature: 'a' },
      { user: '1', feature: 'b' },
      { user: '2', feature: 'a' },
      { user: '2', feature: 'b' },
    ]
    const once = rows().filter(
      (row, i, all) =>
        all.findIndex((other) => JSON.stringify(other) === JSON.stringify(row)) === i,
    )
    expect(once).toMatchObject(apart)
    // A request of its own counts on its own.
    expect(rows()).toHaveLength(how === 'requests' ? 6 : 4)
  })

  test('10: an unknown flag is used with null', async () => {
    const { as, rows } = await engine({})
    as(user('1')).getStringValue('my_flag', 'my_default')
    expect(rows()).toEqual([{ user: '1', feature: 'my_flag', value: null, at: AT }])
  })

  test.each<[string, object, string, string]>([
    ['11', { my_flag: { defaultValue: 'yes' } }, 'defaultValue', 'yes'],
    ['12', {}, 'unknownFeature', 'fallback'],
  ])(
    '%s: a global read tells its source for a counter, and no user',
    async (_, given, source, value) => {
      const { features, uses } = await engine(given)
      expect(features.global.getStringValue('my_flag', 'fallback')).toBe(value)
      expect(uses).toEqual([expect.not.objectContaining({ user: expect.anything() as unknown })])
      expect(uses).toMatchObject([{ feature: 'my_flag', source }])
    },
  )
})

describe('starting', () => {
  const payload = JSON.stringify({ features: { my_flag: { defaultValue: 'cached' } } })
  let server: FlagServer
  let path: string
  beforeEach(async () => {
    server = await FlagServer.start()
    path = join(tempDir(), 'flags.json')
  })
  afterEach(() => server.close())

  const open = () =>
    openFeatures({
      source: growthbook({
        apiHost: server.url,
        clientKey: 'sdk-1',
        cache: { path },
        stream: false,
      }),
    })
  const reading = async (): Promise<string> => {
    const features = await open()
    const value = features.getStringValue('my_flag', 'fallback')
    await features.close()
    return value
  }

  test('13: what the endpoint gives is in force and on disk', async () => {
    server.answer = serving(payload)
    expect(await reading()).toBe('cached')
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    expect(kept).toMatchObject({
      response: JSON.parse(payload) as unknown,
      fetched_at: expect.any(Number) as unknown,
    })
  })

  test('14: without the endpoint the last good is in force, as old as it is', async () => {
    server.answer = status(503)
    writeFileSync(path, `{"fetched_at": 1000, "response": ${payload}}`)
    const features = await open()
    expect([
      features.getStringValue('my_flag', 'fallback'),
      (features.snapshot.ageMs ?? 0) > 1e9,
    ]).toEqual(['cached', true])
    await features.close()
  })

  test('15: without either there is no start', async () => {
    server.answer = status(503)
    await expect(open()).rejects.toMatchObject({ code: 'LIVEFLAG_NO_CONFIG' })
  })

  test('16: nor with a last good that is no JSON, which is named', async () => {
    server.answer = status(503)
    writeFileSync(path, 'no JSON')
    await expect(open()).rejects.toThrow(path)
  })
})

describe('an override file', () => {
  const reading = async (
    text: string,
    ask: 'text' | 'flag' = 'text',
  ): Promise<string | boolean> => {
    const path = join(tempDir(), 'overrides.json')
    writeFileSync(path, text)
    const features = await openFeatures({ source: overrideFile(path) })
    const value =
      ask === 'text'
        ? features.getStringValue('my_flag', 'in_code')
        : features.getBooleanValue('my_flag', true)
    await features.close()
    return value
  }

  test.each<[string, string, 'text' | 'flag', string | boolean]>([
    ['18', '{"my_flag": "from_file"}', 'text', 'from_file'],
    ['19', '{"other": 1}', 'text', 'in_code'],
    ['20', '{"my_flag": false}', 'flag', false],
  ])('%s: %s', async (_, text, ask, expected) => {
    expect(await reading(text, ask)).toBe(expected)
  })
})

describe('30: the master switch off', () => {
  test('gives the default in the code, and looks at no source', async () => {
    const source = {
      ...memory('feature_a: on'),
      open: () => Promise.reject(new Error('looked at')),
    }
    const features = await openFeatures({ source, enabled: false })
    expect([
      features.getBooleanValue('a', false),
      features.isEnabled('a'),
      features.snapshot.names,
      features.snapshot.status,
    ]).toEqual([false, false, [], 'READY'])
    await features.close()
  })

  test('is a boolean', async () => {
    await expect(
      openFeatures({ source: memory('feature_a: on'), enabled: 'no' as never }),
    ).rejects.toMatchObject({ code: 'LIVEFLAG_BAD_OPTION' })
  })
})
