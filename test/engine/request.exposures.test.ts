import { type Facts, type Features, worldOf } from '../../src'
import { closeEngines, entryText, eventsDelivered, openEngine } from '../support/engine'

afterEach(closeEngines)

const ARMS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const EXPERIMENT = `{experiment: {experiment_id: 7, loggedin: true, loggedout: true, ${ARMS}}}`
const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, loid: 'abcd' }

describe('exposures', () => {
  const ask = {
    isEnabled: (features: Pick<Features, 'isEnabled'>) => features.isEnabled('x'),
    variant: (features: Pick<Features, 'variant'>) => features.variant('x'),
  }

  test.each(['isEnabled', 'variant'] as const)(
    '%s records one for each request, however often it is asked',
    async (question) => {
      const { features, exposures } = await openEngine(entryText(EXPERIMENT))
      const request = features.for(worldOf(gary))
      for (let round = 0; round < 3; round++) ask[question](request)
      expect(exposures).toHaveLength(1)
      ask[question](features.for(worldOf(gary)))
      expect(exposures).toHaveLength(2)
    },
  )

  test('`about` records one for each unit, however many requests there are, until an edit', async () => {
    const { features, exposures, set } = await openEngine(entryText(EXPERIMENT))
    const ask = (id: string): boolean => features.about(worldOf({ user: { id } })).isEnabled('x')
    for (const id of ['t2_a', 't2_b', 't2_a', 't2_b']) ask(id)
    expect(exposures.map(({ unit }) => unit)).toEqual(['t2_a', 't2_b'])
    await set(`${entryText(EXPERIMENT)}\nfeature_y: on`)
    ask('t2_a')
    expect(exposures).toHaveLength(3)
  })

  test('isEnabled and variant together record one', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    const request = features.for(worldOf(gary))
    request.variant('x')
    request.isEnabled('x')
    expect(exposures).toHaveLength(1)
  })

  test('decide, explain and allEnabled record none', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    const request = features.for(worldOf(gary))
    request.decide('x')
    request.explain('x')
    request.allEnabled()
    request.allEnabled({ user: { id: 't2_cafe' } })
    expect(exposures).toEqual([])
  })

  test("r2's variant() records none", async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT), { compat: 'r2' })
    const request = features.for(worldOf(gary))
    expect(request.variant('x')).toBeDefined()
    expect(exposures).toEqual([])
    request.isEnabled('x')
    expect(exposures).toHaveLength(1)
  })

  test('are kept apart by feature and by unit, overrides included', async () => {
    const { features, exposures } = await openEngine(
      `feature_x: ${EXPERIMENT}\nfeature_y: ${EXPERIMENT}\n`,
    )
    const request = features.for(worldOf(gary))
    for (let round = 0; round < 2; round++) {
      for (const name of ['x', 'y']) {
        request.isEnabled(name)
        request.isEnabled(name, { user: { id: 't2_cafe' } })
        request.isEnabled(name, { user: { id: 't2_beef', name: 'the same' } })
        request.isEnabled(name, { user: null })
      }
    }
    expect(exposures.map(({ feature, unit }) => `${feature} ${unit}`)).toEqual([
      'x t2_beef',
      'x t2_cafe',
      'x abcd',
      'y t2_beef',
      'y t2_cafe',
      'y abcd',
    ])
  })

  test('are kept apart by what was bucketed, though two attributes may have the same value', async () => {
    const ruled = (attribute: string): string =>
      `{default: a, rules: [{key: trial, variations: [a, b], hashAttribute: ${attribute}, coverage: 1}]}`
    const { features, exposures } = await openEngine(
      `feature_x: ${ruled('id')}\nfeature_y: ${ruled('device')}\nfeature_z: ${ruled('device')}\n`,
    )
    const request = features.for(worldOf({ user: { id: 'same' }, attributes: { device: 'same' } }))
    for (const name of ['x', 'y', 'z']) request.getStringValue(name, '')
    expect(exposures.map(({ kind, unit }) => `${kind} ${unit}`)).toEqual([
      'user same',
      'device same',
    ])
  })

  test('name the user and the loid of the overridden visitor', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    features.for(worldOf(gary)).isEnabled('x', { user: { id: 't2_cafe' }, loid: 'zz' })
    expect(exposures).toMatchObject([{ unit: 't2_cafe', user: 't2_cafe', loid: 'zz' }])
  })

  test('of a page are one for all visitors of the request', async () => {
    const { features, exposures } = await openEngine(
      entryText(`{experiment: {page: true, enabled: on, ${ARMS}}}`),
    )
    const request = features.for(worldOf({ ...gary, page: { id: 't3_a', type: 'link' } }))
    request.isEnabled('x')
    request.isEnabled('x', { user: null })
    request.isEnabled('x', { page: { id: 't3_b', type: 'link' } })
    expect(exposures.map(({ kind, unit }) => `${kind} ${unit}`)).toEqual(['page t3_a', 'page t3_b'])
  })

  test('with dedupeExposures: false are recorded every time', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT), {
      dedupeExposures: false,
    })
    const request = features.for(worldOf(gary))
    for (let round = 0; round < 3; round++) request.isEnabled('x')
    request.isEnabled('x', { user: { id: 't2_cafe' } })
    expect(exposures.map(({ unit }) => unit)).toEqual(['t2_beef', 't2_beef', 't2_beef', 't2_cafe'])
  })

  test('of the ambient request are recorded once in it, wherever it is asked from', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    await features.run(worldOf(gary), async () => {
      features.isEnabled('x')
      await eventsDelivered()
      features.variant('x')
    })
    expect(exposures).toHaveLength(1)
  })

  test('without a request are recorded once for each user and snapshot', async () => {
    const { features, set, exposures } = await openEngine(entryText(EXPERIMENT))
    const ask = (id: string): boolean => features.isEnabled('x', { user: { id } })
    for (let job = 0; job < 3; job++) ask('t2_beef')
    ask('t2_cafe')
    await set(`# another content\n${entryText(EXPERIMENT)}`)
    ask('t2_beef')
    expect(exposures.map(({ unit, generation }) => `${unit} ${generation}`)).toEqual([
      't2_beef 1',
      't2_cafe 1',
      't2_beef 2',
    ])
  })

  test('without a request are recorded once for each device of a user', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    for (const loid of ['phone', 'laptop', 'phone', 'laptop'])
      features.isEnabled('x', { user: { id: 't2_beef' }, loid })
    expect(exposures.map(({ unit, loid }) => `${unit} ${loid}`)).toEqual([
      't2_beef phone',
      't2_beef laptop',
    ])
  })

  test('without a request are recorded at the first valid question, for each question counts as a request', async () => {
    let isCrawler = true
    const { features, exposures } = await openEngine(entryText(EXPERIMENT), {
      validExposureRequest: () => !isCrawler,
    })
    const ask = (): boolean => features.isEnabled('x', { user: { id: 't2_beef' } })
    ask()
    isCrawler = false
    ask()
    ask()
    expect(exposures.map(({ unit }) => unit)).toEqual(['t2_beef'])
  })

  test('without a request are remembered in bounded memory: of many thousand users the first is recorded again', async () => {
    const { features, exposures } = await openEngine(entryText(EXPERIMENT))
    for (let n = 0; n < 20_000; n++) features.isEnabled('x', { user: { id: `t2_${n}` } })
    expect(exposures).toHaveLength(20_000)
    features.isEnabled('x', { user: { id: 't2_0' } })
    expect(exposures).toHaveLength(20_001)
  })
})
