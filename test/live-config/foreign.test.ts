import { checkText, type Format } from '../../src/index'
import { readDocument } from '../../src/live-config/dialects/dialects'
import { foreignProblem } from '../../src/live-config/foreign'
import { atOnce } from '../../src/runtime/time-slice'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const FOREIGN: [what: string, text: string, message: RegExp, format?: Format][] = [
  [
    'features of liveflag below features',
    'features: {new_header: on, search: {percent_loggedin: 25}}',
    /write feature_new_header at the top/,
  ],
  ['the same in JSON', '{"features": {"new_header": "on"}}', /feature_new_header/, 'json'],
  ['features below another key', 'liveConfig:\n  feature_a: on\n', /features below "liveConfig"/],
  [
    'the values of a Helm chart',
    'replicaCount: 2\nflags:\n  config:\n    feature_a: on\n',
    /below "flags"/,
  ],
  [
    'a ConfigMap',
    'apiVersion: v1\nkind: ConfigMap\ndata:\n  live.yaml: |\n    feature_a: on\n',
    /a manifest of Kubernetes.*mount/,
  ],
  [
    'flagd',
    'flags: {a: {state: ENABLED, variants: {on: true}, defaultVariant: on}}',
    /a configuration of flagd/,
  ],
  [
    'go-feature-flag',
    'new_header:\n  variations: {a: true}\n  defaultRule: {variation: a}\n',
    /go-feature-flag/,
  ],
  ['LaunchDarkly', '{"flagValues": {"a": true}}', /LaunchDarkly/, 'json'],
  [
    'LaunchDarkly, in full',
    '{"flags": {"a": {"on": true, "variations": [true, false]}}, "segments": {}}',
    /LaunchDarkly/,
    'json',
  ],
  ['Unleash', '{"version": 1, "features": [{"name": "a", "strategies": []}]}', /Unleash/, 'json'],
  ['Flipt', 'namespace: default\nflags:\n- key: a\n', /Flipt/],
]

test.each(FOREIGN)('%s is no live config, and is named', (_, text, message, format = 'yaml') => {
  const { features, problems } = checkText(text, { format })
  expect(features).toBe(0)
  expect(problems).toMatchObject([
    {
      code: 'foreign-format',
      severity: 'error',
      line: expect.any(Number) as number,
      message: expect.stringMatching(message) as string,
    },
  ])
})

test.each(FOREIGN)(
  '%s over a good file takes nothing away',
  async (_, text, _message, format = 'yaml') => {
    const { features, set } = await openEngine(
      format === 'json' ? '{"feature_a": "on"}' : 'feature_a: on',
      { format },
    )
    expect(await set(text)).toBe('rejected')
    expect([features.isEnabled('a'), features.snapshot.status]).toEqual([true, 'STALE'])
  },
)

test.each([
  '{}',
  'note: 1\n',
  'flags: {colour: red}\nfeature_a: on\n',
  'apiVersion: v1\nkind: Mine\nfeature_a: on\n',
  'features: {a: {defaultValue: true}}',
  'features: {}',
  'features: {a: {}}',
  'features: {a: on}\nstatus: 200\n',
])('%j is what it was', (text) => {
  expect(checkText(text).problems.filter(({ code }) => code === 'foreign-format')).toEqual([])
})

describe('of a payload, what is probably not meant is a warning', () => {
  test.each<[feature: string, message: RegExp]>([
    ['{"defaultvalue": true}', /"defaultvalue" is not read; did you mean defaultValue\?/],
    ['{"defaultValue": true, "rule": []}', /did you mean rules\?/],
    ['{"defaultValue": true, "rules": "abc"}', /rules is text, so there is no rule/],
    [
      '{"defaultValue": true, "rules": [{"forse": 1}]}',
      /"forse" is not read; did you mean force\?/,
    ],
    ['{"defaultValue": true, "rules": [{"force": 1, "Coverage": 0.5}]}', /did you mean coverage\?/],
    ['{"percent_loggedin": 25}', /neither defaultValue nor rules/],
    ['"on"', /this is text; it is off for everybody/],
  ])('%s', (feature, message) => {
    const text = `{"features": {"good": {"defaultValue": 1},\n"bad": ${feature}}}`
    const { problems } = checkText(text, { format: 'json' })
    expect(problems).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        feature: 'bad',
        line: 2,
        message: expect.stringMatching(message) as string,
      }),
    )
  })

  test('and keys that GrowthBook may add are left alone', () => {
    const feature = { defaultValue: 1, project: 'x', rules: [{ force: 1, environments: ['dev'] }] }
    expect(
      checkText(JSON.stringify({ features: { a: feature } }), { format: 'json' }).problems,
    ).toEqual([])
  })
})

const problemOfOverrides = (text: string) =>
  foreignProblem(atOnce(readDocument({ text, format: 'json', dialect: 'overrides' })))

test.each([
  ['a payload of GrowthBook', '{"features": {"a": {"defaultValue": true}}}'],
  ['a configuration of flagd', '{"flags": {"a": {"state": "ENABLED", "variants": {"on": true}}}}'],
  ['a manifest of Kubernetes', '{"apiVersion": "v1", "kind": "ConfigMap", "data": {}}'],
])('%s is refused by name where overrides belong', (name, text) => {
  expect(problemOfOverrides(text)).toMatchObject({
    code: 'foreign-format',
    message: expect.stringContaining(
      `this is ${name}, and overrides belong here; write name: value`,
    ),
  })
})

test.each(['{"features": true}', '{"flags": {"a": 1}}', '{"kind": "sale"}'])(
  'a feature may have a name that other programs use: %s',
  (text) => {
    expect(problemOfOverrides(text)).toBeUndefined()
  },
)

test('a layer that has what became of ramps alone may name their features as entries do', async () => {
  const text =
    'ramps:\n  feature_x:\n    - {at: 2026-01-02T00:00Z, outcome: fail, percent: 30, to: 0, reason: errors}\n'
  expect(checkText(text).problems.map(({ code }) => code)).not.toContain('foreign-format')
  const { features } = await openEngine(text)
  expect(features.snapshot.names).toEqual([])
})
