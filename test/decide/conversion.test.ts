import { memoryStore } from '../../src/decide/decide'
import type { Conversion } from '../../src/decide/conversion'
import { closeDeciders, DAY, experiment, MAY, openDecider } from '../support/deciding'

afterEach(closeDeciders)

const converted = { experiment: 'e', name: 'purchase', by: 'decision' } as const

test('a conversion with a decision id counts for the variant of that decision', async () => {
  const { decider, store } = await openDecider(experiment('e'))
  const { decisionId } = await decider.decide('e', 'u1')
  expect(await decider.convert({ name: 'purchase', decisionId, value: 9.5 })).toBe(true)
  expect(await store.conversions(converted)).toEqual([
    { variant: 'a', units: 1, converted: 1, conversions: 1, sum: 9.5, squaredDeviations: 0 },
  ])
})

test('the same event reported twice counts once, without an event id each is one of its own', async () => {
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

test('an event counts in each experiment whose decision it names, and once for its unit', async () => {
  const { decider, store } = await openDecider(experiment('e') + experiment('f'))
  const answers = await decider.decideAll(['e', 'f', 'e', 'f'], 'u1')
  const exposure = {
    unit: 'u1',
    kind: 'user',
    variant: 'a',
    feature: 'e',
    source: 'backend',
  } as const
  const row = { ...exposure, bucket: null, generation: null, hash: null, at: 1 }
  await store.write({ exposures: [{ ...row, experiment: 'e' }] })
  for (const { decisionId } of answers)
    expect(
      await decider.convert({
        name: 'purchase',
        decisionId,
        unit: 'u1',
        value: 10,
        eventId: 'order-1',
      }),
    ).toBe(true)
  const sums = async (by: 'unit' | 'decision', name = 'e') =>
    (await store.conversions({ experiment: name, name: 'purchase', by })).map(({ sum }) => sum)
  expect(await sums('unit')).toEqual([10])
  expect(await sums('decision', 'f')).toEqual([20])
})

test.each<[string, Partial<Conversion>, number, number]>([
  ['of its own name', { name: 'refund' }, 1, 9.5],
  ['of the same name', { value: -9.5 }, 2, 0],
])('a refund %s with the id of its order is not dropped', async (_, refund, conversions, sum) => {
  const { decider, store } = await openDecider(experiment('e'))
  const { decisionId } = await decider.decide('e', 'u1')
  const order = { name: 'purchase', decisionId, eventId: 'order-1', value: 9.5 }
  for (const one of [order, { ...order, ...refund }, order, { ...order, ...refund }])
    expect(await decider.convert(one)).toBe(true)
  expect((await store.conversions(converted))[0]).toMatchObject({ conversions, sum })
  expect((await store.conversionNames('e')).includes('refund')).toBe(refund.name === 'refund')
})

test.each<[Partial<Conversion>, string]>([
  [
    { decisionId: 'never made' },
    'there is no decision never made; give the decisionId of an answer',
  ],
  [{ at: -5 }, 'its time, at: -5, is before 1970 or more than a day ahead'],
  [{ at: 1e17 }, 'its time, at: 100000000000000000, is before 1970 or more than a day ahead'],
  [{ at: MAY + DAY + 1 }, 'more than a day ahead'],
  [{ value: 1e300 }, 'its value, 1e+300, is too large to be added up; give at most 1e+100'],
  [{ value: -1e101 }, 'is too large to be added up'],
])('%j: false, with the reason in onError, and nothing is recorded', async (also, reason) => {
  const { decider, store, errors } = await openDecider(experiment('e'))
  const { decisionId } = await decider.decide('e', 'u1')
  expect(await decider.convert({ name: 'purchase', decisionId, ...also })).toBe(false)
  expect(errors).toEqual([
    expect.objectContaining({
      code: 'LIVEFLAG_BAD_ROW',
      message: expect.stringContaining(reason),
    }),
  ])
  expect((await store.conversions(converted))[0]?.conversions).toBe(0)
})

test.each<Partial<Conversion>>([{ at: 0 }, { at: MAY + DAY }, { value: 1e100 }, { value: 0 }])(
  '%j is recorded',
  async (also) => {
    const { decider } = await openDecider(experiment('e'))
    expect(await decider.convert({ name: 'purchase', unit: 'u1', ...also })).toBe(true)
  },
)

test('a decision that still waits to be written is known', async () => {
  const { decider } = await openDecider('feature_e: {default: off}', {
    writeMode: 'async',
    log: { flushMs: 60_000 },
  })
  const { decisionId } = await decider.decide('e', 'u1')
  expect(await decider.convert({ name: 'purchase', decisionId })).toBe(true)
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
  [{ name: '', unit: 'u1' }, 'name is ""; say what happened, such as purchase'],
  [{ name: 'purchase' }, 'it has neither decisionId nor unit; give the one that it belongs to'],
  [{ name: 'purchase', unit: '' }, 'it has neither decisionId nor unit'],
  [{ name: 'purchase', unit: 'u1', eventId: '' }, 'eventId is ""; give a text that is not empty'],
  [{ name: 'purchase', unit: 'u1', value: NaN }, 'value is NaN; give a number'],
  [{ name: 'purchase', unit: 'u1', at: Infinity }, 'at is Infinity; give milliseconds since 1970'],
])('%j: refused with a sentence', async (conversion, message) => {
  const { decider } = await openDecider(experiment('e'))
  await expect(decider.convert(conversion as Conversion)).rejects.toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining(message),
  })
})
