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

describe('a rule', () => {
  // The hash of "1" is 0.085 by version 1 and 0.842 by version 2, with the seed `s`.
  const one = { id: '1' }

  test.each<
    [what: string, value: JsonValue, rule: JsonValue, attributes?: Record<string, unknown>]
  >([
    ['with force takes everybody, also those without an id', 1, { force: 1 }],
    ['forces null by the presence of the key', null, { force: null }],
    ['with force and variations forces', 1, { force: 1, variations: [2, 3] }, one],
    ['with neither does nothing', 'none', { id: 'idle', condition: {} }, one],
    ['that is no mapping does nothing', 'none', 'force', one],
    ['with a coverage of 1 takes nobody without an id', 'none', { force: 1, coverage: 1 }],
    [
      'with a coverage of 1 takes nobody whose id is 0',
      'none',
      { force: 1, coverage: 1 },
      { id: 0 },
    ],
    ['with a coverage of 0 takes nobody', 'none', { force: 1, coverage: 0, seed: 's' }, one],
    [
      'takes whoever falls on its coverage exactly',
      1,
      { force: 1, coverage: 0.085, seed: 's' },
      one,
    ],
    ['and nobody above', 'none', { force: 1, coverage: 0.0849, seed: 's' }, one],
    [
      'with a range replaces the coverage',
      'none',
      { force: 1, coverage: 1, range: [0.5, 1], seed: 's' },
      one,
    ],
    ['has its range begin with its first', 1, { force: 1, range: [0.085, 0.086], seed: 's' }, one],
    ['and end before its second', 'none', { force: 1, range: [0, 0.085], seed: 's' }, one],
    ['with a range that is none takes nobody', 'none', { force: 1, range: [0.1] }, one],
    ['with a range of null has none', 1, { force: 1, range: null }],
    [
      'is hashed with the name of the feature, unless it has a seed',
      1,
      { force: 1, range: [0.894, 0.895] },
      one,
    ],
    ['may have a number for a seed', 1, { force: 1, seed: 1, range: [0.231, 0.232] }, one],
    [
      'with an unknown version of the hash takes nobody',
      'none',
      { force: 1, coverage: 1, hashVersion: 3 },
      one,
    ],
    [
      'hashes the attribute that it names',
      1,
      { force: 1, coverage: 0.1, seed: 's', hashAttribute: 'device' },
      { device: '1' },
    ],
    ['hashes numbers as their text', 1, { force: 1, coverage: 0.085, seed: 's' }, { id: 1 }],
    [
      'hashes UTF-16 code units, not bytes',
      1,
      { force: 1, range: [0.8663, 0.8664], seed: 'seed', hashVersion: 2 },
      { id: 'é' },
    ],
    [
      'hashes surrogates one by one',
      1,
      { force: 1, range: [0.429, 0.43], seed: 'seed' },
      { id: '😀' },
    ],
    [
      'knows no fallback without sticky buckets',
      'none',
      { force: 1, coverage: 1, fallbackAttribute: 'device' },
      { device: '1' },
    ],
    ['ignores a namespace when it forces', 1, { force: 1, namespace: ['ns', 0, 0] }],
    [
      'filters by version 2 of the hash',
      1,
      { force: 1, filters: [{ seed: 's', ranges: [[0.84, 0.85]] }] },
      one,
    ],
    [
      'filters out who lacks the attribute',
      'none',
      { force: 1, filters: [{ seed: 's', ranges: [[0, 1]] }] },
    ],
    [
      'filters out everybody by a filter without ranges',
      'none',
      { force: 1, filters: [{ seed: 's', ranges: [] }] },
      one,
    ],
    [
      'must pass every filter',
      'none',
      {
        force: 1,
        filters: [
          { seed: 's', ranges: [[0, 1]] },
          { seed: 's', ranges: [[0, 0.1]] },
        ],
      },
      one,
    ],
    ['with no filters in the list filters nobody', 1, { force: 1, filters: [] }],
    ['coerces a literal: text for a number', 1, { force: 1, condition: { n: 5 } }, { n: '5' }],
    ['coerces a literal: a number for text', 1, { force: 1, condition: { n: '5' } }, { n: 5 }],
    ['coerces a literal: truth', 1, { force: 1, condition: { n: true } }, { n: 'yes' }],
    ['does not coerce for $eq', 'none', { force: 1, condition: { n: { $eq: 5 } } }, { n: '5' }],
    ['takes a missing attribute for null', 1, { force: 1, condition: { n: { $eq: null } } }],
    [
      'takes an attribute that is null for one that does not exist',
      'none',
      { force: 1, condition: { n: { $exists: true } } },
      { n: null },
    ],
    [
      'takes a missing attribute for not being in a list',
      1,
      { force: 1, condition: { n: { $nin: ['a'] } } },
    ],
    [
      'searches what is missing as the text null',
      1,
      { force: 1, condition: { n: { $regex: '^null$' } } },
    ],
    [
      'never matches falsy elements',
      'none',
      { force: 1, condition: { n: { $elemMatch: { $gte: 0 } } } },
      { n: [0] },
    ],
    ['reaches into lists', 1, { force: 1, condition: { 'tags.0': 'a' } }, { tags: ['a'] }],
    [
      'asks for the group of that name when the attribute is called $groups',
      1,
      { force: 1, condition: { $groups: { $elemMatch: { $eq: 'beta' } } } },
      { $groups: ['beta'] },
    ],
    [
      'looks up no name that every object has',
      'none',
      { force: 1, condition: { toString: { $exists: true } } },
    ],
    [
      'with an operator that does not exist takes nobody',
      'none',
      { force: 1, condition: { n: { $notRegex: 'a' } } },
      { n: 'b' },
    ],
  ])('%s: %j', (_, value, rule, attributes = {}) => {
    expect(valueOf(rule, attributes)).toEqual(value)
  })
})

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
