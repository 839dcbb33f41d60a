import { memory, openFeatures, worldOf } from '../src/index'

const open = (features: object) => openFeatures({ source: memory(JSON.stringify({ features }), { format: 'json' }) })

test('a row of 5,000 features, each requiring the next, is answered and throws nothing', async () => {
  const row = Array.from({ length: 5000 }, (_, i): [string, object] => [`f${i}`, { defaultValue: 1, rules: [{ parentConditions: [{ id: `f${i + 1}`, condition: { value: 1 } }], force: 2 }] }])
  const features = await open(Object.fromEntries(row))
  expect(features.for(worldOf()).decide('f0')).toMatchObject({ reason: 'ERROR', rule: { source: 'cyclicPrerequisite' } })
  expect(features.isEnabled('f0')).toBe(false)
  await features.close()
})

test('explain tells of a forced value what decide tells', async () => {
  const features = await open({ a: { defaultValue: 1 } })
  const request = features.for(worldOf(), { forcedValues: { a: 5 } })
  expect(request.explain('a').decision).toEqual(request.decide('a'))
  expect(request.decide('a').value).toBe(5)
  await features.close()
})
