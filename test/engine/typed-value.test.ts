import { type Decision, type JsonValue, memory, openFeatures, worldOf } from '../../src'
import { typedValue } from '../../src/engine/typed-value'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

/** The flags of the acceptance list in docs/spec/remote-config.md, section 15. */
const FLAGS = JSON.stringify({
  features: {
    rollout: { defaultValue: 'control', rules: [{ force: 'treatment', coverage: 1 }] },
    global_force: { defaultValue: false, rules: [{ force: true }] },
    experiment: {
      defaultValue: 'control',
      rules: [{ key: 'my_experiment', variations: ['control', 'treatment'], coverage: 1 }],
    },
    volunteers: {
      defaultValue: 'off',
      rules: [{ condition: { is_volunteer: true }, force: 'on' }],
    },
    falsy: { defaultValue: false },
    zero: { defaultValue: 0 },
    empty: { defaultValue: '' },
    nothing: { defaultValue: null },
  },
})
const flags = async (): Promise<Awaited<ReturnType<typeof openEngine>>['features']> =>
  (await openEngine(FLAGS, { format: 'json' })).features

describe('a typed read', () => {
  test('1: a rollout gives its value to a user', async () => {
    expect(
      (await flags()).for(worldOf({ user: { id: '123' } })).getStringValue('rollout', 'fallback'),
    ).toBe('treatment')
  })

  test("2: without a user it gives the flag's own default, and not the code's", async () => {
    expect((await flags()).getStringValue('rollout', 'fallback')).toBe('control')
  })

  test('3: an unconditional rule applies to everybody', async () => {
    expect((await flags()).for(worldOf()).getBooleanValue('global_force', false)).toBe(true)
  })

  test("4: an unknown flag gives the code's default", async () => {
    expect((await flags()).getStringValue('nobody', 'my_default')).toBe('my_default')
  })

  test('5: code without a user asks `global`, also within a request', async () => {
    const features = await flags()
    const answers = features.run(worldOf({ user: { id: '123' } }), () => [
      features.global.getStringValue('rollout', 'fallback'),
      features.global.getStringValue('experiment', 'fallback'),
      features.global.getBooleanValue('global_force', false),
      features.global.getStringValue('nobody', 'my_default'),
      features.getStringValue('rollout', 'fallback'),
    ])
    expect(answers).toEqual(['control', 'control', true, 'my_default', 'treatment'])
  })

  test('6: an experiment gives one of its values, and owes one exposure', async () => {
    const { features, exposures } = await openEngine(FLAGS, { format: 'json' })
    const request = features.for(worldOf({ user: { id: '123' } }))
    expect(['control', 'treatment']).toContain(request.getStringValue('experiment', 'fallback'))
    request.getStringValue('experiment', 'fallback')
    expect(exposures).toMatchObject([
      {
        kind: 'user',
        feature: 'experiment',
        experimentId: 'my_experiment',
        unit: '123',
        user: '123',
      },
    ])
  })

  test.each([
    [true, 'on'],
    [false, 'off'],
  ])('29: a condition on an attribute that is %s gives %s', async (is_volunteer, value) => {
    expect(
      (await flags())
        .for(worldOf({ attributes: { is_volunteer } }))
        .getStringValue('volunteers', 'x'),
    ).toBe(value)
  })

  test('18 to 20: a forced value is given as it is, and what is not forced is asked as always', async () => {
    const request = (await flags()).for(worldOf(), {
      forcedValues: { my_flag: 'from_file', global_force: false },
    })
    expect([
      request.getStringValue('my_flag', ''),
      request.getBooleanValue('global_force', true),
      request.getStringValue('other', 'default'),
    ]).toEqual(['from_file', false, 'default'])
  })

  test('24 and 25: one without a type gives the value, or null where there is none', async () => {
    const features = await flags()
    expect([features.decide('global_force').value, features.decide('nobody').value]).toEqual([
      true,
      undefined,
    ])
  })
})

describe('a value is given as it is, falsy or not, and null is none', () => {
  test.each<[name: string, otherwise: JsonValue, value: JsonValue]>([
    ['falsy', true, false],
    ['zero', 7, 0],
    ['empty', 'x', ''],
    ['nothing', 'x', 'x'],
    ['nothing', 7, 7],
  ])('%s, with the default %j: %j', async (name, otherwise, value) => {
    const { features } = await openEngine(FLAGS, { format: 'json' })
    expect(features.details(name, otherwise)).toMatchObject({ value, reason: 'DEFAULT' })
    expect(features.details(name, otherwise).error).toBeUndefined()
  })
})

const decision = (more: Partial<Decision>): Decision => ({
  feature: 'x',
  enabled: true,
  reason: 'STATIC',
  generation: 3,
  ...more,
})
const ruled = { rule: { source: 'defaultValue', ruleId: '' } } as const

describe('a value of another type gives the default, and says so', () => {
  test.each<[value: JsonValue, otherwise: JsonValue, isGiven: boolean]>([
    [true, false, true],
    ['true', false, false],
    [1, false, false],
    [{}, false, false],
    ['a', 'b', true],
    [5, 'b', false],
    [['a'], 'b', false],
    [5, 1, true],
    [5.5, 1, true],
    ['5', 1, false],
    [true, 1, false],
    [{ a: 1 }, {}, true],
    [[1], {}, true],
    [{ a: 1 }, [], true],
    ['{}', {}, false],
    [false, {}, false],
  ])('%j for the default %j: given is %s', (value, otherwise, isGiven) => {
    const details = typedValue(decision({ value, ...ruled }), otherwise, false)
    expect(details).toMatchObject(
      isGiven
        ? { value, reason: 'STATIC', generation: 3 }
        : { value: otherwise, reason: 'ERROR', error: { code: 'TYPE_MISMATCH' } },
    )
  })

  test.each<
    [
      what: string,
      given: Partial<Decision>,
      otherwise: JsonValue,
      expected: object,
      names?: boolean,
    ]
  >([
    ['a feature without values is a boolean', { enabled: true }, false, { value: true }],
    [
      'a feature that names no variants is no text',
      { enabled: true },
      'x',
      { value: 'x', reason: 'ERROR', error: { code: 'TYPE_MISMATCH' } },
    ],
    [
      'of one that names variants for others it is the default',
      { enabled: true },
      'x',
      { value: 'x', reason: 'DEFAULT' },
      true,
    ],
    [
      'a feature that is switched off is false',
      { enabled: false, reason: 'DISABLED' },
      true,
      { value: false, reason: 'DISABLED' },
    ],
    [
      'and of any other type it is the default, with the reason',
      { enabled: false, reason: 'DISABLED' },
      5,
      { value: 5, reason: 'DISABLED' },
    ],
    [
      'but its variant is text',
      { enabled: true, variant: 'blue' },
      'x',
      { value: 'blue', variant: 'blue' },
    ],
    [
      'a feature without values is no number',
      { enabled: true },
      5,
      { value: 5, error: { code: 'TYPE_MISMATCH' } },
    ],
    [
      'an error gives the default, and is told',
      { error: { code: 'FLAG_NOT_FOUND', message: 'no' } },
      true,
      { value: true, reason: 'ERROR', error: { code: 'FLAG_NOT_FOUND' } },
    ],
  ])('%s', (_, given, otherwise, expected, names = false) => {
    expect(typedValue(decision(given), otherwise, names)).toMatchObject(expected)
  })

  test('is a problem, once for each flag and content', async () => {
    const { features, set, problems } = await openEngine(
      'feature_a: {default: text}\nfeature_b: {default: 5}\n',
    )
    for (let round = 0; round < 3; round++)
      expect([features.getBooleanValue('a', true), features.getStringValue('b', 'mine')]).toEqual([
        true,
        'mine',
      ])
    for (let round = 0; round < 3; round++) features.for(worldOf()).getBooleanValue('a', false)
    expect(problems.map(({ code, feature, generation }) => [code, feature, generation])).toEqual([
      ['type-mismatch', 'a', 1],
      ['type-mismatch', 'b', 1],
    ])
    await set('feature_a: {default: text}\nfeature_b: {default: 6}\n')
    features.getBooleanValue('a', true)
    features.getBooleanValue('a', true)
    expect(
      problems.slice(2).map(({ code, feature, generation }) => [code, feature, generation]),
    ).toEqual([['type-mismatch', 'a', 2]])
    expect(problems[0]?.message).toBe(
      'a is text, and the code asks for a boolean; make the two agree (generation 1)',
    )
  })
})

test('the default is mandatory: without one the code does not compile', async () => {
  const features = await openFeatures({ source: memory('feature_a: on') })
  // @ts-expect-error -- that is what is tested
  const ask = (): boolean => features.getBooleanValue('a')
  expect(typeof ask).toBe('function')
  await features.close()
})
