/**
 * A selector is its file, its place in the list, its test, its row in the docs and its example: all
 * five, or none.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Selector } from '../../src/core/selector'
import { selectors } from '../../src/selectors'
import { codeWords, rowsOf, textOf } from './markdown'
import { filesBelow, root } from './files'

const page = 'docs/selectors.md'
const example = 'config/live.yaml'

type Mapping = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSelector = (value: unknown): value is Selector =>
  isMapping(value) && typeof value['key'] === 'string' && typeof value['compile'] === 'function'

/**
 * The files of src/selectors that export selectors, one by one or in a list; a file may hold a
 * family.
 */
const families = filesBelow('src/selectors', '.ts')
  .filter((path) => path !== 'index.ts')
  .map((path) => {
    const exported = Object.values(jest.requireActual<Mapping>(join(root, 'src/selectors', path)))
    return { name: path.replace(/\.ts$/, ''), members: exported.flat().filter(isSelector) }
  })
  .filter(({ members }) => members.length > 0)

const keys = selectors.map(({ key }) => key)

/**
 * The keys that the entries of the example use, at the top of an entry or inside its experiment.
 */
function keysInExample(): Set<string> {
  const entries = Object.entries((parse(textOf(example)) ?? {}) as Mapping)
  const mappings = entries
    .filter(([name]) => name.startsWith('feature_'))
    .map(([, value]) => value)
    .filter(isMapping)
  return new Set(
    mappings
      .flatMap((mapping) => [mapping, mapping['experiment']].filter(isMapping))
      .flatMap(Object.keys),
  )
}

test('src/selectors holds selectors', () => {
  expect(families.length).toBeGreaterThan(0)
})

test('each exported selector has its place in the list of src/selectors/index.ts', () => {
  const listed = new Set(selectors)
  const left = families.flatMap(({ name, members }) =>
    members.filter((member) => !listed.has(member)).map(({ key }) => `${key}, of ${name}.ts`),
  )
  expect(left).toEqual([])
})

test('each selector of the list is exported by a file of src/selectors', () => {
  const exported = new Set(families.flatMap(({ members }) => members))
  expect(selectors.filter((selector) => !exported.has(selector)).map(({ key }) => key)).toEqual([])
})

test('no key stands twice in the list', () => {
  expect(keys).toEqual([...new Set(keys)])
})

test('each file of selectors has its test', () => {
  const names = families.map(({ name }) => name)
  expect(
    names.filter((name) => !existsSync(join(root, 'test/selectors', `${name}.test.ts`))),
  ).toEqual([])
})

test('each test of selectors has its file', () => {
  const names = filesBelow('test/selectors', '.test.ts').map((path) =>
    // `rules.held.test.ts` holds one topic of `rules.ts`.
    path.replace(/(?:\.[\w-]+)?\.test\.ts$/, ''),
  )
  expect(names.filter((name) => !existsSync(join(root, 'src/selectors', `${name}.ts`)))).toEqual([])
})

describe(`the tables of ${page} that are headed "key"`, () => {
  const documented = rowsOf(page, 'key').flatMap(([cell]) => codeWords(cell))
  const modifiers = selectors.flatMap((selector) => Object.keys(selector.modifiers ?? {}))

  test('have a row for each selector', () => {
    expect(keys.filter((key) => !documented.includes(key))).toEqual([])
  })

  test('have a row for each key that only adjusts a selector', () => {
    expect(modifiers.filter((key) => !documented.includes(key))).toEqual([])
  })

  test('have no row for anything else', () => {
    expect(documented.filter((key) => !keys.includes(key) && !modifiers.includes(key))).toEqual([])
  })
})

test(`each selector is used by an entry of ${example}`, () => {
  const used = keysInExample()
  expect(keys.filter((key) => !used.has(key))).toEqual([])
})
