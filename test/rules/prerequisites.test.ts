/**
 * Features that require other features (docs/spec/growthbook.md, section 8.1), of either dialect.
 */
import { type Facts, type FeatureUsage, worldOf } from '../../src'
import type { JsonObject, JsonValue } from '../../src/core/json'
import { evalFeature } from '../../src/growthbook/evaluate'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const child = (...parentConditions: JsonValue[]): JsonObject => ({
  defaultValue: 'default',
  rules: [{ id: 'r', force: 'forced', parentConditions }],
})
const on = { value: true }

describe('a rule that requires another feature', () => {
  const parents: JsonObject = {
    yes: { defaultValue: true },
    no: { defaultValue: false },
    text: { defaultValue: 'a' },
    nothing: {},
    mapping: { defaultValue: { plan: { seats: 5 } } },
  }

  test.each<[what: string, value: JsonValue, source: string, parents: JsonValue[]]>([
    ['is used when it holds', 'forced', 'force', [{ id: 'yes', condition: on }]],
    ['is passed over when it does not', 'default', 'defaultValue', [{ id: 'no', condition: on }]],
    [
      'makes the feature null when its gate is shut',
      null,
      'prerequisite',
      [{ id: 'no', condition: on, gate: true }],
    ],
    [
      'goes on when its gate is open',
      'forced',
      'force',
      [{ id: 'yes', condition: on, gate: true }],
    ],
    [
      'needs every one of them',
      'default',
      'defaultValue',
      [
        { id: 'yes', condition: on },
        { id: 'no', condition: on },
      ],
    ],
    [
      'stops at the first that fails, before a later gate',
      'default',
      'defaultValue',
      [
        { id: 'no', condition: on },
        { id: 'no', condition: on, gate: true },
      ],
    ],
    [
      'may compare values',
      'forced',
      'force',
      [{ id: 'text', condition: { value: { $in: ['a', 'b'] } } }],
    ],
    [
      'may look into values',
      'forced',
      'force',
      [{ id: 'mapping', condition: { 'value.plan.seats': { $gte: 5 } } }],
    ],
    ['without a condition asks for nothing', 'forced', 'force', [{ id: 'no' }]],
    [
      'sees null for a feature that does not exist',
      'forced',
      'force',
      [{ id: 'missing', condition: { value: null } }],
    ],
    [
      'sees that such a feature has no value',
      'forced',
      'force',
      [{ id: 'missing', condition: { value: { $exists: false } } }],
    ],
    [
      'does not take such a feature for on',
      'default',
      'defaultValue',
      [{ id: 'missing', condition: on }],
    ],
    [
      'sees null for a name that every object has',
      'forced',
      'force',
      [{ id: 'constructor', condition: { value: null } }],
    ],
    [
      'may ask one feature twice',
      'forced',
      'force',
      [
        { id: 'yes', condition: on },
        { id: 'yes', condition: on },
      ],
    ],
    [
      'knows the saved groups: the reference once did not',
      'forced',
      'force',
      [{ id: 'text', condition: { value: { $inGroup: 'g' } } }],
    ],
    ['is passed over when what it requires cannot be read', 'default', 'defaultValue', ['yes']],
  ])('%s', async (_, value, source, required) => {
    const payload = {
      features: { ...parents, child: child(...required) },
      savedGroups: { g: ['a'] },
    }
    expect(evalFeature(payload, 'child')).toMatchObject({ value, source })
    const { features } = await openEngine(JSON.stringify(payload), { format: 'json' })
    expect(features.decide('child')).toMatchObject({ value, rule: { source } })
  })

  test('sees a forced value of the other feature', () => {
    const context = {
      features: { no: { defaultValue: false }, child: child({ id: 'no', condition: on }) },
      forcedFeatureValues: { no: true },
    }
    expect(evalFeature(context, 'child').value).toBe('forced')
  })
})

describe('features that go round in a circle are null', () => {
  test.each<[what: string, features: JsonObject]>([
    ['one that requires itself', { a: child({ id: 'a' }) }],
    ['two', { a: child({ id: 'b' }), b: child({ id: 'a' }) }],
    [
      'three, asked from outside',
      { a: child({ id: 'b' }), b: child({ id: 'c' }), c: child({ id: 'b' }) },
    ],
    [
      'even when a later rule would not ask',
      {
        a: {
          defaultValue: 1,
          rules: [{ force: 1, parentConditions: [{ id: 'a', gate: true }] }, { force: 2 }],
        },
      },
    ],
  ])('%s', async (_, features) => {
    expect(evalFeature({ features }, 'a')).toEqual({
      value: null,
      on: false,
      off: true,
      source: 'cyclicPrerequisite',
      ruleId: '',
    })
    const engine = await openEngine(JSON.stringify({ features }), { format: 'json' })
    const request = engine.features.for(worldOf())
    for (const name of Object.keys(features)) {
      expect(request.decide(name)).toMatchObject({
        enabled: false,
        value: null,
        reason: 'ERROR',
        error: { code: 'GENERAL' },
      })
      expect(request.explain(name).decision).toMatchObject({
        rule: { source: 'cyclicPrerequisite' },
      })
      expect(request.getStringValue(name, 'mine')).toBe('mine')
    }
  })

  test('but a forced value ends the circle, and siblings that require the same feature are none', () => {
    expect(
      evalFeature(
        {
          features: { a: child({ id: 'b' }), b: child({ id: 'a' }) },
          forcedFeatureValues: { b: 1 },
        },
        'a',
      ).value,
    ).toBe('forced')
    const siblings = {
      a: child({ id: 'b' }, { id: 'c' }),
      b: child({ id: 'd' }),
      c: child({ id: 'd' }),
      d: { defaultValue: 1 },
    }
    expect(evalFeature({ features: siblings }, 'a').value).toBe('forced')
  })
})

describe('a rule sees of an entry of selectors', () => {
  const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true } }
  const requiring =
    'feature_child:\n  default: no\n  rules:\n    - {force: yes, parentConditions: [{id: parent, condition: {value: true}}]}\n'

  test.each<[entry: string, met: boolean, facts: Facts]>([
    ['on', true, {}],
    ['off', false, {}],
    ['{gold: true}', true, gary],
    ['{gold: true}', false, {}],
    ['{experiment: {enabled: on, variants: {all: 50, control_1: 0, control_2: 0}}}', false, {}],
    ['{gold: true, default: "a text"}', true, gary],
    ['{gold: true, default: true}', true, {}],
    ['{gold: true, rules: [{condition: {a: 1}, force: true}]}', false, {}],
  ])('%s whether it is on, where it gives no value: %s', async (entry, met, facts) => {
    const { features } = await openEngine(`${requiring}feature_parent: ${entry}\n`)
    expect(features.for(worldOf(facts)).decide('child').value).toBe(met ? 'yes' : 'no')
  })

  test('the exposure and the use that it owes', async () => {
    const used: FeatureUsage[] = []
    const { features, exposures } = await openEngine(
      `${requiring}feature_parent: {experiment: {experiment_id: 7, loggedin: true, variants: {blue: 33, green: 33}}}\n`,
      { onUsage: (usage) => used.push(usage) },
    )
    const request = features.for(worldOf(gary))
    request.isEnabled('child')
    expect(
      exposures.map(({ feature, kind, experimentId }) => [feature, kind, experimentId]),
    ).toEqual([['parent', 'user', 7]])
    expect(used.map(({ feature, value }) => [feature, typeof value])).toEqual([
      ['parent', 'boolean'],
      ['child', 'string'],
    ])
    request.isEnabled('parent')
    expect(exposures).toHaveLength(1)
  })
})
