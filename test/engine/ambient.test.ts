/** Questions outside all requests, in a program that runs requests. */
import { worldOf } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const CONFIG = 'feature_all: on\nfeature_off: off\nfeature_some: { users: [gary] }\n'
const gary = worldOf({ user: { id: 't2_g', name: 'gary' } })

async function opened() {
  let now = 0
  const engine = await openEngine(CONFIG, { now: () => now })
  return { ...engine, pass: (ms: number) => (now += ms) }
}

test('a question that a visitor would answer is reported once an hour, with its feature', async () => {
  const { features, problems, pass } = await opened()
  const ask = () => {
    features.run(gary, () => features.isEnabled('some'))
    return features.isEnabled('some')
  }
  expect([ask(), ask(), ask()]).toEqual([false, false, false])
  expect(problems).toEqual([
    expect.objectContaining({ code: 'outside-request', severity: 'warning', feature: 'some' }),
  ])
  pass(3_600_000)
  ask()
  expect(problems.length).toBe(2)
})

test.each<[string, (features: Awaited<ReturnType<typeof opened>>['features']) => unknown]>([
  ['a feature that is on for everybody', (features) => features.isEnabled('all')],
  ['a feature that is off for everybody', (features) => features.variant('off')],
  ['with overrides', (features) => features.isEnabled('some', { user: null })],
  ['of features.global', (features) => features.global.isEnabled('some')],
  ['of a request of its own', (features) => features.for(gary).isEnabled('some')],
  ['within a request', (features) => features.run(gary, () => features.isEnabled('some'))],
])('%s: a question is not reported', async (_, ask) => {
  const { features, problems } = await opened()
  features.run(gary, () => undefined)
  ask(features)
  expect(problems).toEqual([])
})

test('a program without requests hears nothing', async () => {
  const { features, problems } = await opened()
  features.isEnabled('some')
  expect(problems).toEqual([])
})
