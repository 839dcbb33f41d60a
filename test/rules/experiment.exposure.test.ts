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

type Row = [
  step: string,
  what: string,
  expected: object,
  experiment: ExperimentDefinition,
  context?: GrowthBookContext,
]

describe('the exposure (step 21)', () => {
  const viewed = (experiment: ExperimentDefinition, context: GrowthBookContext = {}): unknown[] => {
    const told: unknown[] = []
    run(experiment, {
      ...context,
      trackingCallback: ({ key }, { variationId }) => told.push([key, variationId]),
    })
    return told
  }

  test.each<Row>([
    ['is told', 'of an assigned visitor', [['exp', 1]], {}],
    [
      'is told',
      'of experiments inside prerequisites, first',
      [
        ['inner', 0],
        ['exp', 1],
      ],
      { parentConditions: [{ id: 'f' }] },
      {
        features: {
          f: { rules: [{ key: 'inner', variations: [1, 2], coverage: 1, weights: [1, 0] }] },
        },
      },
    ],
    ['is not told', 'of a forced variation', [], {}, { forcedVariations: { exp: 1 } }],
    ['is not told', 'of one forced by URL', [], {}, { url: '/?exp=1' }],
    ['is not told', 'of `force`', [], { force: 1 }],
    ['is not told', 'of who is out', [], { condition: { country: 'US' } }],
    [
      'is not told',
      'of a drawn variation that is none',
      [],
      {
        ranges: [
          [0, 0],
          [0, 0],
          [0, 1],
        ],
      },
    ],
  ])('%s %s', (_, __, expected, experiment, context = {}) => {
    expect(viewed(experiment, context)).toEqual(expected)
  })

  test('depends neither on what the callback throws nor on what it promises', () => {
    for (const trackingCallback of [
      () => {
        throw new Error('from the application')
      },
      () => Promise.reject(new Error('from the application')),
    ]) {
      expect(run({}, { trackingCallback })).toMatchObject(assigned)
    }
  })
})
