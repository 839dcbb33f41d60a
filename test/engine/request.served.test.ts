import { type FeatureUsage, worldOf } from '../../src/index'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const LISTED =
  'feature_x: {default: none, experiment: {enabled: on, variants: [{name: a, value: text}]}}\n'
const RULE = 'feature_x: {default: none, rules: [{variations: [text, text], key: k}]}\n'
const R2 =
  'feature_x: {experiment: {enabled: on, variants: {a: 30, control_1: 30, control_2: 30}}}\n'
const AFTER =
  'feature_k: {default: 1, rules: [{variations: [1, 2]}]}\nfeature_x: {default: text, rules: [{parentConditions: [{id: k, condition: {value: {$gt: 0}}}], force: text}]}\n'

const world = worldOf({ user: { id: 't2_1' }, attributes: { id: 't2_1' } })

describe('whoever was not served the variant is not exposed to it', () => {
  test.each([
    ['an experiment with values, asked for a number', LISTED, 'getNumberValue', 1],
    ['an experiment with values, asked for a boolean', LISTED, 'getBooleanValue', true],
    ['an experiment with values, asked for an object', LISTED, 'getObjectValue', {}],
    ['a rule, asked for a number', RULE, 'getNumberValue', 1],
    ['a rule, asked for a boolean', RULE, 'getBooleanValue', false],
    ["r2's experiment, asked for a number", R2, 'getNumberValue', 1],
    ['a feature behind a prerequisite that is an experiment', AFTER, 'getNumberValue', 1],
  ] as const)('%s', async (_, text, getter, otherwise) => {
    const { features, exposures } = await openEngine(text)
    const request = features.for(world)
    expect(request[getter]('x', otherwise as never)).toBe(otherwise)
    expect([exposures, request.exposures]).toEqual([[], []])
    expect(features.for(world)[getter]('x', otherwise as never, {})).toBe(otherwise)
    expect(exposures).toEqual([])
  })

  test.each([
    ['an experiment with values', LISTED],
    ['a rule', RULE],
    ['a feature behind a prerequisite', AFTER],
  ])('%s: a later question of the right type exposes them, once', async (_, text) => {
    const { features, exposures } = await openEngine(text)
    const request = features.for(world)
    request.getNumberValue('x', 1)
    expect(exposures).toHaveLength(0)
    expect(request.getStringValue('x', '')).toBe('text')
    request.getNumberValue('x', 1)
    request.getStringValue('x', '')
    expect(exposures).toHaveLength(1)
  })

  test('outside requests, too', async () => {
    const { features, exposures } = await openEngine(LISTED)
    await features.run(world, () => {
      features.getNumberValue('x', 1)
      expect(exposures).toHaveLength(0)
      features.getStringValue('x', '')
      return Promise.resolve()
    })
    expect(exposures).toHaveLength(1)
  })

  test('the question itself is still counted as a use', async () => {
    const uses: FeatureUsage[] = []
    const { features } = await openEngine(LISTED, { onUsage: (use) => uses.push(use) })
    const request = features.for(world)
    request.getNumberValue('x', 1)
    request.getStringValue('x', '')
    expect(uses.map(({ feature, value }) => [feature, value])).toEqual([['x', 'text']])
  })

  test('a variant whose value is null leaves the value to the code, and is served', async () => {
    const { features, exposures } = await openEngine(
      'feature_x: {experiment: {enabled: on, variants: [{name: a, value: null}]}}\n',
    )
    expect(features.for(world).getNumberValue('x', 7)).toBe(7)
    expect(exposures).toMatchObject([{ variant: 'a' }])
  })
})
