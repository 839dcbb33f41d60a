import type { JsonObject, JsonValue } from '../../src/core/json'
import type { FeatureResult, GrowthBookContext } from '../../src/growthbook/context'
import { evalFeature } from '../../src/growthbook/evaluate'

const ask = (
  rules: readonly JsonValue[],
  attributes: Record<string, unknown> = {},
  context: GrowthBookContext = {},
): FeatureResult =>
  evalFeature({ features: { f: { defaultValue: 'none', rules } }, attributes, ...context }, 'f')

describe('the worked examples', () => {
  const features: JsonObject = {
    'new-checkout': {
      defaultValue: false,
      rules: [
        { id: 'r1', condition: { country: 'NZ' }, force: true },
        { id: 'r2', coverage: 0.25, hashVersion: 2, force: true },
      ],
    },
    button: {
      defaultValue: 'blue',
      rules: [
        {
          id: 'exp',
          key: 'button-test',
          hashVersion: 2,
          seed: 'btn',
          variations: ['blue', 'green'],
          weights: [0.5, 0.5],
          coverage: 0.8,
          meta: [
            { key: 'c', name: 'Control' },
            { key: 't', name: 'Treatment' },
          ],
          condition: { plan: { $in: ['pro', 'team'] } },
        },
      ],
    },
  }
  const drawn = {
    key: 't',
    featureId: 'button',
    inExperiment: true,
    hashUsed: true,
    variationId: 1,
    value: 'green',
    hashAttribute: 'id',
    hashValue: 'u2',
    stickyBucketUsed: false,
    name: 'Treatment',
    bucket: 0.7181,
  }

  test.each<[feature: string, attributes: object, context: GrowthBookContext, expected: object]>([
    [
      'new-checkout',
      { id: 'u1', country: 'NZ' },
      {},
      { value: true, source: 'force', ruleId: 'r1' },
    ],
    ['new-checkout', { id: 'u1' }, {}, { value: false, source: 'defaultValue', ruleId: '' }],
    ['new-checkout', { id: 'u3' }, {}, { value: false, source: 'defaultValue' }],
    ['new-checkout', { country: 'US' }, {}, { value: false, source: 'defaultValue' }],
    ['button', { id: 'u1', plan: 'pro' }, {}, { value: 'blue', source: 'defaultValue' }],
    [
      'button',
      { id: 'u2', plan: 'pro' },
      {},
      { value: 'green', source: 'experiment', ruleId: 'exp', experimentResult: drawn },
    ],
    ['button', { id: 'u1', plan: 'free' }, {}, { value: 'blue', source: 'defaultValue' }],
    [
      'button',
      { id: 'u1', plan: 'free' },
      { forcedVariations: { 'button-test': 1 } },
      {
        value: 'green',
        source: 'experiment',
        experimentResult: expect.objectContaining({ hashUsed: false }),
      },
    ],
    [
      'button',
      { id: 'u1', plan: 'free' },
      { url: 'https://x.test/?button-test=0' },
      {
        value: 'blue',
        source: 'experiment',
        experimentResult: expect.not.objectContaining({ bucket: expect.anything() }),
      },
    ],
  ])('%s for %j with %j', (feature, attributes, context, expected) => {
    expect(
      evalFeature({ features, attributes: { ...attributes }, ...context }, feature),
    ).toMatchObject(expected)
  })
})

describe('which features there are', () => {
  test.each<[what: string, features: JsonObject, id: string, expected: object]>([
    ['one that is not there', {}, 'f', { value: null, off: true, source: 'unknownFeature' }],
    ['one that is null', { f: null }, 'f', { value: null, source: 'unknownFeature' }],
    ['an empty one', { f: {} }, 'f', { value: null, source: 'defaultValue' }],
    ['a name that every object has', {}, 'constructor', { source: 'unknownFeature' }],
    ['another one', {}, '__proto__', { source: 'unknownFeature' }],
    [
      'such a name, when it is there',
      JSON.parse('{"__proto__": {"defaultValue": 7}}') as JsonObject,
      '__proto__',
      { value: 7, source: 'defaultValue' },
    ],
  ])('%s', (_, features, id, expected) => {
    expect(evalFeature({ features }, id)).toMatchObject(expected)
  })

  test.each<[on: boolean, value: JsonValue]>([
    [false, false],
    [false, 0],
    [false, ''],
    [false, null],
    [true, []],
    [true, {}],
    [true, 'off'],
    [true, 'false'],
    [true, -1],
  ])('on is %s for the value %j', (on, value) =>
    expect(ask([{ force: value }])).toMatchObject({ value, on, off: !on, source: 'force' }),
  )
})
