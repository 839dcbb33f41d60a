/** What reports know of an experiment that is a rule. */
import type { JsonObject } from '../../src/core/json'
import { experimentOfRule } from '../../src/rules/rule-experiment'

test.each<[string, JsonObject, unknown]>([
  [
    'is known by its key',
    { key: 'exp', variations: [1, 2] },
    {
      key: 'exp',
      variants: ['0', '1'],
      widths: [
        ['0', 0.5],
        ['1', 0.5],
      ],
    },
  ],
  [
    "without a key, by its feature's",
    { variations: [1, 2] },
    {
      key: 'f',
      variants: ['0', '1'],
      widths: [
        ['0', 0.5],
        ['1', 0.5],
      ],
    },
  ],
  [
    'has the keys of meta for variants',
    { key: 'exp', variations: [1, 2], meta: [{ key: 'control' }, { key: 'b' }] },
    {
      key: 'exp',
      variants: ['control', 'b'],
      widths: [
        ['control', 0.5],
        ['b', 0.5],
      ],
    },
  ],
  [
    'has weights and coverage',
    { key: 'exp', variations: [1, 2], weights: [0.8, 0.2], coverage: 0.5 },
    {
      key: 'exp',
      variants: ['0', '1'],
      widths: [
        ['0', 0.4],
        ['1', expect.closeTo(0.1, 9)],
      ],
    },
  ],
  [
    'has ranges instead',
    {
      key: 'exp',
      variations: [1, 2],
      ranges: [
        [0, 0.1],
        [0.9, 1],
      ],
    },
    {
      key: 'exp',
      variants: ['0', '1'],
      widths: [
        ['0', 0.1],
        ['1', expect.closeTo(0.1, 9)],
      ],
    },
  ],
  [
    'has no widths when a contextual bandit weighs',
    { key: 'exp', contextualVariations: [1, 2] },
    { key: 'exp', variants: ['0', '1'], widths: undefined },
  ],
  ['is none when it forces', { force: 1, variations: [1, 2] }, undefined],
  ['is none without variations', { condition: {} }, undefined],
])('an experiment %s', (_, rule, expected) => {
  expect(experimentOfRule(rule, 'f')).toEqual(expected)
})
