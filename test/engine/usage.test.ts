import { type FeatureUsage, worldOf } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

async function engine(text: string, format: 'json' | 'yaml' = 'yaml') {
  const used: [string, unknown, string | undefined, string | undefined][] = []
  const onUsage = ({ feature, value, source, ruleId }: FeatureUsage): number =>
    used.push([feature, value, source, ruleId])
  return { ...(await openEngine(text, { format, onUsage })), used }
}

const PAYLOAD = JSON.stringify({
  features: {
    a: { defaultValue: 1, rules: [{ id: 'r1', condition: { country: 'NZ' }, force: 2 }] },
    parent: { defaultValue: true },
    child: {
      defaultValue: 'no',
      rules: [
        {
          force: 'yes',
          parentConditions: [{ id: 'parent', condition: { value: true } }, { id: 'missing' }],
        },
      ],
    },
  },
})

describe('a use is reported', () => {
  test('once for each request and value, with what decided', async () => {
    const { features, used } = await engine(PAYLOAD, 'json')
    const request = features.for(worldOf({ attributes: { country: 'NZ' } }))
    for (let round = 0; round < 3; round++) request.getNumberValue('a', 0)
    request.isEnabled('a')
    request.isEnabled('a', { attributes: { country: 'US' } })
    expect(used).toEqual([
      ['a', 2, 'force', 'r1'],
      ['a', 1, 'defaultValue', ''],
    ])
    features.for(worldOf()).isEnabled('a')
    expect(used).toHaveLength(3)
  })

  test('of what a feature requires, first, and of names that it requires and nobody has', async () => {
    const { features, used } = await engine(PAYLOAD, 'json')
    features.for(worldOf()).isEnabled('child')
    expect(used).toEqual([
      ['parent', true, 'defaultValue', ''],
      ['missing', null, 'unknownFeature', ''],
      ['child', 'yes', 'force', ''],
    ])
  })

  test('with null of a name that nobody has', async () => {
    const { features, used } = await engine(PAYLOAD, 'json')
    expect(features.for(worldOf()).getStringValue('nobody', 'mine')).toBe('mine')
    expect(used).toEqual([['nobody', null, 'unknownFeature', '']])
  })

  test('of entries without values by whether they are on', async () => {
    const { features, used } = await engine('feature_a: on\nfeature_b: {gold: true}\n')
    for (const name of ['a', 'b']) features.for(worldOf()).isEnabled(name)
    expect(used).toEqual([
      ['a', true, undefined, undefined],
      ['b', false, undefined, undefined],
    ])
  })

  test.each([
    ['one Decision for all', 'feature_a: on\n'],
    ['a Decision for each', 'feature_a: {users: [gary, mary]}\n'],
  ])('of each user whom one request asks about: with %s', async (_, text) => {
    const users: (string | undefined)[] = []
    const { features } = await openEngine(text, { onUsage: ({ user }) => users.push(user) })
    const request = features.for(worldOf({ user: { id: 'u1', name: 'gary' } }))
    for (let round = 0; round < 2; round++) {
      request.isEnabled('a')
      request.isEnabled('a', { user: { id: 'u2', name: 'mary' } })
    }
    expect(users).toEqual(['u1', 'u2'])
  })

  test('of every feature of a circle, once', async () => {
    const circle = {
      a: { rules: [{ force: 1, parentConditions: [{ id: 'b' }] }] },
      b: { rules: [{ force: 1, parentConditions: [{ id: 'a' }] }] },
    }
    const { features, used } = await engine(JSON.stringify({ features: circle }), 'json')
    features.for(worldOf()).isEnabled('a')
    expect(used).toEqual([
      ['b', null, 'cyclicPrerequisite', ''],
      ['a', null, 'cyclicPrerequisite', ''],
    ])
  })
})

describe('no use is reported', () => {
  test('of forced values, also where a rule sees them', async () => {
    const { features, used } = await engine(PAYLOAD, 'json')
    const request = features.for(worldOf(), { forcedValues: { parent: true, other: 1 } })
    for (const name of ['parent', 'other', 'child']) request.isEnabled(name)
    expect(used.map(([feature]) => feature)).toEqual(['missing', 'child'])
  })

  test('by those who only look: decide, explain and allEnabled', async () => {
    const { features, used } = await engine(PAYLOAD, 'json')
    const request = features.for(worldOf())
    request.decide('a')
    request.explain('child')
    request.allEnabled()
    expect(used).toEqual([])
  })
})

test('a callback that throws is a problem, and the answer is given all the same', async () => {
  const { features, problems } = await openEngine(PAYLOAD, {
    format: 'json',
    onUsage: () => {
      throw new Error('from the application')
    },
  })
  expect(features.for(worldOf()).getNumberValue('a', 0)).toBe(1)
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('missing is required'),
    expect.stringContaining('onUsage threw: from the application'),
  ])
})
