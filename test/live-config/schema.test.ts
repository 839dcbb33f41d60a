/** The schema is for editors: it must say of an entry what `check` says of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020'
import fc from 'fast-check'
import { parse } from 'yaml'
import { checkText } from '../../src/live-config/check'
import { liveConfigSchema } from '../../src/live-config/schema'
import { selectors } from '../../src/selectors'
import { few, mappingOf } from '../support/arbitraries'
import { sized } from '../support/long-run'

const RUNS = sized(1000, 5000)

const root = join(__dirname, '..', '..')
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

// As an editor reads it.
const schema = JSON.parse(JSON.stringify(liveConfigSchema()))
const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)
const checks = (text: string): boolean =>
  checkText(text).problems.every(({ severity }) => severity === 'warning')

const odd = fc.constantFrom<unknown>(null, true, 0, 5, 'a', '', [], ['a'], [1], {})

const verdicts = (text: string): object => ({ schema: accepts(parse(text)), check: checks(text) })

test('the schema in config/ is the one that the selectors make; npm run schema writes it', () => {
  expect(JSON.parse(textOf('config/live-config.schema.json'))).toEqual(schema)
})

test('every selector stands in it, with its summary', () => {
  const { properties } = schema.$defs.selectors
  const summaries = selectors.map(({ key }) => [key, properties[key]?.description])
  expect(summaries).toEqual(selectors.map(({ key, summary }) => [key, summary]))
})

test('it accepts the example', () => {
  expect({ accepted: accepts(parse(textOf('config/live.yaml'))), errors: accepts.errors }).toEqual({
    accepted: true,
    errors: null,
  })
})

test.each([
  ['on', 'feature_a: on'],
  ['off', 'feature_a: off'],
  ['true, which is on', 'feature_a: true'],
  ['r2’s JSON text', `feature_a: '{"users": ["gary"]}'`],
  [
    'roles',
    'feature_a: { admin: true, employee: true, beta: false, gold: true, loggedin: true, loggedout: true }',
  ],
  [
    'names',
    'feature_a: { users: [gary], subreddits: [pics], subdomains: [beta], oauth_clients: [xyzABC123] }',
  ],
  ['percentages, fractions too', 'feature_a: { percent_loggedin: 0.5, percent_loggedout: 100 }'],
  ['a name that the URL must have', 'feature_a: { url: secret }'],
  ['variants that the URL forces', 'feature_a: { url: { blue: test, none: null } }'],
  ['a gate that is a role', 'feature_a: { url: secret, url_for: employee }'],
  ['a gate that is a list of roles', 'feature_a: { url: secret, url_for: [employee, admin] }'],
  [
    'a gate that is a mapping of selectors',
    'feature_a: { url: secret, url_for: { users: [gary] } }',
  ],
  ['a kill switch beside everything else', 'feature_a: { enabled: off, gold: true }'],
  [
    'an experiment',
    'feature_a: { experiment: { experiment_id: 42, loggedin: true, variants: { test: 20 } } }',
  ],
  [
    'an experiment on pages',
    'feature_a: { experiment: { enabled: on, page: true, link_only: true, variants: { test: 20 } } }',
  ],
  [
    'what authors say of a feature',
    'feature_a: { gold: true, owner: growth, expires: 2099-01-01, tags: [a], x-note: 1, x_note: [1] }',
  ],
  ['notes within an experiment', 'feature_a: { experiment: { loggedin: true, x-why: curiosity } }'],
  [
    'keys that are no feature',
    'x-names: &names [gary]\nemployees: 5\nfeature_a: { users: *names }',
  ],
])('schema and check accept %s', (_, text) => {
  expect(verdicts(text)).toEqual({ schema: true, check: true })
})

test.each([
  ['On for on', 'feature_a: On'],
  ['a number', 'feature_a: 1'],
  ['a list', 'feature_a: [gary]'],
  ['nothing', 'feature_a:'],
  ['a key that is misspelt', 'feature_a: { usrs: [gary] }'],
  ['a key that is capitalised', 'feature_a: { Users: [gary] }'],
  ['a role in quotes', 'feature_a: { admin: "true" }'],
  ['a text instead of a list of names', 'feature_a: { users: gary }'],
  ['a number among names', 'feature_a: { users: [gary, 1] }'],
  ['a percentage in quotes', 'feature_a: { percent_loggedin: "50" }'],
  ['a percentage above 100', 'feature_a: { percent_loggedin: 101 }'],
  ['a percentage below 0', 'feature_a: { percent_loggedout: -1 }'],
  ['an enabled that is neither', 'feature_a: { enabled: maybe }'],
  ['a variant that is a number', 'feature_a: { url: { blue: 1 } }'],
  ['a gate that is no role', 'feature_a: { url: secret, url_for: friends }'],
  ['a gate that is no role, before nothing', 'feature_a: { url: {}, url_for: friends }'],
  ['a gate without a role', 'feature_a: { url: secret, url_for: [] }'],
  ['an empty name for the URL', 'feature_a: { url: "" }'],
  [
    'an unknown selector within a gate',
    'feature_a: { url: secret, url_for: { percent_loggedin: 5 } }',
  ],
  ['an experiment that is no mapping', 'feature_a: { experiment: on }'],
  ['variants as a list', 'feature_a: { experiment: { loggedin: true, variants: [test] } }'],
  ['a share above 100', 'feature_a: { experiment: { loggedin: true, variants: { test: 200 } } }'],
  ['a percentage within an experiment', 'feature_a: { experiment: { percent_loggedin: 5 } }'],
  [
    'a selector that is misspelt within an experiment',
    'feature_a: { experiment: { logged_in: true } }',
  ],
  ['page in quotes', 'feature_a: { experiment: { loggedin: true, page: "yes" } }'],
])('schema and check refuse %s', (_, text) => {
  expect(verdicts(text)).toEqual({ schema: false, check: false })
})

describe('schema and check agree', () => {
  const mostly = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: odd })
  const name = fc.string({ maxLength: 3 })
  const role = mostly(fc.boolean())
  const names = mostly(fc.array(name, { maxLength: 2 }))
  // In the steps that the engine knows; see below.
  const percent = mostly(
    fc
      .oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: -20_000, max: 1_020_000 }))
      .map((n) => n / 10_000),
  )
  const gate = mostly(
    fc.oneof(
      fc.constantFrom('admin', 'gold', 'friends'),
      fc.array(fc.constantFrom('admin', 'loggedin', 'friends'), { maxLength: 2 }),
      few(1, { users: names, usrs: names }),
    ),
  )
  const who = {
    admin: role,
    loggedin: role,
    loggedout: role,
    users: names,
    oauth_clients: names,
    url: mostly(fc.oneof(name, mappingOf(name, mostly(name)))),
    url_for: gate,
    owner: odd,
    'x-note': odd,
    usrs: names,
  }
  const share = { percent_loggedin: percent, percent_loggedout: percent }
  const own = {
    enabled: mostly(fc.constantFrom('on', 'off', true, false)),
    experiment_id: odd,
    page: role,
    link_only: role,
    variants: mostly(mappingOf(name, percent, 2)),
  }
  // A gate with nothing to guard is a warning, whatever it is.
  const guarding = ({ url_for, ...mapping }: Record<string, unknown>): object =>
    url_for !== undefined && Object.hasOwn(mapping, 'url') ? { ...mapping, url_for } : mapping
  const experiment = mostly(few(3, { ...who, ...own }).map(guarding))
  const entry = few(3, {
    ...who,
    ...share,
    enabled: mostly(fc.constantFrom('on', 'off', false)),
    experiment,
  }).map(guarding)

  test(`on ${RUNS} random entries of selectors, of which both take some and refuse some`, () => {
    const found = new Map<boolean, number>()
    fc.assert(
      fc.property(entry, (value) => {
        const isTaken = checks(JSON.stringify({ feature_x: value }))
        found.set(isTaken, (found.get(isTaken) ?? 0) + 1)
        expect(accepts({ feature_x: value })).toBe(isTaken)
      }),
      { numRuns: RUNS, seed: 12 },
    )
    expect(Math.min(found.get(true) ?? 0, found.get(false) ?? 0)).toBeGreaterThan(RUNS / 5)
  })

  test.each([
    // `multipleOf: 0.0001` would refuse 0.3 where it is checked by dividing doubles, as editors do.
    ['a percentage finer than any step', 'feature_a: { percent_loggedin: 0.00001 }'],
    // A schema cannot look into a text.
    ['JSON text with a problem', `feature_a: '{"users": "gary"}'`],
  ])('but for what only check can see: %s', (_, text) => {
    expect(verdicts(text)).toEqual({ schema: true, check: false })
  })
})
