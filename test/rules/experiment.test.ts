/**
 * The steps of an experiment in their order (docs/spec/growthbook.md, section 9): for each, what
 * only that step decides.
 */
import type { JsonObject } from '../../src/core/json'
import type { ExperimentDefinition, ExperimentResult } from '../../src/core/trail'
import type { GrowthBookContext } from '../../src/growthbook/context'
import { runExperiment } from '../../src/growthbook/evaluate'

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
const VISITOR: GrowthBookContext = { attributes: { id: '1', country: 'NZ' } }

const run = (experiment: ExperimentDefinition, context: GrowthBookContext = {}): ExperimentResult =>
  runExperiment({ ...VISITOR, ...context }, { ...EXPERIMENT, ...experiment })

const assigned = { inExperiment: true, hashUsed: true, variationId: 1, value: 'b', bucket: 0.842 }
const out = {
  inExperiment: false,
  hashUsed: false,
  variationId: 0,
  value: 'a',
  stickyBucketUsed: false,
}
const forced = (variationId: number): object => ({
  inExperiment: true,
  hashUsed: false,
  variationId,
  value: 'ab'[variationId],
})

type Row = [
  step: string,
  what: string,
  expected: object,
  experiment: ExperimentDefinition,
  context?: GrowthBookContext,
]

const elsewhere = [{ include: true, type: 'simple', pattern: '/elsewhere' }]
const byUrl = { url: 'https://x.test/?exp=0' }
const shut = { id: 'parent', condition: { value: true } }
const open: JsonObject = { parent: { defaultValue: true } }

test('a visitor whom nothing keeps out is assigned', () => {
  expect(run({})).toEqual({
    ...assigned,
    key: '1',
    featureId: null,
    hashAttribute: 'id',
    hashValue: '1',
    stickyBucketUsed: false,
  })
})

describe('each step of an experiment', () => {
  test.each<Row>([
    [
      '1',
      'one variation is no experiment, whatever is forced',
      { ...out, value: 'a' },
      { variations: ['a'] },
      { ...byUrl, forcedVariations: { exp: 0 } },
    ],
    [
      '2',
      'experiments are switched off, whatever is forced',
      out,
      {},
      { enabled: false, ...byUrl, forcedVariations: { exp: 1 } },
    ],
    [
      '3',
      'a legacy override is laid over the experiment',
      out,
      {},
      { overrides: { exp: { active: false } } },
    ],
    [
      '3',
      'and it may bring in whom the experiment leaves out',
      assigned,
      { coverage: 0 },
      { overrides: { exp: { coverage: 1 } } },
    ],
    [
      '3',
      'only keys that may be overridden are',
      assigned,
      {},
      { overrides: { exp: { seed: 'another', variations: [1], hashVersion: 7 } } },
    ],
    [
      '4',
      'a page that no pattern names, whatever is forced',
      out,
      { urlPatterns: elsewhere },
      { ...byUrl, forcedVariations: { exp: 1 } },
    ],
    ['4', 'without a URL the page is none', out, { urlPatterns: elsewhere }],
    [
      '5',
      'the URL forces a variation, before the request does',
      forced(0),
      {},
      { ...byUrl, forcedVariations: { exp: 1 } },
    ],
    [
      '5',
      'the URL beats an inactive experiment and a missing id',
      forced(1),
      { active: false },
      { url: '/?exp=1', attributes: {} },
    ],
    [
      '6',
      'the request forces a variation, though the experiment is a draft',
      forced(0),
      { status: 'draft' },
      { forcedVariations: { exp: 0 } },
    ],
    [
      '6',
      'a variation that is none leaves the visitor out',
      out,
      {},
      { forcedVariations: { exp: 2 } },
    ],
    [
      '6',
      'a forced variation beats the condition and the missing id',
      forced(0),
      { condition: { country: 'US' } },
      { attributes: {}, forcedVariations: { exp: 0 } },
    ],
    ['7', 'a draft takes nobody', out, { status: 'draft' }],
    [
      '7',
      'an inactive experiment takes nobody, not even who has its `force`',
      out,
      { active: false, force: 1 },
    ],
    ['8', 'an attribute that is missing', out, { hashAttribute: 'device' }],
    [
      '8',
      'an attribute that is falsy: the id 0',
      { ...out, hashValue: '' },
      {},
      { attributes: { id: 0 } },
    ],
    [
      '8',
      'a fallback does nothing without sticky buckets',
      { ...out, hashAttribute: 'device', hashValue: '' },
      { hashAttribute: 'device', fallbackAttribute: 'id' },
    ],
    [
      '10',
      'a filter that leaves the visitor out',
      out,
      { filters: [{ seed: 's', ranges: [[0, 0.8]] }] },
    ],
    [
      '10',
      'a filter on an attribute that is missing',
      out,
      { filters: [{ seed: 's', ranges: [[0, 1]], attribute: 'device' }] },
    ],
    ['10', 'a namespace that leaves the visitor out', out, { namespace: ['checkout', 0, 0] }],
    [
      '10',
      'a namespace does nothing beside filters',
      assigned,
      { namespace: ['checkout', 0, 0], filters: [{ seed: 's', ranges: [[0, 1]] }] },
    ],
    ['10', 'include() that says no', out, { include: () => false }],
    [
      '10',
      'include() that throws',
      out,
      {
        include: () => {
          throw new Error('from the application')
        },
      },
    ],
    ['10', 'a condition that does not hold', out, { condition: { country: 'US' } }],
    ['10', 'a prerequisite that is not met', out, { parentConditions: [shut] }],
    [
      '10',
      'a prerequisite that is met',
      assigned,
      { parentConditions: [shut] },
      { features: open },
    ],
    ['10', 'a gate means nothing here', out, { parentConditions: [{ ...shut, gate: true }] }],
    [
      '10',
      'legacy groups that the visitor is not in',
      out,
      { groups: ['staff'] },
      { groups: { staff: false, beta: true } },
    ],
    [
      '10',
      'one legacy group is enough',
      assigned,
      { groups: ['staff', 'beta'] },
      { groups: { beta: true } },
    ],
    ['10', 'an empty list of legacy groups has nobody', out, { groups: [] }],
    [
      '11',
      'a legacy expression that the URL does not match',
      out,
      { url: /^\/pricing/ },
      { url: 'https://x.test/about' },
    ],
    [
      '11',
      'it is asked of what follows the host, too',
      assigned,
      { url: /^\/pricing/ },
      { url: 'https://x.test/pricing' },
    ],
    [
      '11',
      'it keeps its flags',
      assigned,
      { url: /^\/PRICING/i },
      { url: 'https://x.test/pricing' },
    ],
    [
      '11',
      'it is asked of the URL as it is, without a slash added',
      assigned,
      { url: /test$/ },
      { url: 'https://x.test' },
    ],
    ['11', 'without a URL it fails', out, { url: /.*/ }],
    ['12', 'an unknown version of the hash', out, { hashVersion: 3 }],
    ['12', 'a version that is a text', out, { hashVersion: '2' }],
    ['12', '`force` does not help against that', out, { hashVersion: 3, force: 1 }],
    [
      '13',
      'ranges take the place of weights and coverage',
      { ...assigned, variationId: 0, value: 'a' },
      {
        ranges: [
          [0.8, 0.9],
          [0, 0.8],
        ],
        weights: [0, 1],
        coverage: 0,
      },
    ],
    ['15', 'the gap that a coverage leaves', out, { coverage: 0.5 }],
    ['15', 'a coverage of 0, and one of null', out, { coverage: null }],
    ['15', 'coverage beats `force`', out, { coverage: 0.5, force: 1 }],
    ['16', '`force` gives its variation to whoever would be included', forced(0), { force: 0 }],
    ['16', '`force` of a variation that is none', out, { force: 5 }],
    ['16', '`force: undefined` is there, and excludes', out, { force: undefined }],
    [
      '16',
      '`force` beats qaMode and a stopped experiment',
      forced(0),
      { force: 0, status: 'stopped' },
      { qaMode: true },
    ],
    ['17', 'qaMode assigns nobody', out, {}, { qaMode: true }],
    [
      '17',
      'but the URL and the request still force',
      forced(0),
      {},
      { qaMode: true, forcedVariations: { exp: 0 } },
    ],
    ['18', 'a stopped experiment takes nobody', out, { status: 'stopped' }],
  ])('%s: %s', (_, __, expected, experiment, context = {}) => {
    const result = run(experiment, context)
    expect(result).toMatchObject(expected)
    if (result.bucket !== undefined) expect(result.hashUsed).toBe(true)
  })

  test('10: the order within is filters, include, condition, prerequisites, groups: what comes later is not asked', () => {
    const asked: string[] = []
    const include = (): boolean => (asked.push('include'), false)
    const onFeatureUsage = (feature: string): void => void asked.push(feature)
    run({ include, filters: [{ seed: 's', ranges: [] }] }, { onFeatureUsage })
    expect(asked).toEqual([])
    run({ include, parentConditions: [shut] }, { onFeatureUsage })
    expect(asked).toEqual(['include'])
    run({ condition: { country: 'US' }, parentConditions: [shut] }, { onFeatureUsage })
    expect(asked).toEqual(['include'])
    run({ parentConditions: [shut], groups: ['nobody'] }, { onFeatureUsage, features: open })
    expect(asked).toEqual(['include', 'parent'])
  })
})
