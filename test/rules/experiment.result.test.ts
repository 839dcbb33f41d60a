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

describe('the result', () => {
  test.each<
    [what: string, result: object, experiment: ExperimentDefinition, context?: GrowthBookContext]
  >([
    [
      'keeps the type of what was hashed',
      { hashValue: 1, ...assigned },
      {},
      { attributes: { id: 1 } },
    ],
    [
      'names the key and the name of its variation',
      { key: 't', name: 'Treatment' },
      { meta: [{ key: 'c' }, { key: 't', name: 'Treatment' }] },
    ],
    [
      'says of a variation without a key its index',
      { key: '1' },
      { meta: [{ key: 'c' }, { key: '' }] },
    ],
    [
      'says of a variation that meta lacks its index: the reference throws',
      { key: '1' },
      { meta: [{ key: 'c' }] },
    ],
    [
      'says that its variation is passed through',
      { passthrough: true },
      { meta: [{}, { passthrough: true }] },
    ],
    [
      'of who is out names the first variation',
      { key: 'c', name: 'Control', value: 'a' },
      { meta: [{ key: 'c', name: 'Control' }, {}], active: false },
    ],
  ])('%s', (_, result, experiment, context = {}) => {
    expect(run(experiment, context)).toMatchObject(result)
  })
})
