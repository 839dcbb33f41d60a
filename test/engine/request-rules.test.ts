import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Facts, memory, worldOf } from '../../src'
import {
  closeEngines,
  type Engine,
  type EngineOptions,
  entryText,
  eventsDelivered,
  openEngine,
} from '../support/engine'
import { sized } from '../support/long-run'

afterEach(closeEngines)

const EXPERIMENT =
  'experiment: {loggedin: true, variants: {blue: 25, green: 25, control_1: 25, control_2: 25}}'
const gary: Facts = { user: { id: 't2_beef', name: 'gary' }, loid: 'abcd' }
const boom = (): never => {
  throw new Error('boom')
}
const engine = (options: EngineOptions) => openEngine(entryText(`{${EXPERIMENT}}`), options)

describe('validExposureRequest', () => {
  test('saying false keeps exposures from being recorded, and changes no answer', async () => {
    const [valid, invalid] = [await engine({}), await engine({ validExposureRequest: () => false })]
    const answers = [valid, invalid].map(({ features }) => {
      const request = features.for(worldOf(gary))
      return [
        request.isEnabled('x'),
        request.variant('x'),
        request.decide('x'),
        { ...request.allEnabled() },
      ]
    })
    expect(answers[1]).toEqual(answers[0])
    expect([valid.exposures.length, invalid.exposures.length]).toEqual([1, 0])
  })

  test('is asked about the World of the request, once, and only when an exposure is owed', async () => {
    const worlds: unknown[] = []
    const { features } = await openEngine(
      `feature_x: {${EXPERIMENT}}\nfeature_y: {${EXPERIMENT}}\nfeature_z: on\n`,
      { validExposureRequest: (world) => (worlds.push(world), true) },
    )
    const world = worldOf(gary)
    const request = features.for(world)
    request.isEnabled('z')
    request.decide('x')
    expect(worlds).toEqual([])
    for (const name of ['x', 'y', 'x']) request.isEnabled(name)
    expect(worlds).toEqual([world])
  })

  test('that throws leaves the exposure owed, and is reported about once', async () => {
    const { features, exposures, problems } = await engine({ validExposureRequest: boom })
    for (let n = 0; n < 3; n++) features.for(worldOf(gary)).isEnabled('x')
    expect(exposures).toHaveLength(3)
    expect(problems).toMatchObject([
      {
        code: 'exposure-threw',
        severity: 'error',
        message: 'validExposureRequest threw: boom; it must not throw',
      },
    ])
  })

  test('that gives a promise is reported once, and the exposures are owed', async () => {
    const { features, exposures, problems } = await engine({
      validExposureRequest: () => Promise.resolve(false),
    } as unknown as EngineOptions)
    for (const id of ['t2_1', 't2_2']) features.for(worldOf({ user: { id } })).isEnabled('x')
    expect(exposures).toHaveLength(2)
    expect(problems).toMatchObject([
      {
        code: 'exposure-threw',
        message:
          'validExposureRequest returned a promise, which is never an answer, so every exposure counts as valid; answer true or false at once',
      },
    ])
  })
})

describe('onExposure', () => {
  test('that throws changes no answer, and is reported about once', async () => {
    const [quiet, throwing] = [await engine({}), await engine({ onExposure: boom })]
    for (let n = 0; n < 3; n++) {
      expect(throwing.features.for(worldOf(gary)).isEnabled('x')).toBe(
        quiet.features.for(worldOf(gary)).isEnabled('x'),
      )
    }
    expect(throwing.problems).toMatchObject([
      { code: 'exposure-threw', message: 'onExposure threw: boom; it must not throw' },
    ])
  })

  test('may ask the features itself', async () => {
    const answers: boolean[] = []
    const { features } = await openEngine(
      `feature_x: {${EXPERIMENT}}\nfeature_z: {${EXPERIMENT}}\n`,
      {
        onExposure: ({ feature }) =>
          void (
            feature === 'x' &&
            answers.push(features.run(worldOf(gary), () => features.isEnabled('z')))
          ),
      },
    )
    features.for(worldOf(gary)).isEnabled('x')
    expect(answers).toHaveLength(1)
  })

  test('left out, nothing is recorded and nothing is asked', async () => {
    let asked = 0
    const { features } = await engine({
      onExposure: undefined,
      validExposureRequest: () => (asked++, true),
    } as unknown as EngineOptions)
    expect(features.for(worldOf(gary)).variant('x')).toBeDefined()
    expect(asked).toBe(0)
  })

  test('that fails later, being async, is reported about too, so that nothing is left unhandled', async () => {
    const later = Promise.reject(new Error('later'))
    later.catch(() => undefined)

    const { features, problems } = await engine({ onExposure: () => later })
    features.for(worldOf(gary)).isEnabled('x')
    await eventsDelivered()
    expect(problems.map(({ code }) => code)).toEqual(['exposure-threw'])
  })
})

test('a clock that throws breaks no question', async () => {
  let broken = false
  const { features } = await engine({ now: () => (broken ? boom() : 0) })
  broken = true
  expect(typeof features.for(worldOf(gary)).isEnabled('x')).toBe('boolean')
})

test.each([true, false])(
  'a process without requests, asking about one user after the other, does not keep them all (dedupeExposures: %p)',
  async (dedupeExposures) => {
    setFlagsFromString('--expose_gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const { features } = await engine({
      onExposure: () => undefined,
      dedupeExposures,
    })
    const heapAfter = (from: number, to: number): number => {
      for (let n = from; n < to; n++) features.isEnabled('x', { user: { id: `t2_${n}` } })
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    const before = heapAfter(0, 20_000)
    const visitors = sized(100_000, 200_000)
    // What remembers each of them takes two hundred bytes for each.
    expect(heapAfter(20_000, 20_000 + visitors) - before).toBeLessThan(visitors * 100)
  },
)

describe('an experiment in code', () => {
  const experiment = { key: 'e', variations: ['a', 'b'], condition: { id: { $inGroup: 'staff' } } }
  const isIn = (features: Engine['features'], id: string): boolean =>
    features.for(worldOf({ user: { id } })).inlineExperiment(experiment).inExperiment

  test('knows the saved groups of now', async () => {
    const { features, set } = await openEngine('savedGroups: {staff: [u1]}\nfeature_a: on\n')
    expect([isIn(features, 'u1'), isIn(features, 'u2')]).toEqual([true, false])
    await set('savedGroups: {staff: [u2]}\nfeature_a: on\n')
    expect([isIn(features, 'u1'), isIn(features, 'u2')]).toEqual([false, true])
    await set('feature_a: on\n')
    expect([isIn(features, 'u1'), isIn(features, 'u2')]).toEqual([false, false])
  })

  test('of a request keeps those that it began with', async () => {
    const { features, set } = await openEngine('segments: {staff: [u1]}\nfeature_a: on\n')
    const request = features.for(worldOf({ user: { id: 'u1' } }))
    await set('segments: {staff: []}\nfeature_a: on\n')
    expect(request.inlineExperiment(experiment).inExperiment).toBe(true)
  })

  test('knows those of every source, of two with one name the later one', async () => {
    const source = [
      memory('savedGroups: {staff: [u1], others: [u3]}\nfeature_a: on\n'),
      memory('savedGroups: {staff: [u2]}\nfeature_b: on\n'),
    ]
    const { features } = await openEngine('', { source })
    expect([isIn(features, 'u1'), isIn(features, 'u2')]).toEqual([false, true])
    const ofOthers = { ...experiment, condition: { id: { $inGroup: 'others' } } }
    expect(
      features.for(worldOf({ user: { id: 'u3' } })).inlineExperiment(ofOthers).inExperiment,
    ).toBe(true)
  })
})
