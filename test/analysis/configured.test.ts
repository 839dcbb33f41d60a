/** The experiments of a live config, as reports need them. */
import { experimentsIn } from '../../src/analysis/configured'
import { plannedShares, plannedVariants } from '../../src/analysis/planned-experiment'

const ids = (text: string, format: 'yaml' | 'json' | 'ini' = 'yaml') =>
  experimentsIn(text, format).map(({ feature, id, status }) => [feature, id, status])

test.each<[string, string, unknown]>([
  [
    'with its id, or by its feature',
    'feature_a: {experiment: {experiment_id: 7, loggedin: true}}\nfeature_b: {experiment: {loggedin: true}}',
    [
      ['a', '7', undefined],
      ['b', 'b', undefined],
    ],
  ],
  [
    'with its status',
    'feature_a: {experiment: {experiment_id: x, status: paused, variants: [{name: v}]}}',
    [['a', 'x', 'paused']],
  ],
  [
    'though its feature is stopped',
    'feature_a: {enabled: off, experiment: {experiment_id: x}}',
    [['a', 'x', undefined]],
  ],
  [
    'of every rule',
    'feature_a: {default: 1, rules: [{key: p, variations: [1, 2]}, {force: 3}, {key: q, variations: [1, 2]}]}',
    [
      ['a', 'p', undefined],
      ['a', 'q', undefined],
    ],
  ],
  [
    'and no other feature',
    'feature_a: on\nfeature_b: {percent_loggedin: 5}\nother: {experiment: {}}',
    [],
  ],
])('an experiment is found %s', (_, text, expected) => {
  expect(ids(text)).toEqual(expected)
})

test('an entry may be JSON in a text, as in ini', () => {
  expect(ids('[live_config]\nfeature_a = {"experiment": {"experiment_id": "x"}}', 'ini')).toEqual([
    ['a', 'x', undefined],
  ])
})

test("a GrowthBook payload's features have theirs in rules", () => {
  expect(
    ids(
      '{"features": {"a": {"defaultValue": 1, "rules": [{"key": "p", "variations": [1, 2]}]}}}',
      'json',
    ),
  ).toEqual([['a', 'p', undefined]])
})

test('shares of a rule are of those who are drawn, whatever its coverage', () => {
  expect(
    experimentsIn(
      'feature_a: {rules: [{key: p, variations: [1, 2], weights: [0.8, 0.2], coverage: 0.5}]}',
      'yaml',
    )[0]?.shares,
  ).toEqual([
    { variant: '0', share: expect.closeTo(0.8, 9) },
    { variant: '1', share: expect.closeTo(0.2, 9) },
  ])
})

test.each([
  ['the one that it declares', 'control: new, meta: [{key: old}, {key: new}]', ['new']],
  ['the variant of that name', 'meta: [{key: new}, {key: control}]', undefined],
  ['the first of its variations, whatever its name', 'meta: [{key: old}, {key: new}]', ['old']],
  ['the first, where variations have no names', 'weights: [0.2, 0.8]', ['0']],
])('of a rule, the control is %s', (_, keys, control) => {
  const [experiment] = experimentsIn(
    `feature_a: {rules: [{key: p, variations: [1, 2], ${keys}}]}`,
    'yaml',
  )
  expect(experiment?.control).toEqual(control)
})

test('what is planned of a rule has its control first', () => {
  const [experiment] = experimentsIn(
    'feature_a: {rules: [{key: p, variations: [1, 2], weights: [0.8, 0.2], meta: [{key: old}, {key: new}]}]}',
    'yaml',
  )
  expect(plannedVariants(experiment)).toEqual(['old', 'new'])
  expect(plannedShares(experiment)).toEqual([expect.closeTo(0.8, 9), expect.closeTo(0.2, 9)])
})

test('with the control that it declares, and what is planned has it first', () => {
  const [experiment] = experimentsIn(
    'feature_a: {experiment: {control: legacy, variants: [{name: fast, weight: 1}, {name: legacy, weight: 3}]}}',
    'yaml',
  )
  expect(experiment?.control).toEqual(['legacy'])
  expect(plannedShares(experiment)).toEqual([0.75, 0.25])
  expect(plannedVariants(experiment)).toEqual(['legacy', 'fast'])
})
