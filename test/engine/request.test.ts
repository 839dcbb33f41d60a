import fc from 'fast-check'
import {
  type Compat,
  type Decision,
  type Facts,
  type Features,
  type Overrides,
  type World,
  worldOf,
} from '../../src'
import { anyValue, hostileFacts, INHERITED, liveflagEntry, visitor } from '../support/arbitraries'
import { countingWorld, worldWith } from '../support/counting-world'
import { closeEngines, entryText, eventsDelivered, openEngine } from '../support/engine'
import { sized } from '../support/long-run'

const RUNS = sized(250, 1000)
const CONFIGS = sized(100, 300)

afterEach(closeEngines)

const ARMS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const EXPERIMENT = `{experiment: {experiment_id: 7, loggedin: true, loggedout: true, ${ARMS}}}`
const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, loid: 'abcd' }

describe('a request', () => {
  test('puts each question to the World once, whatever is asked of it', async () => {
    const { features } = await openEngine(
      `feature_a: {gold: true}\nfeature_b: {users: [spez], gold: true, beta: true}\nfeature_c: ${EXPERIMENT}\nfeature_d: {percent_loggedin: 50, url: q}\n`,
    )
    const world = countingWorld(gary)
    const request = features.for(world)
    for (let round = 0; round < 3; round++) {
      for (const name of ['a', 'b', 'c', 'd'])
        expect(request.isEnabled(name)).toBe(request.decide(name).enabled)
      request.allEnabled()
    }
    expect(Object.entries(world.asked).filter(([, times]) => times !== 1)).toEqual([])
  })

  test('asks the World nothing for features that are plainly on or off, and for names that nobody has', async () => {
    const { features } = await openEngine(
      'feature_a: on\nfeature_b: off\nfeature_c: {enabled: on, gold: true}\n',
    )
    const world = countingWorld(gary)
    const request = features.for(world)
    for (const name of ['a', 'b', 'c', 'nobody']) request.isEnabled(name)
    expect(world.asked).toEqual({})
  })

  test('asks only as far as it must', async () => {
    const { features } = await openEngine(
      entryText('{gold: true, users: [gary], subreddits: [wtf], percent_loggedin: 50}'),
    )
    const world = countingWorld(gary)
    features.for(world).isEnabled('x')
    expect(world.asked).toEqual({ user: 1, hasGold: 1 })
  })

  test.each([
    'on',
    '{gold: true}',
    '{percent_loggedin: 50}',
    EXPERIMENT,
    `{gold: true, ${EXPERIMENT.slice(1)}`,
    '{users: [spez]}',
  ])('asked again gives the very same Decision: %s', async (entry) => {
    const { features } = await openEngine(entryText(entry))
    const request = features.for(worldOf(gary))
    const first = request.decide('x')
    request.isEnabled('x')
    request.allEnabled()
    expect(request.decide('x')).toBe(first)
  })

  test('gives equal Decisions to equal visitors', async () => {
    const { features } = await openEngine(entryText(EXPERIMENT))
    expect(features.for(worldOf(gary)).decide('x')).toEqual(
      features.for(worldOf({ ...gary })).decide('x'),
    )
  })

  test(`tells its parts apart: two features, two visitors, many questions (${CONFIGS} random configs)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(liveflagEntry, { minLength: 1, maxLength: 40 }),
        visitor,
        fc.array(fc.nat({ max: 45 }), { maxLength: 100 }),
        async (entries, facts, asked) => {
          const live = Object.fromEntries(entries.map((entry, n) => [`feature_${n}`, entry]))
          const { features } = await openEngine(JSON.stringify(live), { format: 'json' })
          const request = features.for(worldOf(facts))
          for (const n of asked)
            expect(request.decide(String(n))).toEqual(
              features.for(worldOf(facts)).decide(String(n)),
            )
          await closeEngines()
        },
      ),
      { numRuns: CONFIGS, seed: 13 },
    )
  })
})

describe('exposures', () => {
  const ask = {
    isEnabled: (features: Pick<Features, 'isEnabled'>) => features.isEnabled('x'),
    variant: (features: Pick<Features, 'variant'>) => features.variant('x'),
  }

  test.each(['isEnabled', 'variant'] as const)(
    '%s records one for each request, however often it is asked',
    async (question) => {
      const { features, exposures } = await openEngine(entryText(EXPERIMENT))
      const request = features.for(worldOf(gary))
      for (let round = 0; round < 3; round++) ask[question](request)
      expect(exposures).toHaveLength(1)
      ask[question](features.for(worldOf(gary)))
      expect(exposures).toHaveLength(2)
    },
  )

  test('isEnabled and variant together record one', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    const request = features.for(worldOf(gary))
    request.variant('x')
    request.isEnabled('x')
    expect(exposures).toHaveLength(1)
  })

  test('decide, explain and allEnabled record none', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    const request = features.for(worldOf(gary))
    request.decide('x')
    request.explain('x')
    request.allEnabled()
    request.allEnabled({ user: { id: 't2_cafe' } })
    expect(exposures).toEqual([])
  })

  test("r2's variant() records none", async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT), { compat: 'r2' })
    const request = features.for(worldOf(gary))
    expect(request.variant('x')).toBeDefined()
    expect(exposures).toEqual([])
    request.isEnabled('x')
    expect(exposures).toHaveLength(1)
  })

  test('are kept apart by feature and by unit, overrides included', async () => {
    const { features, exposures } = await openEngine(
      `feature_x: ${EXPERIMENT}\nfeature_y: ${EXPERIMENT}\n`,
    )
    const request = features.for(worldOf(gary))
    for (let round = 0; round < 2; round++) {
      for (const name of ['x', 'y']) {
        request.isEnabled(name)
        request.isEnabled(name, { user: { id: 't2_cafe' } })
        request.isEnabled(name, { user: { id: 't2_beef', name: 'the same' } })
        request.isEnabled(name, { user: null })
      }
    }
    expect(exposures.map(({ feature, unit }) => `${feature} ${unit}`)).toEqual([
      'x t2_beef',
      'x t2_cafe',
      'x abcd',
      'y t2_beef',
      'y t2_cafe',
      'y abcd',
    ])
  })

  test('are kept apart by what was bucketed, though two attributes may have the same value', async () => {
    const ruled = (attribute: string): string =>
      `{default: a, rules: [{key: trial, variations: [a, b], hashAttribute: ${attribute}, coverage: 1}]}`
    const { features, exposures } = await openEngine(
      `feature_x: ${ruled('id')}\nfeature_y: ${ruled('device')}\nfeature_z: ${ruled('device')}\n`,
    )
    const request = features.for(worldOf({ user: { id: 'same' }, attributes: { device: 'same' } }))
    for (const name of ['x', 'y', 'z']) request.getStringValue(name, '')
    expect(exposures.map(({ kind, unit }) => `${kind} ${unit}`)).toEqual([
      'user same',
      'device same',
    ])
  })

  test('name the user and the loid of the overridden visitor', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    features.for(worldOf(gary)).isEnabled('x', { user: { id: 't2_cafe' }, loid: 'zz' })
    expect(exposures).toMatchObject([{ unit: 't2_cafe', user: 't2_cafe', loid: 'zz' }])
  })

  test('of a page are one for all visitors of the request', async () => {
    const { features, exposures } = await openEngine(
      entryText(`{experiment: {page: true, enabled: on, ${ARMS}}}`),
    )
    const request = features.for(worldOf({ ...gary, page: { id: 't3_a', type: 'link' } }))
    request.isEnabled('x')
    request.isEnabled('x', { user: null })
    request.isEnabled('x', { page: { id: 't3_b', type: 'link' } })
    expect(exposures.map(({ kind, unit }) => `${kind} ${unit}`)).toEqual(['page t3_a', 'page t3_b'])
  })

  test('with dedupeExposures: false are recorded every time', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT), {
      dedupeExposures: false,
    })
    const request = features.for(worldOf(gary))
    for (let round = 0; round < 3; round++) request.isEnabled('x')
    request.isEnabled('x', { user: { id: 't2_cafe' } })
    expect(exposures.map(({ unit }) => unit)).toEqual(['t2_beef', 't2_beef', 't2_beef', 't2_cafe'])
  })

  test('of the ambient request are recorded once in it, wherever it is asked from', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    await features.run(worldOf(gary), async () => {
      features.isEnabled('x')
      await eventsDelivered()
      features.variant('x')
    })
    expect(exposures).toHaveLength(1)
  })

  test('without a request are recorded once for each user and snapshot', async () => {
    const { features, set, exposures } = await openEngine(entryText(EXPERIMENT))
    const ask = (id: string): boolean => features.isEnabled('x', { user: { id } })
    for (let job = 0; job < 3; job++) ask('t2_beef')
    ask('t2_cafe')
    await set(`# another content\n${entryText(EXPERIMENT)}`)
    ask('t2_beef')
    expect(exposures.map(({ unit, generation }) => `${unit} ${generation}`)).toEqual([
      't2_beef 1',
      't2_cafe 1',
      't2_beef 2',
    ])
  })

  test('without a request are recorded at the first valid question, for each question counts as a request', async () => {
    let isCrawler = true
    const { features, exposures } = await openEngine(entryText(EXPERIMENT), {
      validExposureRequest: () => !isCrawler,
    })
    const ask = (): boolean => features.isEnabled('x', { user: { id: 't2_beef' } })
    ask()
    isCrawler = false
    ask()
    ask()
    expect(exposures.map(({ unit }) => unit)).toEqual(['t2_beef'])
  })

  test('without a request are remembered in bounded memory: of many thousand users the first is recorded again', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    for (let n = 0; n < 20_000; n++) features.isEnabled('x', { user: { id: `t2_${n}` } })
    expect(exposures).toHaveLength(20_000)
    features.isEnabled('x', { user: { id: 't2_0' } })
    expect(exposures).toHaveLength(20_001)
  })
})

describe('overrides', () => {
  test('replace the answers of the World, and only for this question', async () => {
    const { features } = await openEngine('feature_x: {users: [wendy], subreddits: [pics]}\n')
    const request = features.for(worldOf(gary))
    expect([
      request.isEnabled('x', { user: { name: 'wendy' } }),
      request.isEnabled('x', { subreddit: 'pics' }),
      request.isEnabled('x'),
    ]).toEqual([true, true, false])
    expect([features.isEnabled('x', { user: { name: 'wendy' } }), features.isEnabled('x')]).toEqual(
      [true, false],
    )
  })

  test.each<[Compat, boolean]>([
    ['liveflag', false],
    ['r2', true],
  ])(
    'that say "nobody": in the semantics of %s the request\'s own user counts: %p',
    async (compat, counts) => {
      const { features } = await openEngine(entryText('{users: [gary]}'), { compat })
      expect(features.for(worldOf(gary)).isEnabled('x', { user: null })).toBe(counts)
    },
  )

  test.each<[Compat, boolean]>([
    ['liveflag', false],
    ['r2', true],
  ])(
    'that say "no subreddit": in the semantics of %s the request\'s own counts: %p',
    async (compat, counts) => {
      const { features } = await openEngine(entryText('{subreddits: [wtf]}'), { compat })
      expect(features.for(worldOf({ subreddit: 'wtf' })).isEnabled('x', { subreddit: '' })).toBe(
        counts,
      )
    },
  )

  test('work with every question', async () => {
    const { features } = await openEngine(entryText('{users: [wendy], url: {q: blue}}'))
    const request = features.for(worldOf(gary))
    const wendy: Overrides = { user: { id: 't2_cafe', name: 'wendy' } }
    expect([
      request.decide('x', wendy).enabled,
      request.explain('x', wendy).decision.enabled,
      request.variant('x', { urlFeatures: ['q'] }),
    ]).toEqual([true, true, 'blue'])
    expect(request.allEnabled(wendy)).toEqual({ x: true })
  })

  test('that are null change nothing', async () => {
    const { features } = await openEngine(entryText('{users: [gary]}'))
    expect(features.for(worldOf(gary)).isEnabled('x', null as unknown as Overrides)).toBe(true)
  })
})

describe('a name that the live config does not have', () => {
  const NAMES: unknown[] = [
    'nobody',
    '',
    'feature_x',
    'X',
    'x ',
    ...INHERITED,
    undefined,
    null,
    5,
    NaN,
    true,
    5n,
    Symbol('x'),
    {},
    [],
    ['x'],
    () => 'x',
  ]

  test.each(NAMES)('%p is off, and no error is thrown', async (name) => {
    const { features } = await openEngine('feature_y: on\n')
    const given = name as string
    expect([features.isEnabled(given), features.variant(given)]).toEqual([false, undefined])
    expect(features.decide(given)).toMatchObject({
      feature: name,
      enabled: false,
      reason: 'ERROR',
      generation: 1,
      error: { code: 'FLAG_NOT_FOUND' },
    })
    expect(features.explain(given)).toMatchObject({
      decision: { error: { code: 'FLAG_NOT_FOUND' } },
      steps: [],
    })
  })

  test.each<[string, unknown]>([
    ['without a prototype, as node:querystring makes', Object.create(null)],
    [
      'that throws when it is made text',
      {
        toString: () => {
          throw new Error('no text')
        },
      },
    ],
    ['that is a list of symbols', [Symbol('x')]],
  ])('an object %s is off too', async (_, name) => {
    const { features } = await openEngine('feature_x: on\n')
    expect(features.isEnabled(name as string)).toBe(false)
  })

  test.each(INHERITED)('%s is a name like any other', async (name) => {
    const { features } = await openEngine(
      `{"feature_${name}": "on", "feature_other": {"users": ["gary"]}}`,
      { format: 'json' },
    )
    expect([features.isEnabled(name), features.snapshot.names]).toEqual([
      true,
      [name, 'other'].toSorted(),
    ])
    expect(Object.keys(features.allEnabled())).toEqual([name])
  })

  test('that was refused is reported apart from one that is not there', async () => {
    const { features } = await openEngine('feature_x: {gold: 5}\n')
    expect(features.decide('x')).toMatchObject({
      enabled: false,
      reason: 'ERROR',
      error: {
        code: 'PARSE_ERROR',
        message: expect.stringContaining('gold is a number (5)') as string,
      },
    })
    expect(features.explain('x')).toMatchObject({
      source: 'memory',
      position: { line: 1, column: 1 },
      steps: [],
    })
  })
})

describe('allEnabled', () => {
  test('lists what the visitor has: true, or the variant, controls included', async () => {
    const { features } = await openEngine(
      `feature_on: on\nfeature_off: off\nfeature_gold: {gold: true}\nfeature_beta: {beta: true}\nfeature_x: ${EXPERIMENT}\nfeature_url: {url: {q: control_1, r: blue}}\nfeature_bad: {gold: 5}\n`,
    )
    const request = features.for(worldOf({ ...gary, urlFeatures: ['q'] }))
    const variant = request.variant('x')
    expect({ ...request.allEnabled() }).toEqual({
      on: true,
      gold: true,
      x: { experimentId: 7, variant },
      url: { variant: 'control_1' },
    })
  })

  test('names the variant of whoever is in by another selector', async () => {
    const { features } = await openEngine(entryText(`{gold: true, ${EXPERIMENT.slice(1)}`))
    const request = features.for(worldOf(gary))
    expect({ ...request.allEnabled() }).toEqual({
      x: { experimentId: 7, variant: request.variant('x') },
    })
  })

  test('is an object without a prototype, so that any name is just a key', async () => {
    const { features } = await openEngine(
      '{"feature___proto__": "on", "feature_constructor": "on"}',
      { format: 'json' },
    )
    const all = features.allEnabled()
    expect([Object.getPrototypeOf(all), Object.keys(all).toSorted(), all.toString]).toEqual([
      null,
      ['__proto__', 'constructor'],
      undefined,
    ])
  })

  test(`says what isEnabled and variant say (${CONFIGS} random configs)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(liveflagEntry, { maxLength: 10 }),
        visitor,
        async (entries, facts) => {
          const { features } = await openEngine(
            JSON.stringify(Object.fromEntries(entries.map((entry, n) => [`feature_${n}`, entry]))),
            { format: 'json' },
          )
          const all = features.for(worldOf(facts)).allEnabled()
          const request = features.for(worldOf(facts))
          for (const n of entries.keys()) {
            const [entry, variant, enabled] = [
              all[n],
              request.variant(String(n)),
              request.isEnabled(String(n)),
            ]
            expect(typeof entry === 'object' ? entry.variant : entry).toEqual(
              variant ?? (enabled ? true : undefined),
            )
          }
          await closeEngines()
        },
      ),
      { numRuns: CONFIGS, seed: 14 },
    )
  })

  test("in r2's semantics is about the given user, or about nobody", async () => {
    const { features } = await openEngine(
      'feature_in: {users: [gary]}\nfeature_out: {loggedout: true}\n',
      { compat: 'r2' },
    )
    const request = features.for(worldOf({ loid: 'abcd' }))
    expect([{ ...request.allEnabled() }, { ...request.allEnabled({ user: gary.user }) }]).toEqual([
      { out: true },
      { in: true },
    ])
  })

  test("in r2's semantics is an error where r2 crashed: about nobody, in a signed-in request, with a share to draw", async () => {
    const { features } = await openEngine(entryText('{percent_loggedin: 50}'), { compat: 'r2' })
    expect(() => features.for(worldOf(gary)).allEnabled()).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_NO_USER' }),
    )
  })
})

describe('a World that throws', () => {
  const boom = (): never => {
    throw new Error('boom')
  }

  test('leaves its question unanswered: the walk goes on, and the problem is reported once', async () => {
    const { features, problems } = await openEngine(
      'feature_x: {gold: true, subreddits: [wtf]}\nfeature_y: {gold: true}\n',
    )
    for (let request = 0; request < 3; request++) {
      const asked = features.for(worldWith({ hasGold: boom, subreddit: () => 'wtf' }, gary))
      expect([asked.isEnabled('x'), asked.isEnabled('y')]).toEqual([true, false])
    }
    expect(problems).toMatchObject([
      {
        code: 'world-threw',
        severity: 'error',
        message: 'World.hasGold threw: boom; it must not throw',
      },
    ])
  })

  test.each(['user', 'isLoggedIn'])(
    'when asked for %s, takes nobody for a signed-out visitor',
    async (question) => {
      const { features } = await openEngine(
        `feature_out: {loggedout: true}\nfeature_share: {percent_loggedout: 100}\nfeature_x: {experiment: {enabled: on, ${ARMS}}}\nfeature_gate: {url: q, url_for: loggedout}\nfeature_in: {loggedin: true}\n`,
      )
      const world = worldWith(
        { [question]: boom, ...(question === 'user' && { isLoggedIn: () => false }) },
        { loid: 'abcd', urlFeatures: ['q'] },
      )
      const request = features.for(world)
      expect(['out', 'share', 'x', 'gate', 'in'].filter((name) => request.isEnabled(name))).toEqual(
        [],
      )
      expect(request.decide('x').assignment).toBeUndefined()
    },
  )

  test.each(Object.keys(worldOf()))('from %s never throws out of a question', async (question) => {
    const { features } = await openEngine(everySelector)
    const request = features.for(
      worldWith(
        { [question]: boom },
        {
          ...gary,
          subreddit: 'a',
          subdomain: 'b',
          oauthClient: 'c',
          urlFeatures: ['q'],
          page: { id: 't3_a', type: 'link' },
        },
      ),
    )
    for (const name of features.snapshot.names) {
      expect(typeof request.isEnabled(name)).toBe('boolean')
      expect(request.explain(name).decision).toEqual(request.decide(name))
    }
  })

  test.each<[string, unknown]>([
    ['an object without a prototype', Object.create(null)],
    ['an error whose message is a symbol', Object.assign(new Error(), { message: Symbol('s') })],
  ])('something that makes no text, %s, is told about like anything else', async (_, thrown) => {
    const { features, problems } = await openEngine(entryText('{gold: true}'))
    const world = worldWith(
      {
        hasGold: () => {
          throw thrown
        },
      },
      gary,
    )
    expect(features.for(world).isEnabled('x')).toBe(false)
    expect(problems).toMatchObject([{ code: 'world-threw' }])
  })

  test.each<[string, object]>([
    [
      'the account',
      {
        user: () => ({
          get id(): string {
            return boom()
          },
          get name(): string {
            return boom()
          },
        }),
      },
    ],
    [
      'the page',
      {
        page: () => ({
          get id(): string {
            return boom()
          },
          type: 'link',
        }),
      },
    ],
  ])('from a member of %s never throws out of a question', async (_, answers) => {
    const { features } = await openEngine(everySelector)
    const request = features.for(worldWith(answers, {}))
    for (const name of features.snapshot.names)
      expect(typeof request.isEnabled(name)).toBe('boolean')
  })

  test('a hundred thousand different ways is reported of a bounded number of times', async () => {
    const { features, problems } = await openEngine(entryText('{gold: true}'))
    for (let n = 0; n < 1000; n++)
      features
        .for(
          worldWith(
            {
              hasGold: () => {
                throw new Error(`boom ${n}`)
              },
            },
            gary,
          ),
        )
        .isEnabled('x')
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.length).toBeLessThanOrEqual(100)
  })
})

/** Every selector, alone and together, so that every question is asked. */
const everySelector = [
  ...['admin', 'employee', 'beta', 'gold', 'loggedin', 'loggedout'].map(
    (role) => `feature_${role}: {${role}: true}`,
  ),
  ...['users', 'subreddits', 'subdomains', 'oauth_clients'].map(
    (key) => `feature_${key}: {${key}: [gary, a, b, c]}`,
  ),
  'feature_share: {percent_loggedin: 50.5}',
  'feature_outshare: {percent_loggedout: 50.5}',
  'feature_url: {url: q}',
  'feature_map: {url: {q: blue, a: null, constructor: control_1}}',
  'feature_gate: {url: q, url_for: [admin, loggedout]}',
  `feature_x: ${EXPERIMENT}`,
  `feature_page: {experiment: {page: true, link_only: true, enabled: on, ${ARMS}}}`,
  `feature_named: {enabled: on, ${EXPERIMENT.slice(1)}`,
  `feature_eligible: {experiment: {users: [gary], url: {q: blue}, ${ARMS}}}`,
].join('\n')

describe('nothing that a visitor sends, and no World however odd, throws out of a question', () => {
  const askEverything = (features: Features, world: World, compat: Compat): void => {
    const request = features.for(world)
    for (const name of features.snapshot.names) {
      const decision: Decision = request.decide(name)
      expect(typeof request.isEnabled(name)).toBe('boolean')
      expect(['string', 'undefined']).toContain(typeof request.variant(name))
      expect(request.explain(name).decision).toEqual(decision)
    }
    if (compat === 'liveflag') request.allEnabled()
  }

  test.each<Compat>(['liveflag', 'r2'])(
    `in the semantics of %s (${RUNS} random visitors)`,
    async (compat) => {
      const { features } = await openEngine(everySelector, { compat })
      fc.assert(
        fc.property(hostileFacts, (facts) => askEverything(features, worldOf(facts), compat)),
        { numRuns: RUNS, seed: 15 },
      )
    },
  )

  test(`nor do overrides of any kind (${RUNS} random ones)`, async () => {
    const { features } = await openEngine(everySelector)
    const names = features.snapshot.names
    fc.assert(
      fc.property(
        hostileFacts,
        hostileFacts,
        fc.constantFrom(...names),
        (facts, overrides, name) => {
          const request = features.for(worldOf(facts))
          expect(typeof request.isEnabled(name, overrides)).toBe('boolean')
          expect(request.explain(name, overrides).decision).toEqual(request.decide(name, overrides))
        },
      ),
      { numRuns: RUNS, seed: 16 },
    )
  })
})

describe('no entry, however odd, throws', () => {
  test.each<Compat>(['liveflag', 'r2'])(
    `in the semantics of %s (${RUNS} random values, each as a mapping and as r2's text)`,
    async (compat) => {
      await fc.assert(
        fc.asyncProperty(anyValue, fc.boolean(), visitor, async (value, asText, facts) => {
          const text = JSON.stringify({
            feature_x: asText ? JSON.stringify(value) : value,
            feature_y: 'on',
          })
          const { features, problems } = await openEngine(text, { format: 'json', compat })
          const request = features.for(worldOf(facts))
          expect([typeof request.isEnabled('x'), request.isEnabled('y')]).toEqual(['boolean', true])
          expect(request.explain('x').decision).toEqual(request.decide('x'))
          if (compat === 'liveflag') request.allEnabled()
          expect(features.snapshot.rejected.includes('x')).toBe(
            problems.some(({ severity }) => severity === 'error'),
          )
          for (const { line, column, feature } of problems)
            expect([line, (column ?? 0) >= 1, feature]).toEqual([1, true, 'x'])
          await closeEngines()
        }),
        { numRuns: RUNS, seed: 17 },
      )
    },
  )
})
