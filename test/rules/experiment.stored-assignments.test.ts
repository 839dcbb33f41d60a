import type { StickyDocument, StickyService } from '../../src/core/sticky'
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
const shut = { id: 'parent', condition: { value: true } }

describe('stored assignments (steps 9, 10, 14, 19, 20)', () => {
  const meta = [{ key: 'A' }, { key: 'B' }]
  const saved: StickyDocument[] = []
  const stickyBucketService: StickyService = {
    getAssignments: () => Promise.resolve(null),
    saveAssignments: (document) => Promise.resolve(void saved.push(document)),
  }
  const stored = (assignments: Record<string, string>): GrowthBookContext => ({
    stickyBucketService,
    stickyBucketAssignmentDocs: {
      'id||1': { attributeName: 'id', attributeValue: '1', assignments },
    },
  })
  const sticky = { ...assigned, variationId: 0, value: 'a', stickyBucketUsed: true, key: 'A' }

  afterEach(() => void saved.splice(0))

  test.each<Row>([
    [
      '9',
      'a stored variation counts, and the hash is told all the same',
      sticky,
      {},
      stored({ exp__0: 'A' }),
    ],
    [
      '10',
      'the condition is not asked of a stored visitor',
      sticky,
      { condition: { country: 'US' } },
      stored({ exp__0: 'A' }),
    ],
    [
      '10',
      'nor are filters, include() and prerequisites',
      sticky,
      { filters: [{ seed: 's', ranges: [] }], include: () => false, parentConditions: [shut] },
      stored({ exp__0: 'A' }),
    ],
    [
      '12',
      'but an unknown version of the hash is',
      out,
      { hashVersion: 3 },
      stored({ exp__0: 'A' }),
    ],
    ['13', 'nor is the coverage', sticky, { coverage: 0 }, stored({ exp__0: 'A' })],
    [
      '14',
      'an assignment older than the experiment accepts blocks',
      { ...out, stickyBucketUsed: true },
      { minBucketVersion: 1, bucketVersion: 1 },
      stored({ exp__0: 'A' }),
    ],
    [
      '14',
      'only after the condition',
      out,
      { minBucketVersion: 1, condition: { country: 'US' } },
      stored({ exp__0: 'A' }),
    ],
    [
      '16',
      '`force` comes after stored assignments',
      forced(1),
      { force: 1 },
      stored({ exp__0: 'A' }),
    ],
    ['17', 'and so does qaMode', out, {}, { ...stored({ exp__0: 'A' }), qaMode: true }],
  ])('%s: %s', (_, __, expected, experiment, context = {}) => {
    expect(run({ meta, ...experiment }, context)).toMatchObject(expected)
    expect(saved).toEqual([])
  })

  test('20: a new assignment is saved, a forced one is not', () => {
    run({ meta }, { stickyBucketService })
    run({ meta }, { stickyBucketService, forcedVariations: { exp: 0 } })
    run({ meta }, { stickyBucketService, qaMode: true })
    expect(saved).toEqual([
      { attributeName: 'id', attributeValue: '1', assignments: { exp__0: 'B' } },
    ])
  })
})
