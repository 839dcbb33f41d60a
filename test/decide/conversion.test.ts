import { memoryStore } from '../../src/decide/decide'
import type { Conversion } from '../../src/decide/conversion'
import { closeDeciders, experiment, openDecider } from '../support/deciding'

afterEach(closeDeciders)

const converted = { experiment: 'e', name: 'purchase', by: 'decision' } as const

test('a conversion with a decision id counts for the variant of that decision', async () => {
  const { decider, store } = await openDecider(experiment('e'))
  const { decisionId } = await decider.decide('e', 'u1')
  expect(await decider.convert({ name: 'purchase', decisionId, value: 9.5 })).toBe(true)
  expect(await store.conversions(converted)).toEqual([
    { variant: 'a', units: 1, converted: 1, conversions: 1, sum: 9.5, sumOfSquares: 90.25 },
  ])
})

test('the same event told twice counts once, without an event id each is one of its own', async () => {
  const { decider, store } = await openDecider(experiment('e'))
  const { decisionId } = await decider.decide('e', 'u1')
  for (const eventId of ['order-1', 'order-1', undefined, undefined])
    await decider.convert({
      name: 'purchase',
      decisionId,
      ...(eventId !== undefined && { eventId }),
    })
  expect((await store.conversions(converted))[0]?.conversions).toBe(3)
})

test('a store that is away: false, and no throw', async () => {
  const store = Object.assign(memoryStore(), { write: () => Promise.reject(new Error('away')) })
  const { decider } = await openDecider(experiment('e'), {
    store,
    log: { timeoutMs: 20, onError: () => undefined },
  })
  expect(await decider.convert({ name: 'purchase', unit: 'u1' })).toBe(false)
})

test.each<[Partial<Conversion>, string]>([
  [{ unit: 'u1' }, 'name is undefined; say what happened, such as purchase'],
  [{ name: '', unit: 'u1' }, 'name is ; say what happened, such as purchase'],
  [{ name: 'purchase' }, 'it has neither decisionId nor unit; give the one that it belongs to'],
  [{ name: 'purchase', unit: '' }, 'it has neither decisionId nor unit'],
  [{ name: 'purchase', unit: 'u1', eventId: '' }, 'eventId is ; give a text that is not empty'],
  [{ name: 'purchase', unit: 'u1', value: NaN }, 'value is NaN; give a number'],
  [{ name: 'purchase', unit: 'u1', at: Infinity }, 'at is Infinity; give milliseconds since 1970'],
])('%j: refused with a sentence', async (conversion, message) => {
  const { decider } = await openDecider(experiment('e'))
  await expect(decider.convert(conversion as Conversion)).rejects.toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining(message),
  })
})
