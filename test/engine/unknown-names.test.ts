/** `onUnknown`: what becomes of a question about a feature that is not there. */
import type { UnknownFeature } from '../../src'
import { LiveflagError, type OnUnknown, openFeatures, worldOf } from '../../src'
import { testFeatures } from '../../src/testing/testing'
import { closeEngines, eventsDelivered, openEngine } from '../support/engine'

afterEach(closeEngines)

const LIVE = 'feature_new_header: on\nfeature_theme: { default: dark, rules: [] }\n'
const WORLD = worldOf({ user: { id: 't2_a' } })

const opened = (onUnknown?: OnUnknown) =>
  openEngine(LIVE, onUnknown === undefined ? {} : { onUnknown })

const thrown = (ask: () => unknown): unknown => {
  try {
    return ask()
  } catch (error) {
    return error
  }
}

describe("'warn', which is the default", () => {
  it('is a problem, once for each name, with the nearest one', async () => {
    const { features, problems } = await opened()
    for (const name of ['new_heade', 'new_heade', 'feature_new_header', 'zzz'])
      expect(features.for(WORLD).isEnabled(name)).toBe(false)
    await eventsDelivered()
    expect(problems.map(({ code, message }) => [code, message.split('; ').at(-1)])).toEqual([
      ['unknown-feature', 'did you mean new_header?'],
      ['unknown-feature', 'write "new_header"'],
      ['unknown-feature', 'add it, or remove the question'],
    ])
  })

  it('says nothing of features that are refused: those have a problem of their own', async () => {
    const { features, problems } = await openEngine('feature_a: { users: 5 }\nfeature_b: on\n')
    features.isEnabled('a')
    await eventsDelivered()
    expect(problems.map(({ code }) => code)).toEqual(['bad-type'])
  })

  it('remembers a bounded number of names, however many are asked for', async () => {
    const { features, problems } = await opened()
    const request = features.for(WORLD)
    for (let i = 0; i < 20_000; i++) request.isEnabled(`visitor-sent-${i}`)
    await eventsDelivered()
    expect(problems).toHaveLength(100)
  })
})

describe("'throw'", () => {
  const questions = async () => {
    const { features } = await opened('throw')
    const request = features.for(WORLD)
    return {
      features,
      asked: [
        ['isEnabled', (name: string) => request.isEnabled(name)],
        ['variant', (name: string) => request.variant(name)],
        ['getBooleanValue', (name: string) => request.getBooleanValue(name, true)],
        ['getStringValue', (name: string) => request.getStringValue(name, '')],
        ['getNumberValue', (name: string) => request.getNumberValue(name, 1)],
        ['getObjectValue', (name: string) => request.getObjectValue(name, {})],
        ['details', (name: string) => request.details(name, 1)],
        ['isEnabled with overrides', (name: string) => request.isEnabled(name, { user: null })],
        ['isEnabled outside requests', (name: string) => features.isEnabled(name)],
        ['bootstrap', (name: string) => request.bootstrap([name])],
      ] as const,
    }
  }

  it('throws at every question that counts, with what was meant', async () => {
    const { asked } = await questions()
    for (const [question, ask] of asked) {
      const error = thrown(() => ask('new_heade'))
      expect([question, error]).toEqual([question, expect.any(LiveflagError)])
      expect(error).toMatchObject({
        code: 'LIVEFLAG_UNKNOWN_FEATURE',
        message: expect.stringContaining('did you mean new_header?') as string,
      })
    }
  })

  it('throws again at the next question', async () => {
    const { features } = await opened('throw')
    for (let i = 0; i < 3; i++) expect(() => features.isEnabled('x')).toThrow(LiveflagError)
  })

  it('lets features that are there, tools, and broken Worlds be', async () => {
    const { features } = await opened('throw')
    const request = features.for(WORLD)
    expect(request.isEnabled('new_header')).toBe(true)
    expect(request.getStringValue('theme', '')).toBe('dark')
    expect(request.decide('nothing').error?.code).toBe('FLAG_NOT_FOUND')
    expect(request.explain('nothing').decision.enabled).toBe(false)
    const broken = {
      get user(): never {
        throw new Error('no')
      },
    }
    expect(request.isEnabled('new_header', broken)).toBe(true)
  })

  it.each<[string, unknown]>([
    ['a symbol', Symbol('x')],
    ['nothing', undefined],
    ['a number', 5],
    ['a text without end', 'x'.repeat(1 << 20)],
  ])('a name that is %s is named briefly', async (_, name) => {
    const { features } = await opened('throw')
    const error = thrown(() => features.isEnabled(name as string))
    expect(error).toBeInstanceOf(LiveflagError)
    expect((error as LiveflagError).message.length).toBeLessThan(500)
  })

  it('is of no consequence without a live config', async () => {
    const features = await openFeatures({ source: 'none.yaml', enabled: false, onUnknown: 'throw' })
    expect(features.isEnabled('anything')).toBe(false)
    await features.close()
  })

  it('works in tests, where a name that is not set is ignored otherwise', async () => {
    expect(testFeatures({ a: true }).isEnabled('b')).toBe(false)
    const features = testFeatures({ a: true }, { onUnknown: 'throw' })
    expect(features.isEnabled('a')).toBe(true)
    expect(() => features.isEnabled('b')).toThrow(/the code asks for "b"/)
  })
})

describe('a function', () => {
  it('receives each name once, with the nearest one', async () => {
    const heard: UnknownFeature[] = []
    const { features, problems } = await opened((unknown) => heard.push(unknown))
    for (const name of ['new_heade', 'new_heade', 'zzz']) features.isEnabled(name)
    await eventsDelivered()
    expect(heard).toMatchObject([{ name: 'new_heade', meant: 'new_header' }, { name: 'zzz' }])
    expect(problems).toEqual([])
  })

  it('that throws breaks no request, and is reported', async () => {
    const { features, problems } = await opened(() => {
      throw new Error('oops')
    })
    expect(features.isEnabled('zzz')).toBe(false)
    await eventsDelivered()
    expect(problems).toMatchObject([{ code: 'listener-threw' }])
  })
})

test("'ignore' says nothing", async () => {
  const { features, problems } = await opened('ignore')
  expect(features.isEnabled('zzz')).toBe(false)
  await eventsDelivered()
  expect(problems).toEqual([])
})

test.each(['loud', 5, null])('%j is no option', async (onUnknown) => {
  await expect(openFeatures({ source: 'x.yaml', onUnknown: onUnknown as 'warn' })).rejects.toThrow(
    /onUnknown is .*'ignore', 'warn', 'throw' or a function/,
  )
})
