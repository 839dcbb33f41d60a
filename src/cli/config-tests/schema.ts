import type { JsonObject } from '../../core/json'
import { COMMON, KIND_MEMBERS, KINDS } from './test-reader'

const TEXT = { type: 'string' }

const ANSWERS = {
  description:
    'Features without feature_: search_v2, [search_v2, checkout], or with what each answers: {search_v2: on, checkout: new}.',
  anyOf: [
    TEXT,
    { type: 'array', items: TEXT, minItems: 1 },
    { type: 'object', minProperties: 1, additionalProperties: {} },
  ],
}

const JSON_TYPES = { boolean: 'boolean', string: 'string', mapping: 'object' } as const

const KIND = {
  description: 'A kind of visitors; {} is everybody.',
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(KIND_MEMBERS).map(([name, kind]) => [name, { type: JSON_TYPES[kind] }]),
  ),
  additionalProperties: false,
}

const SHARE = (description: string) => ({
  description,
  anyOf: [
    { type: 'number', minimum: 0, maximum: 100 },
    { type: 'string', pattern: '^\\s*[\\d.]+\\s*%\\s*$' },
  ],
})

type Key = (typeof COMMON)[number] | (typeof KINDS)[keyof typeof KINDS][number]

const KEYS: Readonly<Record<Key, JsonObject>> = {
  it: { description: 'What the test says, in words.', ...TEXT },
  at: { description: 'When it must be so: 2026-12-01 or 2026-12-01T09:00:00Z.', ...TEXT },
  as: {
    description: 'One visitor, as --world takes one: {user: {id: t2_beef, name: gary}}.',
    type: 'object',
  },
  expect: { ...ANSWERS, description: `What this visitor gets. ${ANSWERS.description}` },
  nobody: KIND,
  everybody: KIND,
  gets: ANSWERS,
  of: KIND,
  get: ANSWERS,
  atMost: SHARE('At most so many percent of them: 5 %.'),
  atLeast: SHARE('At least so many percent of them: 5 %.'),
  exactly: SHARE('Exactly so many percent of them: 5 %.'),
  never: { ...ANSWERS, description: `Nobody gets all of them at once. ${ANSWERS.description}` },
  whoGets: ANSWERS,
  alsoGets: ANSWERS,
  keeps: { ...ANSWERS, description: `Whoever got it before gets the same. ${ANSWERS.description}` },
  since: { description: 'A revision of git, or an older file. Default HEAD.', ...TEXT },
}

/** The JSON schema (draft 2020-12) of a test file, for completion and checks in editors. */
export const testFileSchema = (): JsonObject => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'liveflag tests of a live config',
  description: 'What must be so of a live config; liveflag test says whether it is.',
  type: 'object',
  required: ['tests'],
  properties: {
    tests: {
      description:
        'Each test has one of the keys as, nobody, everybody, of, never, whoGets, keeps.',
      type: 'array',
      items: { anyOf: Object.entries(KINDS).map(([kind, keys]) => testOf(kind, keys)) },
    },
  },
  additionalProperties: false,
})

function testOf(kind: string, keys: readonly Key[]): JsonObject {
  const all = [...COMMON, ...keys]
  return {
    type: 'object',
    required: [kind],
    properties: Object.fromEntries(all.map((key) => [key, KEYS[key]])),
    additionalProperties: false,
  }
}
