import { type JsonValue, memory, openFeatures, type RequestOptions, worldOf } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

const open = (features: object) =>
  openFeatures({ source: memory(JSON.stringify({ features }), { format: 'json' }) })

test('a row of 5,000 features, each requiring the next, is answered and throws nothing', async () => {
  const row = Array.from({ length: 5000 }, (_, i): [string, object] => [
    `f${i}`,
    {
      defaultValue: 1,
      rules: [{ parentConditions: [{ id: `f${i + 1}`, condition: { value: 1 } }], force: 2 }],
    },
  ])
  const features = await open(Object.fromEntries(row))
  expect(features.for(worldOf()).decide('f0')).toMatchObject({
    reason: 'ERROR',
    rule: { source: 'cyclicPrerequisite' },
  })
  expect(features.isEnabled('f0')).toBe(false)
  await features.close()
})

test('explain and decide say the same of a forced value', async () => {
  const features = await open({ a: { defaultValue: 1 } })
  const request = features.for(worldOf(), { forcedValues: { a: 5 } })
  expect(request.explain('a').decision).toEqual(request.decide('a'))
  expect(request.decide('a').value).toBe(5)
  await features.close()
})

afterEach(closeEngines)

const LIVE = `
feature_x:
  default: none
  rules:
    - {key: exp, variations: [a, b], hashVersion: 2, seed: s}
feature_forced: {default: no, rules: [{force: yes}]}
feature_gold: {gold: true}
feature_child:
  default: no
  rules: [{force: yes, parentConditions: [{id: forced, condition: {value: mine}}]}]
`

async function asking(options: RequestOptions) {
  const { features, exposures } = await openEngine(LIVE)
  // The hash of "1" is 0.842: the second of two variants.
  return { request: features.for(worldOf({ user: { id: '1' } }), options), exposures }
}

describe('for one request', () => {
  test.each<[what: string, value: JsonValue, options: RequestOptions, exposed: number]>([
    ['nothing is forced: assigned, and an exposure is owed', 'b', {}, 1],
    [
      'a variation is forced by the key of its experiment',
      'a',
      { forcedVariations: { exp: 0 } },
      0,
    ],
    ['a variation is forced by the address', 'a', { url: 'https://x.test/?exp=0' }, 0],
    ['the address beats the option', 'a', { url: '/?exp=0', forcedVariations: { exp: 1 } }, 0],
    [
      'a variation that does not exist keeps the visitor out',
      'none',
      { forcedVariations: { exp: 2 } },
      0,
    ],
    [
      'an experiment with the name of an inherited member is just not there',
      'b',
      { forcedVariations: {} },
      1,
    ],
    ['qaMode assigns nobody', 'none', { qaMode: true }, 0],
    ['qaMode lets through what is forced', 'a', { qaMode: true, forcedVariations: { exp: 0 } }, 0],
    [
      'enabled: false switches experiments off, forced ones too',
      'none',
      { enabled: false, forcedVariations: { exp: 0 } },
      0,
    ],
    ['a value is forced, whatever the rules say', 'mine', { forcedValues: { x: 'mine' } }, 0],
    ['a value is forced to null', null, { forcedValues: { x: null } }, 0],
    [
      'legacy overrides are laid over the experiment',
      'a',
      { overrides: { exp: { weights: [1, 0] } } },
      1,
    ],
  ])('%s', async (_, value, options, exposed) => {
    const { request, exposures } = await asking(options)
    expect(request.decide('x').value).toEqual(value)
    expect(request.isEnabled('x')).toBe(Boolean(value))
    expect(exposures).toHaveLength(exposed)
  })

  test('what is forced says so, in the Decision', async () => {
    const { request } = await asking({
      forcedVariations: { exp: 0 },
      forcedValues: { gold: true, nobody: 5 },
    })
    expect(request.decide('x')).toMatchObject({
      forced: true,
      variant: '0',
      rule: { source: 'experiment' },
    })
    expect(request.decide('gold')).toMatchObject({
      enabled: true,
      value: true,
      forced: true,
      selector: 'forced',
      rule: { source: 'override' },
    })
    expect(request.getNumberValue('nobody', 1)).toBe(5)
  })

  test('rules of other features see what is forced', async () => {
    const { request } = await asking({ forcedValues: { forced: 'mine' } })
    expect(request.decide('child').value).toBe('yes')
  })

  test('questions with overrides force the same', async () => {
    const { request } = await asking({ forcedVariations: { exp: 0 }, forcedValues: { gold: true } })
    expect(request.decide('x', { user: { id: '2' } }).value).toBe('a')
    expect(request.isEnabled('gold', { user: null })).toBe(true)
  })

  test('force rules and defaults go on without experiments', async () => {
    const { request } = await asking({ enabled: false, qaMode: true })
    expect(request.decide('forced').value).toBe('yes')
  })

  test('another request knows nothing of it; the ambient one does', async () => {
    const { features } = await openEngine(LIVE)
    const world = worldOf({ user: { id: '1' } })
    expect(
      features.run(world, () => features.decide('x').value, { forcedVariations: { exp: 0 } }),
    ).toBe('a')
    expect(features.for(world).decide('x').value).toBe('b')
    expect(features.decide('x').value).toBe('none')
  })
})
