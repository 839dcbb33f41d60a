import { worldOf } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const changesBetween = async (before: string, after: string): Promise<unknown> => {
  const { set, changes } = await openEngine(before, { guards: { allowEmpty: true } })
  await set(after)
  return changes.map(({ added, changed, removed }) => ({ added, changed, removed }))
}
const NONE: unknown = []

const SIZES = (variants: string, ranges = ''): string =>
  `feature_x: {bucketing: stable, experiment: {loggedin: true, variants: ${variants}${ranges}}}\n`

test.each([
  ['YAML', SIZES, 'yaml'],
  [
    'JSON',
    (variants: string) =>
      `{"feature_x": {"bucketing": "stable", "experiment": {"loggedin": true, "variants": ${variants}}}}`,
    'json',
  ],
] as const)(
  'another order of variants of the stable scheme is one, as it moves people: %s',
  async (_, text, format) => {
    const { features, set, changes } = await openEngine(text('{"b": 40, "a": 60}'), { format })
    const variants = (): readonly unknown[] =>
      Array.from({ length: 50 }, (__, i) =>
        features.for(worldOf({ user: { id: `u${i}` } })).variant('x'),
      )
    const [before, revision] = [variants(), features.revision('x')]
    await set(text('{"a": 60, "b": 40}'))
    expect(changes.map(({ changed }) => changed)).toEqual([['x']])
    expect(features.revision('x')).not.toBe(revision)
    const { features: fresh } = await openEngine(text('{"a": 60, "b": 40}'), { format })
    expect(variants()).not.toEqual(before)
    expect(variants()).toEqual(
      Array.from({ length: 50 }, (__, i) =>
        fresh.for(worldOf({ user: { id: `u${i}` } })).variant('x'),
      ),
    )
  },
)

describe('is none:', () => {
  test.each([
    [
      'white space and comments',
      'feature_x: {gold: true}\nfeature_y: on\n',
      '# head\n\nfeature_x:   { gold:   true }   # members\n\n\nfeature_y: on',
    ],
    [
      'the order of entries',
      'feature_x: {gold: true}\nfeature_y: on\n',
      'feature_y: on\nfeature_x: {gold: true}\n',
    ],
    [
      'the order of keys',
      'feature_x: {gold: true, percent_loggedin: 5, experiment: {loggedin: true, variants: {a: 1, b: 2}}}\n',
      'feature_x: {experiment: {variants: {b: 2, a: 1}, loggedin: true}, percent_loggedin: 5, gold: true}\n',
    ],
    [
      'the style of writing',
      'feature_x: {gold: true, users: [gary]}\n',
      'feature_x:\n  users:\n    - "gary"\n  gold: true\n',
    ],
    [
      "r2's text instead of a mapping",
      'feature_x: {gold: true}\n',
      'feature_x: \'{"gold": true}\'\n',
    ],
    [
      'another way to write a number',
      'feature_x: {percent_loggedin: 5}\n',
      'feature_x: {percent_loggedin: 5.0}\n',
    ],
    [
      'true for on, false for off',
      'feature_x: on\nfeature_y: off\n',
      'feature_x: true\nfeature_y: false\n',
    ],
    [
      'the ranges that the order of variants says already',
      SIZES('{b: 40, a: 60}'),
      SIZES('{a: 60, b: 40}', ', ranges: {a: [[400000, 1000000]], b: [[0, 400000]]}'),
    ],
    ['{enabled: on} for on', 'feature_x: on\n', 'feature_x: {enabled: on}\n'],
    [
      'notes',
      'feature_x: {gold: true, owner: a}\n',
      'feature_x: {gold: true, ticket: X-1, x-any: [1]}\n',
    ],
    ['keys that are no features', 'feature_x: on\nnote: a\n', 'feature_x: on\nanother: b\n'],
    [
      'an anchor',
      'feature_x: {users: [gary]}\nfeature_y: {users: [gary]}\n',
      'feature_x: {users: &who [gary]}\nfeature_y: {users: *who}\n',
    ],
    [
      'Windows line ends',
      'feature_x: {gold: true}\nfeature_y: on\n',
      'feature_x: {gold: true}\r\nfeature_y: on\r\n',
    ],
  ])('%s', async (_, before, after) => {
    expect(await changesBetween(before, after)).toEqual(NONE)
    expect(await changesBetween(after, before)).toEqual(NONE)
  })
})

describe('is one, of exactly the features that mean something else:', () => {
  test.each([
    ['a selector', '{gold: true}', '{beta: true}'],
    ['a percentage', '{percent_loggedin: 5}', '{percent_loggedin: 5.0001}'],
    ['a name', '{users: [gary]}', '{users: [gary, wendy]}'],
    [
      'a share',
      '{experiment: {loggedin: true, variants: {a: 5}}}',
      '{experiment: {loggedin: true, variants: {a: 6}}}',
    ],
    [
      'an experiment_id',
      '{experiment: {loggedin: true, experiment_id: 1}}',
      '{experiment: {loggedin: true, experiment_id: "1"}}',
    ],
    ['a forced variant', '{url: {a: blue}}', '{url: {a: null}}'],
    ['a gate', '{url: a, url_for: admin}', '{url: a, url_for: employee}'],
    ['on and off', 'on', 'off'],
    [
      'the order of stable variants without ranges, which lie as they are written',
      '{bucketing: stable, experiment: {loggedin: true, variants: {a: 30, b: 30}}}',
      '{bucketing: stable, experiment: {loggedin: true, variants: {b: 30, a: 30}}}',
    ],
    ['a switch before the rest', '{gold: true}', '{gold: true, enabled: off}'],
  ])('%s', async (_, before, after) => {
    const live = (entry: string): string => `feature_x: ${entry}\nfeature_same: {gold: true}\n`
    expect(await changesBetween(live(before), live(after))).toEqual([
      { added: [], changed: ['x'], removed: [] },
    ])
  })

  test('an alias whose anchor changed', async () => {
    const live = (name: string): string =>
      `x-who: &who [${name}]\nfeature_x: {users: *who}\nfeature_y: {gold: true}\n`
    expect(await changesBetween(live('gary'), live('wendy'))).toEqual([
      { added: [], changed: ['x'], removed: [] },
    ])
  })

  test('what comes and what goes, sorted', async () => {
    expect(
      await changesBetween(
        'feature_b: on\nfeature_Z: on\nfeature_a: on\n',
        'feature_d: on\nfeature_a: off\nfeature_C: on\n',
      ),
    ).toEqual([{ added: ['C', 'd'], changed: ['a'], removed: ['Z', 'b'] }])
  })

  test('names that every object has', async () => {
    const live = (value: string): string =>
      `{"feature___proto__": "${value}", "feature_constructor": "${value}", "feature_x": "on"}`
    expect(await changesBetween(live('on'), live('off'))).toEqual([
      { added: [], changed: ['__proto__', 'constructor'], removed: [] },
    ])
  })
})

describe('reports no change where nobody can be answered differently:', () => {
  test.each([
    [
      'what stands beside enabled: off',
      '{enabled: off, gold: true}',
      '{enabled: off, gold: false}',
    ],
    ['off for a mapping that is off', '{enabled: off, gold: true}', 'off'],
    ['off for {enabled: false}', '{enabled: false}', 'off'],
  ])('%s', async (_, before, after) => {
    expect(await changesBetween(`feature_x: ${before}\n`, `feature_x: ${after}\n`)).toEqual(NONE)
  })
})

// To tell too much costs a look, to tell too little an incident; so what only compiling would show
// counts as a change.
describe('reports a change rather than work out that nobody is answered differently by', () => {
  test.each([
    ['on for a mapping that lets everyone in', '{enabled: on, gold: true}', 'on'],
    ['a selector that lets nobody in', '{gold: true, admin: false, users: []}', '{gold: true}'],
    ['the order of names', '{users: [gary, wendy]}', '{users: [wendy, gary]}'],
    ['the case of names', '{users: [gary]}', '{users: [Gary]}'],
  ])('%s', async (_, before, after) => {
    expect(await changesBetween(`feature_x: ${before}\n`, `feature_x: ${after}\n`)).toEqual([
      { added: [], changed: ['x'], removed: [] },
    ])
  })
})

test('carries both generations and the hash of what is in force', async () => {
  const { features, set, changes } = await openEngine('feature_x: on\n')
  await set('feature_x: on # again\n')
  await set('feature_x: [\n')
  await set('feature_x: off\n')
  expect(changes).toEqual([
    {
      generation: 4,
      previousGeneration: 2,
      hash: features.snapshot.hash,
      added: [],
      changed: ['x'],
      removed: [],
    },
  ])
})
