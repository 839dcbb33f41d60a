/** The schema is for editors: it must say of an entry what `check` says of it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020'
import { parse } from 'yaml'
import { checkText } from '../../src/live-config/check'
import { liveConfigSchema } from '../../src/live-config/schema'
import { selectors } from '../../src/selectors'

const root = join(__dirname, '..', '..')
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

// As an editor reads it.
const schema = JSON.parse(JSON.stringify(liveConfigSchema()))
const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)
const checks = (text: string): boolean => checkText(text).problems.every(({ severity }) => severity === 'warning')

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
  expect({ accepted: accepts(parse(textOf('config/live.yaml'))), errors: accepts.errors }).toEqual({ accepted: true, errors: null })
})

test.each([
  ['on', 'feature_a: on'],
  ['off', 'feature_a: off'],
  ['true, which is on', 'feature_a: true'],
  ['r2’s JSON text', `feature_a: '{"users": ["gary"]}'`],
  ['roles', 'feature_a: { admin: true, employee: true, beta: false, gold: true, loggedin: true, loggedout: true }'],
  ['names', 'feature_a: { users: [gary], subreddits: [pics], subdomains: [beta], oauth_clients: [xyzABC123] }'],
  ['percentages, fractions too', 'feature_a: { percent_loggedin: 0.5, percent_loggedout: 100 }'],
  ['a name that the URL must have', 'feature_a: { url: secret }'],
  ['variants that the URL forces', 'feature_a: { url: { blue: test, none: null } }'],
  ['a gate that is a role', 'feature_a: { url: secret, url_for: employee }'],
  ['a gate that is a list of roles', 'feature_a: { url: secret, url_for: [employee, admin] }'],
  ['a gate that is a mapping of selectors', 'feature_a: { url: secret, url_for: { users: [gary] } }'],
  ['a kill switch beside everything else', 'feature_a: { enabled: off, gold: true }'],
  ['an experiment', 'feature_a: { experiment: { experiment_id: 42, loggedin: true, variants: { test: 20 } } }'],
  ['an experiment on pages', 'feature_a: { experiment: { enabled: on, page: true, link_only: true, variants: { test: 20 } } }'],
  ['what authors say of a feature', 'feature_a: { gold: true, owner: growth, expires: 2027-01-01, tags: [a], x-note: 1, x_note: [1] }'],
  ['notes within an experiment', 'feature_a: { experiment: { loggedin: true, x-why: curiosity } }'],
  ['keys that are no feature', 'x-names: &names [gary]\nemployees: 5\nfeature_a: { users: *names }'],
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
  ['an unknown selector within a gate', 'feature_a: { url: secret, url_for: { percent_loggedin: 5 } }'],
  ['an experiment that is no mapping', 'feature_a: { experiment: on }'],
  ['variants as a list', 'feature_a: { experiment: { loggedin: true, variants: [test] } }'],
  ['a share above 100', 'feature_a: { experiment: { loggedin: true, variants: { test: 200 } } }'],
  ['a percentage within an experiment', 'feature_a: { experiment: { percent_loggedin: 5 } }'],
  ['a selector that is misspelt within an experiment', 'feature_a: { experiment: { logged_in: true } }'],
  ['page in quotes', 'feature_a: { experiment: { loggedin: true, page: "yes" } }'],
])('schema and check refuse %s', (_, text) => {
  expect(verdicts(text)).toEqual({ schema: false, check: false })
})
