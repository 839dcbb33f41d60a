import { createDecider, memoryStore } from '../../src/decide/decide'
import type { Conversion, ProviderOptions } from '../../src/openfeature/openfeature'
import { closeScenes, scene } from './scene'

afterEach(closeScenes)

const LIVE = 'feature_exp: {default: red, experiment: {variants: [{name: a, value: blue}]}}'

async function tracked(
  report: (track: (name: string, context?: object, details?: object) => void) => void,
  options: ProviderOptions = {},
): Promise<readonly Conversion[]> {
  const conversions: Conversion[] = []
  const { client } = await scene(LIVE, {
    onConversion: (conversion) => conversions.push(conversion),
    now: () => 1000,
    ...options,
  })
  report((name, context, details) => client.track(name, context as never, details as never))
  return conversions
}

test.each<[details: object, more: object]>([
  [{}, {}],
  [{ value: 12.5 }, { value: 12.5 }],
  [{ value: NaN }, {}],
  [{ value: '12' }, {}],
  [{ eventId: 'order-1', colour: 'red' }, { eventId: 'order-1' }],
])(
  'what is tracked with %j becomes a conversion of the targeting key with %j',
  async (details, more) => {
    expect(await tracked((track) => track('purchase', { targetingKey: 'u' }, details))).toEqual([
      { name: 'purchase', unit: 'u', at: 1000, ...more },
    ])
  },
)

test('what nobody did is no conversion', async () => {
  expect(await tracked((track) => track('purchase', {}))).toEqual([])
})

test('what the application throws, or its promise rejects with, goes to onError', async () => {
  const errors: unknown[] = []
  const failures = [
    () => {
      throw new Error('a')
    },
    () => Promise.reject(new Error('b')),
  ]
  for (const onConversion of failures)
    await tracked((track) => track('purchase', { targetingKey: 'u' }), {
      onConversion,
      onError: (error) => errors.push(error),
    })
  expect(errors.map(String)).toEqual(['LiveflagError: a', 'LiveflagError: b'])
})

test('a decider takes conversions as they are, and its store counts them', async () => {
  const store = memoryStore()
  const { client, features, provider } = await scene(LIVE)
  const decider = createDecider({ features, store })
  await decider.decide('exp', 'u')
  const conversions: Promise<boolean>[] = []
  const tracking = await scene(LIVE, {
    onConversion: (conversion) => conversions.push(decider.convert(conversion)),
  })
  tracking.client.track('purchase', { targetingKey: 'u' }, { value: 5 })
  expect(await Promise.all(conversions)).toEqual([true])
  expect([client, provider]).toHaveLength(2)
  await decider.close()
})
