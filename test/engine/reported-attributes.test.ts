/** Which attributes of a visitor are recorded. */
import { openFeatures, worldOf } from '../../src'
import {
  createDecider,
  exposureRecorder,
  memoryStore,
  bufferedWriter,
} from '../../src/decide/decide'
import type { Store } from '../../src/recording/store'
import { reportedAttributes } from '../../src/engine/reported-attributes'
import { memory } from '../../src/sources/memory'

test('only the names that are declared, as texts', () => {
  const visitor: Record<string, unknown> = {
    country: 'NZ',
    age: 31,
    beta: false,
    email: 'a@example.org',
    device: { os: 'ios' },
    tags: ['a'],
    broken: NaN,
    letter: 'x'.repeat(101),
    empty: '',
  }
  const names = ['country', 'age', 'beta', 'device.os', 'tags', 'broken', 'letter', 'empty', 'none']
  expect(reportedAttributes(names, (name) => visitor[name])).toEqual({
    ...{ country: 'NZ', age: '31', beta: 'false', 'device.os': 'ios' },
  })
  expect(reportedAttributes(['none'], (name) => visitor[name])).toBeUndefined()
  expect(reportedAttributes([], (name) => visitor[name])).toBeUndefined()
})

const CONFIG = `
feature_with:
  default: 0
  experiment:
    report_by: [country]
    variants: [{ name: a, value: 1 }, { name: b, value: 2 }]
feature_without:
  default: 0
  experiment:
    variants: [{ name: a, value: 1 }, { name: b, value: 2 }]
feature_rule:
  default: 0
  rules:
    - { key: k, hashVersion: 2, variations: [1, 2], report_by: [plan] }
`

async function attributesIn(store: Store, experiment: string, by: 'unit' | 'decision') {
  const found: (string | null)[] = []
  await store.eachMember({ experiment, by, until: Number.MAX_SAFE_INTEGER }, (row) =>
    found.push(row.attributes),
  )
  return found
}

test('exposures have them, and nothing else of the visitor', async () => {
  const store = memoryStore()
  const writer = bufferedWriter(store)
  const features = await openFeatures({
    source: memory(CONFIG),
    onExposure: exposureRecorder(writer),
  })
  const visitor = features.for(
    worldOf({
      user: { id: 'u1' },
      attributes: { country: 'NZ', plan: 'pro', id: 'u1', email: 'e' },
    }),
  )
  for (const name of ['with', 'without', 'rule']) visitor.getNumberValue(name, 0)
  await writer.close()
  expect(await attributesIn(store, 'with', 'unit')).toEqual(['{"country":"NZ"}'])
  expect(await attributesIn(store, 'without', 'unit')).toEqual([null])
  expect(await attributesIn(store, 'k', 'unit')).toEqual(['{"plan":"pro"}'])
  await features.close()
})

test('decisions have them, also those that come from the cache', async () => {
  const store = memoryStore()
  const features = await openFeatures({ source: memory(CONFIG) })
  const decider = createDecider({ features, store })
  for (const country of ['NZ', 'NZ', 'AU']) {
    await decider.decide('with', 'u1', { country, email: 'e' })
    await decider.decide('without', 'u1', { country })
  }
  await decider.writer.written()
  expect(await attributesIn(store, 'with', 'decision')).toEqual([
    '{"country":"NZ"}',
    '{"country":"NZ"}',
    '{"country":"AU"}',
  ])
  expect(await attributesIn(store, 'without', 'decision')).toEqual([null, null, null])
  await decider.close()
  await features.close()
})
