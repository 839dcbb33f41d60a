/** Editors find the schema: by the catalogue's entry, and by the first line of a live config. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import { modelineOf, schemaFrom } from '../../src/cli/setup/files'
import { root } from './files'

/** An entry as SchemaStore's own schema of its catalogue (schema-catalog.json) wants it. */
const ENTRY = {
  type: 'object',
  required: ['name', 'description', 'url'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    description: { type: 'string', pattern: '^[^\\n]+$' },
    fileMatch: {
      type: 'array',
      uniqueItems: true,
      minItems: 1,
      items: { type: 'string', pattern: '^[^:]+$' },
    },
    url: { type: 'string', pattern: '^https://.+' },
    versions: { type: 'object', additionalProperties: { type: 'string' } },
  },
}

const entries = JSON.parse(
  readFileSync(join(root, 'config', 'schemastore-catalog.json'), 'utf8'),
) as { url: string; fileMatch: string[]; description: string }[]

test("the catalogue's entries have the shape of SchemaStore", () => {
  const validate = new Ajv().compile({ type: 'array', items: ENTRY })
  expect({ isValid: validate(entries), errors: validate.errors }).toEqual({
    isValid: true,
    errors: null,
  })
})

test('they lead to the schemas of the package, each for files of its own', () => {
  expect(entries.map(({ url }) => url.split('/liveflag/').at(-1))).toEqual([
    'config/live-config.schema.json',
    'config/live-test.schema.json',
  ])
  for (const { url } of entries)
    expect(existsSync(join(root, url.split('/liveflag/').at(-1) ?? ''))).toBe(true)
  const files = entries.flatMap(({ fileMatch }) => fileMatch)
  expect(files).toEqual(expect.arrayContaining(['**/config/live.yaml', '**/config/live.test.yaml']))
  expect(new Set(files).size).toBe(files.length)
})

test.each([
  ['config/live.yaml', '../node_modules/liveflag/config/live-config.schema.json'],
  ['live.yaml', 'node_modules/liveflag/config/live-config.schema.json'],
])('the first line of %s leads to %s', (path, expected) => {
  expect([schemaFrom(path), modelineOf(path)]).toEqual([
    expected,
    `# yaml-language-server: $schema=${expected}`,
  ])
})
