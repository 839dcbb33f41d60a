import type { JsonValue } from '../../src/core/json'
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
