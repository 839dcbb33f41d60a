import { type Exposure, type FeaturesOptions, memory, openFeatures, worldOf } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const holdout = {
  id: 'holdout',
  key: 'holdout',
  variations: [0, 1],
  weights: [0, 1],
  meta: [{}, { key: 'in', passthrough: true }],
}
const PAYLOAD = JSON.stringify({
  features: {
    parent: { defaultValue: false, rules: [{ key: 'inner', variations: [true, true] }] },
    x: {
      defaultValue: 'none',
      rules: [
        holdout,
        {
          id: 'r',
          key: 'outer',
          variations: ['a', 'b'],
          hashVersion: 2,
          seed: 's',
          parentConditions: [{ id: 'parent', condition: { value: true } }],
        },
      ],
    },
    forced: {
      rules: [
        {
          force: 1,
          tracks: [
            {
              experiment: { key: 'remote' },
              result: { key: 'v', variationId: 1, hashAttribute: 'device', hashValue: 'd1' },
            },
          ],
        },
      ],
    },
  },
})
const json = (options: Partial<FeaturesOptions> = {}) =>
  openEngine(PAYLOAD, { format: 'json', ...options })
const visitor = worldOf({ user: { id: '1' }, loid: 'abcd' })
const keysOf = (exposures: readonly Exposure[]): unknown[] =>
  exposures.map(({ feature, experimentId, variant }) => [feature, experimentId, variant])

describe('exposures of rules', () => {
  test('are those of the experiment, of what was passed through, and of what was required', async () => {
    const { features, exposures } = await json()
    features.for(visitor).isEnabled('x')
    expect(keysOf(exposures)).toEqual([
      ['parent', 'inner', '1'],
      ['x', 'holdout', 'in'],
      ['x', 'outer', '1'],
    ])
    expect(exposures[2]).toMatchObject({
      kind: 'user',
      unit: '1',
      user: '1',
      loid: 'abcd',
      bucket: 0.842,
      generation: 1,
      experiment: { key: 'outer' },
      result: { value: 'b', inExperiment: true, hashUsed: true },
    })
  })

  test('are reported once for each request, whichever question was asked, and anew in the next', async () => {
    const { features, exposures } = await json()
    const request = features.for(visitor)
    request.isEnabled('x')
    request.variant('x')
    request.getStringValue('x', '')
    request.isEnabled('parent')
    request.isEnabled('x', { attributes: { country: 'NZ' } })
    expect(exposures).toHaveLength(3)
    features.for(visitor).isEnabled('x')
    expect(exposures).toHaveLength(6)
  })

  test('keep two visitors apart, and equal values together', async () => {
    const { features, exposures } = await json()
    const request = features.for(visitor)
    for (const id of ['1', '2']) request.isEnabled('parent', { user: { id } })
    expect(exposures.map(({ unit }) => unit)).toEqual(['1', '2'])
  })

  test('are owed for tracks, by the attribute that was hashed elsewhere', async () => {
    const { features, exposures } = await json()
    features.for(visitor).isEnabled('forced')
    expect(exposures).toMatchObject([
      { kind: 'device', unit: 'd1', experimentId: 'remote', variant: 'v' },
    ])
    expect(exposures[0]).not.toHaveProperty('user')
  })

  test('are none for those who only look, and none for nobody', async () => {
    const { features, exposures } = await json()
    const request = features.for(visitor)
    request.decide('x')
    request.explain('x')
    request.allEnabled()
    features.global.isEnabled('x')
    expect(exposures).toEqual([])
  })

  test('are deferred for a browser: the request has them, and nobody was called', async () => {
    const features = await openFeatures({
      source: memory(PAYLOAD, { format: 'json' }),
      deferExposures: true,
    })
    const request = features.for(visitor)
    request.isEnabled('x')
    request.isEnabled('x')
    expect(keysOf(request.exposures)).toEqual([
      ['parent', 'inner', '1'],
      ['x', 'holdout', 'in'],
      ['x', 'outer', '1'],
    ])
    expect(JSON.parse(JSON.stringify(request.exposures))).toHaveLength(3)
    expect(features.for(visitor).exposures).toEqual([])
    await features.close()
  })

  test('are not kept when nobody wants them', async () => {
    const features = await openFeatures({ source: memory(PAYLOAD, { format: 'json' }) })
    const request = features.for(visitor)
    request.isEnabled('x')
    expect(request.exposures).toEqual([])
    await features.close()
  })
})

describe('an experiment that is in code', () => {
  const experiment = { key: 'inline', variations: ['a', 'b'], hashVersion: 2, seed: 's' }

  test('assigns the visitor and owes one exposure for each request', async () => {
    const { features, exposures } = await json()
    const request = features.for(visitor)
    for (let round = 0; round < 3; round++) {
      expect(request.inlineExperiment(experiment)).toMatchObject({
        key: '1',
        value: 'b',
        inExperiment: true,
        hashUsed: true,
        bucket: 0.842,
        hashValue: '1',
        featureId: null,
      })
    }
    expect(keysOf(exposures)).toEqual([['inline', 'inline', '1']])
  })

  test('takes nobody who has no id, and nobody outside a request', async () => {
    const { features, exposures } = await json()
    for (const asked of [features, features.global, features.for(worldOf())])
      expect(asked.inlineExperiment(experiment)).toMatchObject({ value: 'a', inExperiment: false })
    expect(exposures).toEqual([])
  })

  test('is asked of the ambient request, with its overrides and what it forces', async () => {
    const { features, exposures } = await json()
    expect(features.run(visitor, () => features.inlineExperiment(experiment).value)).toBe('b')
    expect(features.inlineExperiment(experiment, { user: { id: '1' } }).inExperiment).toBe(true)
    expect(
      features.for(visitor, { forcedVariations: { inline: 0 } }).inlineExperiment(experiment),
    ).toMatchObject({ value: 'a', inExperiment: true, hashUsed: false })
    expect(features.for(visitor, { qaMode: true }).inlineExperiment(experiment).inExperiment).toBe(
      false,
    )
    expect(exposures).toHaveLength(2)
  })

  test('may require features', async () => {
    const { features } = await json()
    const requiring = (value: boolean): boolean =>
      features.for(visitor).inlineExperiment({
        ...experiment,
        parentConditions: [{ id: 'parent', condition: { value } }],
      }).inExperiment
    expect([requiring(true), requiring(false)]).toEqual([true, false])
  })
})
