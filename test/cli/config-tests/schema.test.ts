/** The schema of test files: it takes what `liveflag test` takes, and refuses what that refuses. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020'
import { parse } from 'yaml'
import { testFileSchema } from '../../../src/cli/config-tests/schema'
import { readTests } from '../../../src/cli/config-tests/test-file'
import { fencesOf } from '../../house/markdown'
import { root } from '../../house/files'

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(testFileSchema())
const FEATURES = [
  'a',
  'b',
  'new_header',
  'admin_tools',
  'search_v2',
  'old_search',
  'checkout',
  'checkout_styles',
]

/** What the schema says of a text, and what the command says. */
const judged = (text: string): readonly [schema: boolean, command: boolean] => [
  validate(parse(text)),
  readTests({ name: 'x', text, format: 'yaml', layer: 0 }, FEATURES).problems.length === 0,
]

test.each([
  'as: { user: { id: x } }, expect: { a: on }',
  'nobody: { loggedIn: false }, gets: a',
  'everybody: {}, gets: [a, b]',
  'of: { gold: true }, get: a, atMost: 5 %',
  'of: { user: gary }, get: { a: on }, exactly: 50',
  'never: [a, b]',
  'whoGets: a, alsoGets: b',
  'it: stays, keeps: a, since: HEAD~1',
])('takes {%s}, as the command does', (one) => {
  expect(judged(`tests:\n  - { ${one} }\n`)).toEqual([true, true])
})

test.each([
  'nobody: { loggedin: false }, gets: a',
  'nobody: { gold: yes please }, gets: a',
  'of: {}, get: a, atMost: lots',
  'nobody: {}, expect: a',
  'it: nothing',
  'keeps: a, since: 5',
  'keeps: []',
])('refuses {%s}, as the command does', (one) => {
  expect(judged(`tests:\n  - { ${one} }\n`)).toEqual([false, false])
})

test('takes the tests of the docs', () => {
  const texts = fencesOf('docs/testing.md').filter(({ text }) => text.startsWith('tests:'))
  expect(texts.length).toBeGreaterThan(0)
  for (const { text } of texts) expect([text, validate(parse(text))]).toEqual([text, true])
})

test('is the one in config/; if not, run npm run schema', () => {
  const path = join(root, 'config', 'live-test.schema.json')
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(testFileSchema())
})
