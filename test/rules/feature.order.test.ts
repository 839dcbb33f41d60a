/** Features and their rules (docs/spec/growthbook.md, sections 3.3, 8 and 16.1). */
import { GrowthBookClient } from '@growthbook/growthbook'
import type { JsonObject, JsonValue } from '../../src/core/json'
import type { FeatureResult, GrowthBookContext } from '../../src/growthbook/context'
import { evalFeature } from '../../src/growthbook/evaluate'

const ask = (
  rules: readonly JsonValue[],
  attributes: Record<string, unknown> = {},
  context: GrowthBookContext = {},
): FeatureResult =>
  evalFeature({ features: { f: { defaultValue: 'none', rules } }, attributes, ...context }, 'f')

const valueOf = (
  rule: JsonValue,
  attributes?: Record<string, unknown>,
  context?: GrowthBookContext,
): JsonValue => ask([rule], attributes, context).value

describe('what comes first', () => {
  const experiment = { key: 'e', variations: ['a', 'b'], filters: [{ seed: 's', ranges: [] }] }

  test.each<[what: string, value: JsonValue, rule: JsonValue, context: GrowthBookContext]>([
    ["a rule's filters beat forced variations", 'none', experiment, { forcedVariations: { e: 1 } }],
    ["a rule's filters beat the URL", 'none', experiment, { url: '/?e=1' }],
    [
      "a rule's prerequisites beat forced variations",
      'none',
      { ...experiment, filters: [], parentConditions: [{ id: 'p', condition: { value: 1 } }] },
      { forcedVariations: { e: 1 } },
    ],
    [
      "the experiment's condition does not",
      'b',
      { ...experiment, filters: [], condition: { never: 1 } },
      { forcedVariations: { e: 1 } },
    ],
    ['`enabled: false` leaves force rules alone', 1, { force: 1 }, { enabled: false }],
    [
      '`enabled: false` switches experiments off',
      'none',
      { variations: [1, 2] },
      { enabled: false, forcedVariations: { f: 1 } },
    ],
    [
      'a parameter is read as far as it is a number',
      'b',
      { ...experiment, filters: [] },
      { url: '/?e=1abc' },
    ],
    ['a forced value skips everything', 9, { force: 1 }, { forcedFeatureValues: { f: 9 } }],
    [
      'a Map of forced values does, too',
      null,
      { force: 1 },
      { forcedFeatureValues: new Map([['f', null]]) },
    ],
    [
      'overridden attributes are what is asked',
      1,
      { force: 1, condition: { id: 'other' } },
      { attributeOverrides: { id: 'other' } },
    ],
  ])('%s', (_, value, rule, context) => {
    expect(valueOf(rule, { id: 'u1' }, context)).toEqual(value)
  })

  test('a forced value makes the source override, of unknown features and of falsy values too', () => {
    for (const value of [false, 0, '', null])
      expect(evalFeature({ forcedFeatureValues: { g: value } }, 'g')).toEqual({
        value,
        on: false,
        off: true,
        source: 'override',
        ruleId: '',
      })
  })

  test('a variation that is passed through is reported, and the next rule is asked', () => {
    const told: unknown[] = []
    const rules = [
      {
        key: 'holdout',
        variations: [1, 2],
        weights: [0, 1],
        meta: [{}, { key: 'in', passthrough: true }],
      },
      { force: 'next' },
    ]
    expect(
      ask(
        rules,
        { id: 'u1' },
        { trackingCallback: ({ key }, { key: variation }) => told.push([key, variation]) },
      ),
    ).toMatchObject({ value: 'next', source: 'force' })
    expect(told).toEqual([['holdout', 'in']])
  })

  test('tracks are recorded when their rule is used, and only then', () => {
    const told: unknown[] = []
    const tracks = [
      { experiment: { key: 'remote' }, result: { key: 'v', variationId: 1 } },
      null,
      { experiment: { key: 'half' } },
    ]
    const rules = [{ condition: { a: 1 }, force: 1, tracks }]
    const trackingCallback = (...call: unknown[]): void => void told.push(call)
    ask(rules, { a: 2 }, { trackingCallback })
    expect(told).toEqual([])
    expect(ask(rules, { a: 1 }, { trackingCallback }).source).toBe('force')
    expect(told).toEqual([[{ key: 'remote' }, { key: 'v', variationId: 1 }]])
  })
})

describe('the experiment of a result', () => {
  test('has the keys that the rule had, and no others', () => {
    const rule = {
      id: 'r',
      variations: [1, 2],
      key: 'k',
      coverage: 1,
      weights: [0.5, 0.5],
      hashAttribute: 'id',
      fallbackAttribute: '',
      disableStickyBucketing: false,
      bucketVersion: 0,
      minBucketVersion: 0,
      meta: [{}, {}],
      name: 'N',
      phase: '0',
      seed: 's',
      hashVersion: 1,
      condition: {},
      filters: [],
      range: [0, 1],
      tracks: [],
      unknown: 1,
    }
    const { seed, hashVersion, key, coverage, weights, meta, name, phase, variations } = rule
    expect(ask([rule], { id: '1' }).experiment).toEqual({
      variations,
      key,
      coverage,
      weights,
      hashAttribute: 'id',
      bucketVersion: 0,
      minBucketVersion: 0,
      meta,
      name,
      phase,
      seed,
      hashVersion,
      condition: {},
      filters: [],
    })
  })

  test('is called like the feature when the rule has no key', () => {
    expect(ask([{ variations: [1, 2] }], { id: '1' }).experiment).toEqual({
      variations: [1, 2],
      key: 'f',
    })
  })
})

describe('an attribute that is given as undefined is answered as by the SDK: neither null nor missing', () => {
  const client = new GrowthBookClient({})
  const given: GrowthBookContext[] = [
    { attributes: { x: undefined } },
    { attributes: { x: 1 }, attributeOverrides: { x: undefined } },
    { attributes: { x: undefined }, attributeOverrides: { y: 1 } },
  ]

  test.each<[condition: JsonObject, holds: boolean]>([
    [{ x: null }, false],
    [{ x: { $exists: true } }, false],
    [{ x: { $exists: false } }, true],
    [{ x: { $type: 'undefined' } }, true],
    [{ x: { $type: 'null' } }, false],
    [{ x: { $eq: null } }, false],
    [{ x: { $ne: null } }, true],
    [{ x: { $in: [null] } }, false],
    [{ x: { $nin: [null] } }, true],
    [{ x: 'undefined' }, true],
    [{ x: { $regex: '^undefined$' } }, true],
    [{ x: false }, true],
    [{ x: { $gt: -1 } }, false],
    [{ 'x.y': null }, true],
    [{ z: null }, true],
    [{ z: { $type: 'undefined' } }, false],
  ])('%j: %p', (condition, holds) => {
    const features = { f: { defaultValue: 0, rules: [{ force: 1, condition }] } }
    const payload = client.initSync({ payload: { features } })
    for (const { attributes = {}, attributeOverrides = {} } of given) {
      const theirs = payload.evalFeature('f', {
        attributes: { ...attributes, ...attributeOverrides },
      }).value as number
      expect([
        evalFeature({ features, attributes, attributeOverrides }, 'f').value,
        theirs,
      ]).toEqual([Number(holds), Number(holds)])
    }
  })

  test('and hashes to nothing, as what is missing does', () => {
    const features = {
      f: { defaultValue: 0, rules: [{ force: 1, coverage: 1, hashAttribute: 'x' }] },
    }
    expect(evalFeature({ features, attributes: { x: undefined } }, 'f').value).toBe(0)
  })
})
