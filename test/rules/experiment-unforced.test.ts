/**
 * A request that forces nothing skips the steps that only forcing needs. Whatever it asks, it gets
 * what the way through all steps gives: `{}` as the options of a request forces nothing either, and
 * takes that way.
 */
import fc from 'fast-check'
import { type Facts, type Features, type Questions, type RequestOptions, worldOf } from '../../src'
import type { JsonObject, JsonValue } from '../../src/core/json'
import type { ExperimentDefinition } from '../../src/core/trail'
import { closeEngines, openEngine } from '../support/engine'
import { sized } from '../support/long-run'

const RUNS = sized(500, 2000)

/**
 * Its hash by version 2 and the seed `s` is 0.842 for "1": the second of two variants, in everybody's
 * share.
 */
const EXPERIMENT = {
  key: 'exp',
  variations: ['a', 'b'],
  seed: 's',
  hashVersion: 2,
} satisfies ExperimentDefinition
const VISITOR: Facts = { user: { id: '1' }, attributes: { country: 'NZ' } }
const PAYLOAD = {
  savedGroups: { ones: ['1'] },
  features: {
    shut: { defaultValue: false },
    open: { defaultValue: true },
    f: { defaultValue: '-', rules: [{ ...EXPERIMENT, condition: { country: 'NZ' } }] },
    behind: {
      defaultValue: '-',
      rules: [{ ...EXPERIMENT, parentConditions: [{ id: 'shut', condition: { value: true } }] }],
    },
    other: { defaultValue: '-', rules: [{ ...EXPERIMENT, namespace: ['checkout', 0, 0] }] },
    passed: {
      defaultValue: '-',
      rules: [{ ...EXPERIMENT, meta: [{}, { passthrough: true }] }, { force: 'next' }],
    },
    partial: { defaultValue: '-', rules: [{ ...EXPERIMENT, coverage: 0.1 }] },
  },
} satisfies JsonObject

let features: Features
beforeAll(
  async () => void ({ features } = await openEngine(JSON.stringify(PAYLOAD), { format: 'json' })),
)
afterAll(closeEngines)

const both = <T>(
  facts: Facts,
  ask: (request: Questions) => T,
): readonly [unforced: T, throughAllSteps: T] => [
  ask(features.for(worldOf(facts))),
  ask(features.for(worldOf(facts), {})),
]

const assigned = { inExperiment: true, hashUsed: true, variationId: 1, value: 'b', bucket: 0.842 }
const out = { inExperiment: false, hashUsed: false, variationId: 0, value: 'a' }
const pattern = (include: boolean, text: string): object => ({
  include,
  type: 'simple',
  pattern: text,
})

describe('an experiment of a request that forces nothing', () => {
  test.each<[what: string, expected: object, experiment: ExperimentDefinition, facts?: Facts]>([
    ['assigns whom nothing keeps out', assigned, {}],
    ['takes nobody as a draft', out, { status: 'draft' }],
    [
      'takes nobody when it is inactive, not even who has its `force`',
      out,
      { active: false, force: 1 },
    ],
    [
      'gives everybody its `force` otherwise',
      { inExperiment: true, hashUsed: false, variationId: 0 },
      { force: 0 },
    ],
    ['takes nobody when it has stopped', out, { status: 'stopped' }],
    [
      'is on no page that a pattern names, as there is no URL',
      out,
      { urlPatterns: [pattern(true, '/elsewhere')] },
    ],
    ['is on no page at all with an empty list of patterns', out, { urlPatterns: [] }],
    [
      'is on every page but those that patterns exclude',
      assigned,
      { urlPatterns: [pattern(false, '/elsewhere')] },
    ],
    ['is on no page that a legacy expression names', out, { url: '.*' }],
    ['takes nobody without a value to hash', out, { hashAttribute: 'device' }],
    [
      'does not take a fallback without stored assignments',
      out,
      { hashAttribute: 'device', fallbackAttribute: 'id' },
    ],
    ['takes nobody outside its namespace', out, { namespace: ['checkout', 0, 0] }],
    ['takes who is in its namespace', assigned, { namespace: ['checkout', 0, 1] }],
    [
      'takes nobody whom a filter leaves out',
      out,
      { filters: [{ seed: 's', ranges: [[0, 0.8]] }] },
    ],
    ['takes nobody whom its condition leaves out', out, { condition: { country: 'US' } }],
    ['takes who is in a saved group', assigned, { condition: { id: { $inGroup: 'ones' } } }],
    [
      'takes nobody without its prerequisite',
      out,
      { parentConditions: [{ id: 'shut', condition: { value: true } }] },
    ],
    [
      'takes who has its prerequisite',
      assigned,
      { parentConditions: [{ id: 'open', condition: { value: true } }] },
    ],
    ['takes nobody by legacy groups, as there are none', out, { groups: ['staff'] }],
    ['asks include()', out, { include: () => false }],
    ['has nobody outside its coverage', out, { coverage: 0.1 }],
    ['has nobody by a hash that is not known', out, { hashVersion: 3 }],
    ['is none with one variant', out, { variations: ['a'] }],
  ])('%s, as on the way through all steps', (_, expected, also, facts = VISITOR) => {
    const [unforced, throughAllSteps] = both(facts, (request) =>
      request.inlineExperiment({ ...EXPERIMENT, ...also }),
    )
    expect(unforced).toMatchObject(expected)
    expect(unforced).toEqual(throughAllSteps)
  })

  test.each([
    ['f', 'b'],
    ['behind', '-'],
    ['other', '-'],
    ['passed', 'next'],
    ['partial', '-'],
  ])('of the feature %s gives %p, as on the way through all steps', (name, value) => {
    const [unforced, throughAllSteps] = both(VISITOR, (request) => request.decide(name))
    expect(unforced.value).toBe(value)
    expect(unforced).toEqual(throughAllSteps)
  })
})

test.each<[what: string, options: RequestOptions, expected: object]>([
  ['qaMode assigns nobody', { qaMode: true }, out],
  ['enabled: false switches experiments off', { enabled: false }, out],
  [
    'a forced variation is given',
    { forcedVariations: { exp: 0 } },
    { inExperiment: true, hashUsed: false, variationId: 0 },
  ],
  [
    'the URL forces a variation',
    { url: 'https://x.test/?exp=0' },
    { inExperiment: true, hashUsed: false, variationId: 0 },
  ],
])('of a request that forces something, %s', (_, options, expected) => {
  expect(features.for(worldOf(VISITOR), options).inlineExperiment(EXPERIMENT)).toMatchObject(
    expected,
  )
})

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const anything: fc.Arbitrary<JsonObject> = fc.record<Record<string, JsonValue>>(
  {
    status: pick('draft', 'running', 'stopped'),
    active: fc.boolean(),
    urlPatterns: pick<JsonValue>(
      [],
      [{ include: true, type: 'simple', pattern: '/' }],
      [{ include: false, type: 'regex', pattern: 'a' }],
      'none',
    ),
    url: pick('', '/', '('),
    force: pick(0, 1, 2),
    namespace: pick<JsonValue>(['n', 0, 0.5], ['n', 0, 1], 'n'),
    filters: pick<JsonValue>([], [{ seed: 's', ranges: [[0, 0.5]] }]),
    coverage: pick(0, 0.5, 1),
    weights: pick<JsonValue>([1, 0], [0.2, 0.8]),
    hashAttribute: pick('id', 'device', 'country'),
    fallbackAttribute: pick('id', 'device'),
    hashVersion: pick(1, 2, 3),
    condition: pick<JsonValue>({}, { country: 'NZ' }, { id: { $inGroup: 'ones' } }),
    parentConditions: pick<JsonValue>(
      [{ id: 'open' }],
      [{ id: 'shut', condition: { value: true } }],
      [],
    ),
    disableStickyBucketing: fc.boolean(),
    meta: pick<JsonValue>([{ key: 'c' }, { key: 't', passthrough: true }]),
  },
  { requiredKeys: [] },
)

test(`${RUNS} random experiments give a request that forces nothing what all steps give`, () => {
  // At most four keys at a time: an experiment that has them all takes nobody.
  const experiment = anything
    .chain((all) => fc.subarray(Object.entries(all), { maxLength: 4 }))
    .map((keys) => ({ ...EXPERIMENT, ...Object.fromEntries(keys) }))
  const visitor = fc.record({
    id: fc.nat({ max: 50 }).map(String),
    attributes: pick({}, { country: 'NZ' }, { device: 'd1', country: 'US' }),
  })
  fc.assert(
    fc.property(experiment, visitor, (experiment, { id, attributes }) => {
      const [unforced, throughAllSteps] = both({ user: { id }, attributes }, (request) =>
        request.inlineExperiment(experiment),
      )
      expect(unforced).toEqual(throughAllSteps)
    }),
    { numRuns: RUNS, seed: 21 },
  )
})
