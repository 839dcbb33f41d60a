import { type EvaluationContext, OpenFeature, type Provider } from '@openfeature/server-sdk'
import { type Exposure, memory, openFeatures, worldOf } from '../../src/index'
import { LiveflagProvider } from '../../src/openfeature/openfeature'
import { closeScenes, freshDomain, listen, scene } from './scene'

afterEach(closeScenes)

const LIVE = `
feature_on: on
feature_off: off
feature_gold: {gold: true}
feature_pro: {default: basic, rules: [{condition: {plan: pro}, force: full}]}
feature_half: {percent_loggedin: 50}
feature_nothing: {default: null}
feature_exp: {default: red, experiment: {variants: [{name: a, value: blue}]}}
feature_by_company: {default: red, rules: [{variations: [green, blue], hashAttribute: company}]}
feature_forced: {url: test_me}
feature_staff: {admin: true}
feature_noted: {enabled: on, owner: web, x-tier: 2, x-list: [1]}
`

describe('an answer of the engine as OpenFeature words it', () => {
  test.each<
    [name: string, otherwise: boolean | string, context: EvaluationContext, expected: object]
  >([
    ['on', false, {}, { value: true, reason: 'STATIC' }],
    ['off', true, {}, { value: true, reason: 'DISABLED' }],
    ['gold', true, {}, { value: false, reason: 'DEFAULT' }],
    [
      'gold',
      false,
      { targetingKey: 'u', user: { gold: true } },
      { value: true, reason: 'TARGETING_MATCH' },
    ],
    ['pro', 'x', { plan: 'pro' }, { value: 'full', reason: 'TARGETING_MATCH' }],
    ['pro', 'x', {}, { value: 'basic', reason: 'DEFAULT' }],
    ['half', false, { targetingKey: 't2_c' }, { reason: 'SPLIT' }],
    ['exp', 'x', { targetingKey: 'u' }, { value: 'blue', variant: 'a', reason: 'SPLIT' }],
    ['nothing', 'x', {}, { value: 'x', reason: 'DEFAULT' }],
    ['forced', false, { urlFeatures: ['test_me'] }, { value: true, reason: 'OVERRIDE' }],
    ['unknown', true, {}, { value: true, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' }],
    ['on', 'x', {}, { value: 'x', reason: 'ERROR', errorCode: 'TYPE_MISMATCH' }],
    ['pro', true, {}, { value: true, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' }],
  ])(
    '%s, with the default %p and the context %j: %j',
    async (name, otherwise, context, expected) => {
      const { client } = await scene(LIVE)
      const answer =
        typeof otherwise === 'string'
          ? client.getStringDetails(name, otherwise, context)
          : client.getBooleanDetails(name, otherwise, context)
      expect(await answer).toMatchObject({ flagKey: name, ...expected })
    },
  )

  test('an entry that was refused and has no last good version is PARSE_ERROR', async () => {
    const { client, features } = await scene('feature_bad: {percent_loggedin: much}')
    features.on('problem', () => undefined)
    expect(await client.getBooleanDetails('bad', true)).toMatchObject({
      value: true,
      reason: 'ERROR',
      errorCode: 'PARSE_ERROR',
    })
  })

  test('a visitor out of a percentage has the reason DEFAULT, one who is in SPLIT', async () => {
    const { client } = await scene(LIVE)
    const reasons = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const { value, reason } = await client.getBooleanDetails('half', false, {
        targetingKey: `t2_${i}`,
      })
      reasons.add(`${value} ${reason}`)
    }
    expect([...reasons].sort()).toEqual(['false DEFAULT', 'true SPLIT'])
  })

  test('with offIsFalse, a feature that is switched off is false whatever the code says', async () => {
    const { client } = await scene(LIVE, { offIsFalse: true })
    expect(await client.getBooleanDetails('off', true)).toMatchObject({
      value: false,
      reason: 'DISABLED',
    })
  })

  test("a mapping names which members of a context answer liveflag's own questions", async () => {
    const { client } = await scene(LIVE, { mapping: { admin: 'is_staff' } })
    expect(
      await client.getBooleanValue('staff', false, { targetingKey: 'u', is_staff: true }),
    ).toBe(true)
    expect(await client.getBooleanValue('staff', false, { targetingKey: 'u', admin: true })).toBe(
      false,
    )
  })

  test('a context without a targeting key is a visitor without an id, and no error', async () => {
    const { client } = await scene(LIVE)
    expect(await client.getBooleanDetails('half', true, { plan: 'pro' })).toMatchObject({
      value: false,
      reason: 'DEFAULT',
    })
  })

  test.each([
    [
      'a getter that throws',
      {
        get plan(): string {
          throw new Error('no')
        },
      },
    ],
    ['a symbol', { [Symbol('x')]: 1, plan: Symbol('plan') }],
    [
      'a circular value',
      (() => {
        const loop: Record<string, unknown> = {}
        loop['plan'] = loop
        return loop
      })(),
    ],
  ])('%s in the context does not make it throw', async (_, context) => {
    const { provider } = await scene(LIVE)
    const answer = await provider.resolveStringEvaluation('pro', 'x', context as EvaluationContext)
    expect(['basic', 'x']).toContain(answer.value)
  })
})

describe('metadata', () => {
  test('has the flag set, the hash of the content in force and the notes of the entry', async () => {
    const { client, features } = await scene(LIVE)
    const { flagMetadata } = await client.getBooleanDetails('noted', false)
    expect(flagMetadata).toEqual({
      owner: 'web',
      tier: 2,
      flagSetId: 'liveflag',
      version: features.snapshot.hash,
    })
  })

  test('is one frozen object for all answers of one content, and new for the next', async () => {
    const { provider, set, features } = await scene(LIVE)
    const ask = async () => (await provider.resolveBooleanEvaluation('on', false, {})).flagMetadata
    const first = await ask()
    expect(await ask()).toBe(first)
    expect(Object.isFrozen(first)).toBe(true)
    await set(LIVE.replace('feature_off: off', 'feature_off: on'))
    expect(await ask()).toMatchObject({ version: features.snapshot.hash })
  })

  test('names what was bucketed when that is not the targeting key', async () => {
    const { client } = await scene(LIVE)
    const context = { targetingKey: 'u', company: 'acme' }
    expect((await client.getStringDetails('by_company', 'x', context)).flagMetadata).toMatchObject({
      contextId: 'acme',
    })
    expect((await client.getStringDetails('exp', 'x', context)).flagMetadata).not.toHaveProperty(
      'contextId',
    )
  })
})

describe('exposures', () => {
  test('are recorded once for each unit, although each evaluation has a context of its own', async () => {
    const exposures: Exposure[] = []
    const { client } = await scene(LIVE, { features: { onExposure: (one) => exposures.push(one) } })
    for (const targetingKey of ['u', 'u', 'v'])
      await client.getStringValue('exp', 'x', { targetingKey })
    expect(exposures.map(({ unit }) => unit)).toEqual(['u', 'v'])
  })
})

test('inside a request of the application, the context overrides what that request says', async () => {
  const { client, features } = await scene(LIVE)
  const world = worldOf({ user: { id: 't2_gary', gold: true } })
  await features.run(world, async () => {
    expect(await client.getBooleanValue('gold', false)).toBe(true)
    expect(
      await client.getBooleanValue('gold', false, { targetingKey: 'other', user: { gold: false } }),
    ).toBe(false)
  })
})

describe('life', () => {
  test('of features that were given open, ends with the provider alone', async () => {
    const { client, features, provider } = await scene(LIVE)
    await provider.onClose()
    await provider.onClose()
    expect(await client.getBooleanDetails('on', false)).toMatchObject({
      value: false,
      errorCode: 'PROVIDER_NOT_READY',
    })
    expect(features.isEnabled('on')).toBe(true)
    await provider.initialize()
    expect(await client.getBooleanValue('on', false)).toBe(true)
  })

  test('of features that it opened: closed with it, and opened again by initialize', async () => {
    const statuses: string[] = []
    const open = async () => {
      const features = await openFeatures({ source: memory(LIVE) })
      statuses.push(features.snapshot.status)
      const close = features.close.bind(features)
      return Object.assign(features, {
        close: async () => {
          await close()
          statuses.push(features.snapshot.status)
        },
      })
    }
    const provider = new LiveflagProvider(open)
    await provider.initialize()
    await Promise.all([provider.onClose(), provider.onClose()])
    await provider.initialize()
    await provider.onClose()
    expect(statuses).toEqual(['READY', 'CLOSED', 'READY', 'CLOSED'])
  })

  test('a failed start can be tried again', async () => {
    let attempts = 0
    const provider = new LiveflagProvider(() => {
      attempts += 1
      return attempts === 1
        ? Promise.reject(new Error('not yet'))
        : openFeatures({ source: memory(LIVE) })
    })
    await expect(provider.initialize()).rejects.toThrow('not yet')
    await provider.initialize()
    expect(await provider.resolveBooleanEvaluation('on', false, {})).toMatchObject({ value: true })
    await provider.onClose()
  })

  test('closing while it opens closes what was opened', async () => {
    let finish: (features: Awaited<ReturnType<typeof openFeatures>>) => void = () => undefined
    const provider = new LiveflagProvider(() => new Promise((resolve) => (finish = resolve)))
    const initialized = provider.initialize()
    const closed = provider.onClose()
    const features = await openFeatures({ source: memory(LIVE) })
    finish(features)
    await Promise.all([initialized, closed])
    expect(features.snapshot.status).toBe('CLOSED')
    expect(await provider.resolveBooleanEvaluation('on', true, {})).toMatchObject({
      errorCode: 'PROVIDER_NOT_READY',
    })
  })

  test('an opening function that throws at once rejects initialize, so setProvider does not throw', async () => {
    const provider = new LiveflagProvider(() => {
      throw new Error('at once')
    })
    await expect(provider.initialize()).rejects.toThrow('at once')
  })

  test('one instance behind two domains answers in both, and is initialised once', async () => {
    let opened = 0
    const provider = new LiveflagProvider(() => {
      opened += 1
      return openFeatures({ source: memory(LIVE) })
    })
    const domains = [freshDomain(), freshDomain()]
    await Promise.all(domains.map((domain) => OpenFeature.setProviderAndWait(domain, provider)))
    for (const domain of domains)
      expect(await OpenFeature.getClient(domain).getBooleanValue('on', false)).toBe(true)
    expect(opened).toBe(1)
  })

  test('two instances in one process do not share anything', async () => {
    const [a, b] = [await scene('feature_x: on'), await scene('feature_x: off')]
    expect(await a.client.getBooleanValue('x', false)).toBe(true)
    expect(await b.client.getBooleanValue('x', false)).toBe(false)
  })
})

describe('events', () => {
  test('of a start: READY once', async () => {
    const features = await openFeatures({ source: memory(LIVE) })
    const domain = freshDomain()
    const events: string[] = []
    listen(OpenFeature.getClient(domain), events)
    await OpenFeature.setProviderAndWait(domain, new LiveflagProvider(features))
    await new Promise(setImmediate)
    expect(events).toEqual(['PROVIDER_READY'])
    await features.close()
  })

  test('of an edit: one, with exactly the features that were added, changed or removed', async () => {
    const { events, set, client } = await scene('feature_a: on\nfeature_b: on\nfeature_c: on')
    await set('feature_a: on\nfeature_b: off\nfeature_d: on')
    expect(events.slice(1)).toEqual(['PROVIDER_CONFIGURATION_CHANGED b c d'])
    expect(await client.getBooleanValue('d', false)).toBe(true)
  })

  test('of a content that means the same: none', async () => {
    const { events, set } = await scene('feature_a: on')
    await set('# a comment\nfeature_a: on')
    expect(events).toEqual(['PROVIDER_READY'])
  })

  test('of a broken content: STALE once; of the good one: READY, and the change', async () => {
    const { events, set, client } = await scene('feature_a: on')
    await set('feature_a: [')
    await set('feature_a: {')
    expect(await client.getBooleanValue('a', false)).toBe(true)
    await set('feature_a: off')
    expect(events.slice(1).sort()).toEqual([
      'PROVIDER_CONFIGURATION_CHANGED a',
      'PROVIDER_READY',
      'PROVIDER_STALE',
    ])
    expect(events.indexOf('PROVIDER_STALE')).toBe(1)
  })

  test('of a content that is broken when the provider starts: READY, then STALE', async () => {
    const source = memory('feature_a: on')
    const features = await openFeatures({ source })
    await source.set('feature_a: [')
    const domain = freshDomain()
    const client = OpenFeature.getClient(domain)
    await OpenFeature.setProviderAndWait(domain, new LiveflagProvider(features))
    await new Promise(setImmediate)
    expect(client.providerStatus).toBe('STALE')
    await features.close()
  })

  test('a change between construction and READY is not lost', async () => {
    const source = memory('feature_a: off')
    const features = await openFeatures({ source })
    const provider = new LiveflagProvider(features)
    await source.set('feature_a: on')
    const domain = freshDomain()
    const ready = OpenFeature.setProviderAndWait(domain, provider)
    await source.set('feature_a: on\nfeature_b: on')
    await ready
    const client = OpenFeature.getClient(domain)
    expect([
      await client.getBooleanValue('a', false),
      await client.getBooleanValue('b', false),
    ]).toEqual([true, true])
    await features.close()
  })

  test('after the provider is closed: none', async () => {
    const { events, set, provider } = await scene('feature_a: on')
    await provider.onClose()
    await set('feature_a: off')
    expect(events).toEqual(['PROVIDER_READY'])
  })
})

test('no evaluation writes a line, whatever is asked', async () => {
  const { provider } = await scene(LIVE)
  const lines: unknown[] = []
  const write = (line: unknown): void => void lines.push(line)
  const logger = { error: write, warn: write, info: write, debug: write }
  const spies = (['log', 'warn', 'error', 'info'] as const).map((method) =>
    jest.spyOn(console, method).mockImplementation((...parts: unknown[]) => write(parts)),
  )
  for (let i = 0; i < 1000; i++) {
    const asked: Provider = provider
    await asked.resolveBooleanEvaluation(`unknown_${i}`, false, {}, logger)
    await asked.resolveNumberEvaluation('on', 1, { plan: 'pro' }, logger)
    await asked.resolveStringEvaluation('pro', 'x', {}, logger)
  }
  for (const spy of spies) spy.mockRestore()
  expect(lines).toEqual([])
})

describe('mistakes of the caller', () => {
  test.each<[what: string, make: () => unknown, message: RegExp]>([
    [
      'a promise instead of features',
      () => new LiveflagProvider(Promise.resolve() as never),
      /await it/,
    ],
    ['nothing', () => new LiveflagProvider(undefined as never), /openFeatures/],
    [
      'an unknown option',
      () => new LiveflagProvider(open, { flagSetID: 'x' } as never),
      /did you mean flagSetId/,
    ],
    [
      'an unknown name in the mapping',
      () => new LiveflagProvider(open, { mapping: { admn: 'x' } as never }),
      /did you mean admin/,
    ],
    [
      'a grace time of 0',
      () => new LiveflagProvider(open, { errorAfterMs: 0 }),
      /errorAfterMs is 0/,
    ],
  ])('%s is refused with LIVEFLAG_BAD_OPTION', (_, make, message) => {
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }) as Error)
  })
})

const open = () => openFeatures({ source: memory(LIVE) })
