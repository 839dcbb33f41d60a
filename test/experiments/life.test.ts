import fc from 'fast-check'
import { type Decision, type Facts, worldOf } from '../../src/index'
import { closeEngines, decisionOn, entryText, openEngine } from '../support/engine'

afterEach(closeEngines)

const ARMS = 'variants: [{name: a, value: red}, {name: b, value: green}]'
const lived = (keys: string): string =>
  `{default: blue, experiment: {${keys}${keys && ', '}${ARMS}}}`
const kiwi: Facts = {
  user: { id: 'u1', name: 'gary', gold: true },
  attributes: { country: 'NZ', age: 20 },
}
const MAY = Date.parse('2026-05-01T00:00:00Z')

const outcomeOf = async (
  entry: string,
  facts: Facts = kiwi,
  now = MAY,
): Promise<Decision['participation']> =>
  (await decisionOn(entry, facts, { now: () => now })).participation

describe('what comes of an experiment with a life', () => {
  test('assigned: the variant with its value, the bucket, and the hash that drew it', async () => {
    const { enabled, variant, value, reason, selector, assignment, participation } =
      await decisionOn(lived('experiment_id: exp-1'), kiwi)
    expect({ enabled, variant, value, reason, selector }).toEqual({
      enabled: true,
      variant: 'b',
      value: 'green',
      reason: 'SPLIT',
      selector: 'experiment',
    })
    // `printf u1:exp-1:variant | sha256sum`, the first 16 hex digits modulo 10,000.
    expect(assignment).toEqual({
      kind: 'user',
      experimentId: 'exp-1',
      experiment: 'x',
      variant: 'b',
      unit: 'u1',
      bucket: 6044,
      hash: 'sha256',
    })
    expect(participation).toEqual({ experiment: 'exp-1', outcome: 'experiment_assigned' })
  })

  test.each<[string, string]>([
    ['status: draft', 'no_active_experiment'],
    ['status: in_review', 'no_active_experiment'],
    ['status: approved', 'no_active_experiment'],
    ['status: paused', 'no_active_experiment'],
    ['status: completed', 'no_active_experiment'],
    ['status: archived', 'no_active_experiment'],
    ['status: rejected', 'no_active_experiment'],
    ['status: running', 'experiment_assigned'],
    ['enabled: off', 'no_active_experiment'],
    ['enabled: false', 'no_active_experiment'],
    ['start: 2026-05-01', 'experiment_assigned'],
    ['start: 2026-05-01T00:00:01Z', 'no_active_experiment'],
    ['end: 2026-05-01', 'no_active_experiment'],
    ['end: 2026-05-01T00:00:01Z', 'experiment_assigned'],
    ['start: "2026-05-01T02:00:00+02:00"', 'experiment_assigned'],
    ['targeting: country == "NZ"', 'experiment_assigned'],
    ['targeting: country == "AU"', 'targeting_mismatch'],
    ['targeting: city == "Napier"', 'targeting_mismatch'],
    ['targeting: country ==', 'targeting_mismatch'],
    ['targeting: ""', 'experiment_assigned'],
    ['enabled: on, admin: true', 'experiment_assigned'],
    ['targeting: " "', 'experiment_assigned'],
    ['gold: true', 'experiment_assigned'],
    ['admin: true', 'targeting_mismatch'],
    ['users: [gary], targeting: age >= 18', 'experiment_assigned'],
    ['traffic: 97.67', 'outside_traffic_allocation'],
    ['traffic: 97.68', 'experiment_assigned'],
    ['traffic: 0', 'outside_traffic_allocation'],
    ['status: draft, targeting: country == "AU"', 'no_active_experiment'],
    ['targeting: country == "AU", traffic: 0', 'targeting_mismatch'],
  ])('{%s}: %s', async (keys, outcome) => {
    expect(await outcomeOf(lived(keys))).toEqual({ experiment: 'x', outcome })
  })

  test.each(['status: draft', 'targeting: country == "AU"', 'traffic: 0', 'domains: [d]'])(
    '{%s}: whoever is not assigned gets the default, and nothing is owed',
    async (keys) => {
      const { features, exposures } = await openEngine(
        `${entryText(lived(keys))}feature_rival: {experiment: {domains: [d], priority: 1, variants: [{name: a}]}}\n`,
        { now: () => MAY },
      )
      const request = features.for(worldOf(kiwi))
      expect([
        request.isEnabled('x'),
        request.getStringValue('x', 'code'),
        request.variant('x'),
      ]).toEqual([true, 'blue', undefined])
      expect(exposures).toEqual([])
    },
  )

  test('without a default whoever is not assigned has it off', async () => {
    expect(await decisionOn(`{experiment: {status: draft, ${ARMS}}}`, kiwi)).toMatchObject({
      enabled: false,
      value: undefined,
      reason: 'DISABLED',
    })
  })

  test('a visitor without an id is not assigned', async () => {
    expect(await decisionOn(lived(''), { user: { name: 'nobody' } })).toMatchObject({
      value: 'blue',
      assignment: undefined,
      participation: undefined,
    })
  })

  test('a logged-out visitor is bucketed by the loid', async () => {
    expect((await decisionOn(lived(''), { loid: 'abcd' })).assignment).toMatchObject({
      kind: 'user',
      unit: 'abcd',
    })
  })

  test('the id of the experiment, and not the name of the feature, is what is hashed', async () => {
    expect((await decisionOn(lived('experiment_id: 42'), kiwi)).participation).toEqual({
      experiment: '42',
      outcome: 'experiment_assigned',
    })
  })
})

describe('in one entry with others', () => {
  test('a selector before it decides, and the experiment is not asked', async () => {
    expect(await decisionOn(`{users: [gary], experiment: {${ARMS}}}`, kiwi)).toMatchObject({
      selector: 'users',
      variant: undefined,
      participation: undefined,
    })
  })

  test('rules are asked of whoever is not assigned', async () => {
    expect(
      await decisionOn(
        `{default: blue, experiment: {status: paused, ${ARMS}}, rules: [{force: yellow}]}`,
        kiwi,
      ),
    ).toMatchObject({ value: 'yellow', selector: 'rules[0]' })
  })

  test.each(['', 'variants: {}', 'variants: null'])(
    'a running experiment with {%s} has no variants, not even controls, and a problem says so',
    async (variants) => {
      const { features, told } = await openEngine(
        `feature_x: {experiment: {status: running${variants && `, ${variants}`}}}\n`,
      )
      expect(features.for(worldOf(kiwi)).decide('x').participation?.outcome).toBe('no_variants')
      expect(told).toContain('problem nobody-eligible')
    },
  )

  test('two experiments with one id are a problem, which names both', async () => {
    const { problems } = await openEngine(
      `feature_a: {experiment: {experiment_id: 5, ${ARMS}}}\nfeature_b: {experiment: {experiment_id: "5", ${ARMS}}}\n`,
    )
    expect(problems).toMatchObject([
      {
        code: 'duplicate-experiment',
        severity: 'warning',
        feature: 'b',
        line: 2,
        message: expect.stringContaining('the one in feature_a'),
      },
    ])
  })

  test("r2's variants may have a life, too", async () => {
    const entry = (keys: string): string =>
      `{experiment: {loggedin: true, ${keys}, variants: {control_1: 50, control_2: 50}}}`
    expect((await decisionOn(entry('status: running'), kiwi)).assignment).toMatchObject({
      bucket: expect.any(Number),
      kind: 'user',
    })
    expect((await decisionOn(entry('status: paused'), kiwi)).assignment).toBeUndefined()
  })
})

describe('whom an experiment takes from its domain', () => {
  const rival = (keys: string, entry = ''): string =>
    `feature_rival: {${entry}experiment: {domains: [d], priority: 1${keys && `, ${keys}`}, variants: [{name: a}]}}\n`
  const outcomeBeside = async (text: string): Promise<string | undefined> => {
    const { features } = await openEngine(`${entryText(lived('domains: [d]'))}${text}`, {
      now: () => MAY,
    })
    return features.for(worldOf(kiwi)).decide('x').participation?.outcome
  }

  test.each<[string, string, string]>([
    ['it runs', rival(''), 'domain_conflict'],
    ['it runs and has none of the traffic', rival('traffic: 0'), 'domain_conflict'],
    ['its targeting does not hold', rival('targeting: country == "AU"'), 'experiment_assigned'],
    ['its selectors do not know the visitor', rival('admin: true'), 'experiment_assigned'],
    ['it is paused', rival('status: paused'), 'experiment_assigned'],
    ['it is over', rival('end: 2026-05-01'), 'experiment_assigned'],
    ['it is switched off', rival('enabled: off'), 'experiment_assigned'],
    ['its entry is switched off', rival('', 'enabled: off, '), 'experiment_assigned'],
    [
      'an earlier selector of its entry has the visitor',
      rival('', 'gold: true, '),
      'experiment_assigned',
    ],
  ])('a higher one, when %s', async (_, text, outcome) => {
    expect(await outcomeBeside(text)).toBe(outcome)
  })

  test('explain has a step for it', async () => {
    const { features } = await openEngine(`${entryText(lived('domains: [d]'))}${rival('')}`)
    expect(features.for(worldOf(kiwi)).explain('x').steps[0]?.steps).toMatchObject([
      { selector: 'domains', outcome: 'passed on' },
    ])
  })
})

describe('in time', () => {
  test('it begins and ends by the clock, without an edit', async () => {
    let now = MAY
    const { features } = await openEngine(entryText(lived('start: 2026-05-02, end: 2026-05-03')), {
      now: () => now,
    })
    const outcome = (): unknown => features.for(worldOf(kiwi)).decide('x').participation?.outcome
    const seen = [0, 1, 1.99, 2].map((days) => ((now = MAY + days * 86_400_000), outcome()))
    expect(seen).toEqual([
      'no_active_experiment',
      'experiment_assigned',
      'experiment_assigned',
      'no_active_experiment',
    ])
  })

  test('a request sees one time', async () => {
    let now = MAY
    const { features } = await openEngine(
      `${entryText(lived('end: 2026-05-02'))}feature_y: ${lived('end: 2026-05-02')}\n`,
      { now: () => now },
    )
    const request = features.for(worldOf(kiwi))
    const before = request.decide('x').participation?.outcome
    now = MAY + 2 * 86_400_000
    expect([before, request.decide('y').participation?.outcome]).toEqual([
      'experiment_assigned',
      'experiment_assigned',
    ])
  })
})

describe('targeting that has no answer', () => {
  test('is reported once, however many visitors lack the attribute', async () => {
    const { features, told } = await openEngine(entryText(lived('targeting: city == "Napier"')))
    for (const id of ['u1', 'u2', 'u3']) features.for(worldOf({ user: { id } })).isEnabled('x')
    expect(told.filter((event) => event === 'problem targeting-unanswered')).toHaveLength(1)
  })
})

describe('laws', () => {
  const variants = fc.array(
    fc.integer({ min: 1, max: 1000 }).map((weight) => weight / 10),
    { minLength: 1, maxLength: 5 },
  )
  const share = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100)

  test('raising traffic moves nobody between variants, and nobody out', async () => {
    await fc.assert(
      fc.asyncProperty(variants, share, share, async (weights, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        const variants = `[${weights.map((weight, i) => `{name: v${i}, weight: ${weight}}`).join(', ')}]`
        const entry = (traffic: number): string =>
          entryText(`{experiment: {traffic: ${traffic}, variants: ${variants}}}`)
        const before = (await openEngine(entry(low))).features
        const after = (await openEngine(entry(high))).features
        for (let i = 0; i < 50; i++) {
          const world = worldOf({ user: { id: `user-${i}` } })
          const was = before.for(world).variant('x')
          if (was !== undefined) expect(after.for(world).variant('x')).toBe(was)
        }
        await closeEngines()
      }),
      { numRuns: 30 },
    )
  })

  test('experiments of one domain never share a visitor, whatever their traffic, priorities and targeting', async () => {
    const experiment = fc.record({
      traffic: share,
      priority: fc.integer({ min: 0, max: 2 }),
      age: fc.integer({ min: 0, max: 40 }),
      domains: fc.subarray(['d1', 'd2']),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(experiment, { minLength: 2, maxLength: 5 }),
        async (experiments) => {
          const text = experiments.map(
            ({ traffic, priority, age, domains }, i) =>
              `feature_e${i}: {experiment: {traffic: ${traffic}, priority: ${priority}, targeting: age >= ${age}, domains: [${domains.join(', ')}], variants: [{name: a}]}}`,
          )
          const { features } = await openEngine(text.join('\n'))
          for (let i = 0; i < 20; i++) {
            const world = worldOf({ user: { id: `user-${i}` }, attributes: { age: i * 2 } })
            const ask = (order: readonly number[]): readonly number[] => {
              const request = features.for(world)
              return order
                .filter((e) => request.variant(`e${e}`) !== undefined)
                .sort((a, b) => a - b)
            }
            const order = experiments.map((_, e) => e)
            const inThem = ask(order)
            expect(ask([...order].reverse())).toEqual(inThem)
            for (const domain of ['d1', 'd2'])
              expect(
                inThem.filter((e) => experiments[e]?.domains.includes(domain)).length,
              ).toBeLessThanOrEqual(1)
          }
          await closeEngines()
        },
      ),
      { numRuns: 30 },
    )
  })
})
