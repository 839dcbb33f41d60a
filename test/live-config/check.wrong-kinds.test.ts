import { checkText } from '../../src'

const found = (text: string) =>
  checkText(text).problems.map(({ code, severity, path }) => [code, severity, path])

const rule = (part: string): string => `feature_a: {default: 1, rules: [{force: 2, ${part}}]}`
const experiment = (part: string): string =>
  `feature_a: {experiment: {enabled: on, variants: {a: 10}, ${part}}}`

test.each([
  ['an id that is a list', experiment('experiment_id: [1]'), 'experiment.experiment_id'],
  ['an id that is a mapping', experiment('experiment_id: {a: 1}'), 'experiment.experiment_id'],
  ['an id that is true', experiment('experiment_id: true'), 'experiment.experiment_id'],
  ['an id that is blank', experiment('experiment_id: " "'), 'experiment.experiment_id'],
  ['an empty seed', rule('coverage: 0.5, seed: ""'), 'rules.0.seed'],
  [
    'an attribute with a blank',
    rule('coverage: 0.5, hashAttribute: "id "'),
    'rules.0.hashAttribute',
  ],
  [
    'a blank key of an experiment',
    'feature_a: {default: 1, rules: [{variations: [a, b], key: " "}]}',
    'rules.0.key',
  ],
  ['a date that is a list', 'feature_a: {gold: true, expires: []}', 'expires'],
  ['a date that is a number', 'feature_a: {gold: true, expires: 2030}', 'expires'],
  ['an empty date', 'feature_a: {gold: true, expires: ""}', 'expires'],
])('%s is a warning with its place', (_what, text, path) => {
  expect(found(text)).toEqual([['bad-type', 'warning', path]])
})

test.each([
  ['savedGroups: []', 'savedGroups'],
  ['savedGroups: text', 'savedGroups'],
  ['contextualBandits: [1]', 'contextualBandits'],
])('definitions of a wrong kind are an error with its place: %s', (text, path) => {
  expect(found(`${text}\nfeature_a: on\n`)).toEqual([['bad-type', 'error', path]])
})

test.each([
  experiment('experiment_id: 7'),
  experiment('experiment_id: seven'),
  experiment('experiment_id: null'),
  rule('coverage: 0.5, seed: s, hashAttribute: company'),
  'feature_a: {gold: true, expires: "2999-01-01"}',
])('what is meant is no problem: %s', (text) => {
  expect(found(text)).toEqual([])
})
