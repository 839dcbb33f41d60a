/** What `check` says of entries that are right and whose experiments will be hard to judge. */
import { checkText } from '../../src'
import { entryText, openEngine, closeEngines } from '../support/engine'

afterEach(closeEngines)

const codesOf = (entry: string): readonly string[] =>
  checkText(entryText(entry), { cautions: true }).problems.map(
    ({ code, severity, path }) => `${severity} ${code} ${path}`,
  )

const R2 = 'experiment: {loggedin: true, variants: {a: 20, b: 20}}'
const LIST = 'experiment: {loggedin: true, variants: [{name: a}, {name: b}]}'

test.each<[string, string, readonly string[]]>([
  [
    "a percentage beside r2's variants",
    `{percent_loggedin: 25, ${R2}}`,
    ['warning shared-bucket percent_loggedin'],
  ],
  [
    "a ramp beside r2's variants",
    `{percent_loggedin: {ramp: {to: 100, over: 7d, start: 2026-12-01}}, ${R2}}`,
    ['warning shared-bucket percent_loggedin'],
  ],
  ['no percentage', `{${R2}}`, []],
  ['a percentage of 0', `{percent_loggedin: 0, ${R2}}`, []],
  ['a percentage of all', `{percent_loggedin: 100, ${R2}}`, []],
  ['a share of the signed out, who have another bucket', `{percent_loggedout: 25, ${R2}}`, []],
  ['a list of variants, which is drawn by another hash', `{percent_loggedin: 25, ${LIST}}`, []],
  ['the stable scheme', `{bucketing: stable, percent_loggedin: 25, ${R2}}`, []],
  [
    'an experiment of a rule without hashVersion',
    '{default: a, rules: [{key: k, variations: [a, b]}]}',
    ['warning first-hash rules.0'],
  ],
  [
    'one with hashVersion: 2',
    '{default: a, rules: [{key: k, variations: [a, b], hashVersion: 2}]}',
    [],
  ],
  [
    'one that keeps the first hash on purpose',
    '{default: a, rules: [{key: k, variations: [a, b], hashVersion: 1}]}',
    [],
  ],
  ['a rule that is no experiment', '{default: a, rules: [{force: b, coverage: 0.5}]}', []],
  [
    'two experiments without a key',
    '{default: a, rules: [{condition: {x: 1}, variations: [a, b], hashVersion: 2}, {variations: [a, b], hashVersion: 2}]}',
    ['warning duplicate-experiment rules.1'],
  ],
  [
    'two experiments with keys',
    '{default: a, rules: [{key: k, condition: {x: 1}, variations: [a, b], hashVersion: 2}, {key: l, variations: [a, b], hashVersion: 2}]}',
    [],
  ],
])('%s', (_what, entry, expected) => {
  expect(codesOf(entry)).toEqual(expected)
})

const shared = (weights: string): readonly string[] => {
  const rule = (of: string): string =>
    `{default: a, rules: [{key: k, variations: [a, b], hashVersion: 2${of}}]}`
  return checkText(`feature_x: ${rule('')}\nfeature_y: ${rule(weights)}\n`, {
    cautions: true,
  }).problems.map(({ code, feature, message }) => `${code} ${feature}: ${message.split(',')[0]}`)
}

test('two features may share an experiment of rules with one split, and not with two', () => {
  expect(shared('')).toEqual([])
  expect(shared(', weights: [0.5, 0.5]')).toEqual([])
  expect(shared(', weights: [0.9, 0.1]')).toEqual([
    'duplicate-experiment y: the experiment "k" is also in feature_x',
  ])
})

test('names the line of the key, and what to do', () => {
  const [problem] = checkText(`feature_x:\n  percent_loggedin: 25\n  ${R2}\n`, {
    cautions: true,
  }).problems
  expect(problem).toMatchObject({ line: 2, column: 3, feature: 'x' })
  expect(problem?.message).toMatch(/give it a feature of its own, or write bucketing: stable$/)
})

test('a running engine serves such an entry without a word', async () => {
  const { problems } = await openEngine(entryText(`{percent_loggedin: 25, ${R2}}`))
  expect(problems).toEqual([])
})

test('a gate that no guardrail metric has is told, with the name that was meant', () => {
  const gated = (
    gates: string,
  ): string => `metrics: [{name: errors, role: guardrail}, {name: sales}]
feature_a:
  experiment:
    enabled: on
    traffic: {ramp: {to: 5, over: 1d, start: 2026-12-01, hold_at: [1], gates: [${gates}]}}
    variants: [{name: control}, {name: new}]
`
  const problems = (gates: string) => checkText(gated(gates), { cautions: true }).problems
  expect(problems('errors')).toEqual([])
  expect(problems('errrors')).toMatchObject([
    {
      code: 'unknown-metric',
      severity: 'warning',
      line: 5,
      message: expect.stringContaining('did you mean errors?'),
    },
  ])
  expect(problems('sales')).toMatchObject([{ code: 'unknown-metric' }])
})

test('gates without a control are an error of the check, and not of a running engine', async () => {
  const gated = (variants: string): string => `metrics: [{name: errors, role: guardrail}]
feature_a:
  experiment:
    enabled: on
    traffic: {ramp: {to: 5, over: 1d, start: 2026-12-01, hold_at: [1], gates: [errors]}}
    variants: ${variants}
`
  const problems = (variants: string) => checkText(gated(variants), { cautions: true }).problems
  expect(problems('[{name: fast}, {name: legacy}]')).toMatchObject([
    {
      ...{ code: 'no-control', severity: 'error', line: 6 },
      message: expect.stringContaining('none of fast, legacy is called control'),
    },
  ])
  expect(problems('[{name: fast}, {name: legacy}]\n    control: legacy')).toEqual([])
  expect(problems('[{name: fast}, {name: control}]')).toEqual([])
  expect(problems('{fast: 10}')).toEqual([])
  const engine = await openEngine(gated('[{name: fast}, {name: legacy}]'))
  expect(engine.problems).toEqual([])
})
