import { worldOf } from '../../src'
import { memoryStore } from '../../src/decide/decide'
import { closeDeciders, experiment, openDecider } from '../support/deciding'

afterEach(closeDeciders)

const LOW = experiment('low', 'domains: [x], priority: 1')
const HIGH = experiment('high', 'domains: [x], priority: 2')
const subjects = Array.from({ length: 200 }, (_, i) => `u${i}`)

test('features.variant and the decider agree on a domain that a later experiment would take', async () => {
  const { decider, engine } = await openDecider(LOW)
  for (const subject of subjects) await decider.decide('low', subject)
  await engine.set(LOW + HIGH)
  for (const id of subjects) {
    const request = engine.features.for(worldOf({ user: { id } }))
    const decided = await decider.decideAll(['low', 'high'], id)
    expect(decided.map(({ variantId }) => variantId)).toEqual(['a', null])
    expect([request.variant('low'), request.variant('high')]).toEqual(['a', undefined])
  }
})

test('they agree on limits, by history and without', async () => {
  const text = ['e0', 'e1', 'e2', 'e3', 'e4'].map((name) => experiment(name)).join('')
  for (const limits of [{}, 'deterministic'] as const) {
    const { decider, engine } = await openDecider(text, { limits })
    for (const id of subjects.slice(0, 20)) {
      const decided = await decider.decideAll(['e0', 'e1', 'e2', 'e3', 'e4'], id)
      const request = engine.features.for(worldOf({ user: { id } }))
      expect(decided.map(({ flag }) => request.variant(flag) ?? null)).toEqual(
        decided.map(({ variantId }) => variantId),
      )
    }
  }
})

test('of somebody of whom nothing is known, and after the decider closed, domains alone decide', async () => {
  const { decider, engine } = await openDecider(LOW)
  await decider.decide('low', 'u1')
  await engine.set(LOW + HIGH)
  const high = (id: string): string | undefined =>
    engine.features.for(worldOf({ user: { id } })).variant('high')
  expect([high('u1'), high('stranger')]).toEqual([undefined, 'a'])
  await decider.close()
  expect(high('u1')).toBe('a')
})

test('an assignment that the store has lost is told', async () => {
  const store = memoryStore()
  const { decider, errors } = await openDecider(LOW + experiment('other'), {
    store,
    cacheTtlSeconds: 0,
  })
  await decider.decide('low', 'u1')
  const { admit } = memoryStore()
  store.admit = admit.bind(memoryStore())
  await decider.decide('other', 'u1')
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringContaining('the store no longer has the assignment of u1 to low'),
  ])
})

test('an edit that gives several experiments other ids is one report, which names each', async () => {
  const { engine, errors } = await openDecider(experiment('e') + experiment('f'))
  await engine.set(experiment('e', 'experiment_id: e2') + experiment('f', 'experiment_id: f2'))
  expect(errors).toMatchObject([{ code: 'LIVEFLAG_NEW_EXPERIMENT_ID' }])
  expect(errors[0]?.message).toMatch(
    /of e was e and is e2 now; .* of f was f and is f2 now: everybody/,
  )
})

test('an experiment that gets another id is told, and one that moves to another feature is not', async () => {
  const { engine, errors } = await openDecider(experiment('e', 'experiment_id: one'))
  await engine.set(experiment('f', 'experiment_id: one'))
  expect(errors).toEqual([])
  await engine.set(experiment('f', 'experiment_id: two'))
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringContaining('the experiment of f was one and is two now'),
  ])
})
