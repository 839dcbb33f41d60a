import { memory, openFeatures, worldOf } from '../../src'

const PAYLOAD = {
  features: {
    colour: {
      defaultValue: 'none',
      rules: [{ key: 'exp', variations: ['red', 'green'], weights: [0.5, 0.5], hashVersion: 2 }],
    },
  },
}

test('each of a hundred visitors has an assignment of their own, at the first question as at the next', async () => {
  const features = await openFeatures({
    source: memory(JSON.stringify(PAYLOAD), { format: 'json' }),
  })
  const ids = Array.from({ length: 100 }, (_, i) => `visitor-${i}`)
  const requests = ids.map((id) => features.for(worldOf({ attributes: { id } })))
  const first = requests.map((request) => request.decide('colour'))
  const again = requests.map((request) => request.decide('colour'))
  expect(first.map(({ assignment }) => assignment?.unit)).toEqual(ids)
  expect(new Set(first.map(({ value }) => value))).toEqual(new Set(['red', 'green']))
  for (const [i, decision] of first.entries()) {
    expect(again[i]).toBe(decision)
    expect(decision).toMatchObject({
      enabled: true,
      reason: 'SPLIT',
      variant: decision.value === 'red' ? '0' : '1',
      assignment: {
        kind: 'user',
        experiment: 'exp',
        experimentId: 'exp',
        variant: decision.variant,
      },
      rule: {
        source: 'experiment',
        experimentResult: { hashValue: ids[i], inExperiment: true, value: decision.value },
      },
    })
  }
  await features.close()
})
