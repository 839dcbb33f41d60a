import { sqliteStore } from '../../../src/decide/decide'
import { tempDir } from '../../support/temp-dir'
import { join } from 'node:path'
import { createDecider } from '../../../src/decide/decide'
import { memory, openFeatures } from '../../../src/index'
import { closeServers, FEATURES, post, serve } from '../scene'

afterEach(closeServers)

const NOW = Date.parse('2026-05-01T12:00:00Z')
const DAY = 86_400_000

interface Answered {
  readonly status: number
  readonly body: {
    readonly accepted?: number
    readonly rejected?: readonly { readonly index: number; readonly message: string }[]
    readonly error?: { readonly message: string }
  }
}

/** A server over a store that a test can read. */
async function scene() {
  const store = sqliteStore(join(tempDir(), 'records.db'))
  const features = await openFeatures({ source: memory(FEATURES), now: () => NOW })
  const decider = createDecider({ features, store, now: () => NOW })
  const { server } = await serve({ decider, now: () => NOW })
  const send = async (events: unknown): Promise<Answered> => {
    const answer = await post(`${server.url}/events`, { events })
    return { status: answer.status, body: (await answer.json()) as Answered['body'] }
  }
  const decisionOf = async (subject: string): Promise<string> => {
    const answer = await post(`${server.url}/decide`, { flag_key: 'buy', subject_id: subject })
    return ((await answer.json()) as { readonly decision_id: string }).decision_id
  }
  const by = async (kind: 'unit' | 'decision') =>
    (await store.conversions({ experiment: '1', name: 'purchase', by: kind })).map(
      ({ variant, units, converted, conversions }) => [variant, units, converted, conversions],
    )
  const close = async (): Promise<void> => {
    await decider.close()
    await features.close()
  }
  return { send, decisionOf, by, close }
}

const exposure = (unit: string, more: object = {}): object => ({
  type: 'exposure',
  unit,
  experiment: '1',
  variant: 'blue',
  ...more,
})
const purchase = (more: object): object => ({
  type: 'conversion',
  name: 'purchase',
  event_id: 'order-1',
  ...more,
})

test('exposures and conversions are durable when they are accepted, and join', async () => {
  const { send, by, close } = await scene()
  const sent = [
    exposure('u', { at: NOW - 2000 }),
    exposure('v', { at: '2026-05-01T11:00:00Z' }),
    purchase({ unit: 'u', value: 5 }),
  ]
  expect(await send(sent)).toEqual({ status: 200, body: { accepted: 3, rejected: [] } })
  expect(await by('unit')).toEqual([['blue', 2, 1, 1]])
  await close()
})

test('an event that is sent again changes nothing, and one order counts for each decision it names', async () => {
  const { send, decisionOf, by, close } = await scene()
  const [a, b] = [await decisionOf('a'), await decisionOf('b')]
  const sent = [purchase({ decision_id: a }), purchase({ decision_id: b })]
  for (let i = 0; i < 2; i++)
    expect(await send(sent)).toEqual({ status: 200, body: { accepted: 2, rejected: [] } })
  expect(await by('decision')).toEqual([['blue', 2, 2, 2]])
  await close()
})

test('what no report could use is rejected by its index, and keeps nothing else from being stored', async () => {
  const { send, by, close } = await scene()
  const bad: readonly (readonly [event: object, message: RegExp])[] = [
    [purchase({ decision_id: 'nobody' }), /there is no decision nobody/],
    [purchase({ unit: 'u', at: -5 }), /before 1970 or more than a day ahead/],
    [purchase({ unit: 'u', at: 1e17 }), /before 1970 or more than a day ahead/],
    [purchase({ unit: 'u', value: 1e300 }), /too large/],
    [purchase({}), /neither decision_id nor unit/],
    [exposure('u', { at: -5 }), /before 1970/],
    [exposure('u', { at: NOW + 2 * DAY }), /more than a day ahead/],
    [exposure('u', { at: '2026-02-30T00:00:00Z' }), /at is not a date/],
    [exposure('u', { variant: '' }), /variant/],
    [{ type: 'click' }, /type is not valid/],
  ]
  const { status, body } = await send([...bad.map(([event]) => event), exposure('good')])
  expect([status, body.accepted]).toEqual([200, 1])
  expect(body.rejected).toEqual(
    bad.map(([, message], index) => ({ index, message: expect.stringMatching(message) as string })),
  )
  expect(await by('unit')).toEqual([['blue', 1, 0, 0]])
  await close()
})

test('a body of which nothing can be used is refused', async () => {
  const { send, close } = await scene()
  expect(await send([purchase({ unit: 'u', at: -5 })])).toMatchObject({ status: 400 })
  expect(await send([])).toMatchObject({ status: 400 })
  expect(await send('x')).toMatchObject({ status: 400 })
  await close()
})

test('while the store is away nothing is accepted, and the client is reported when to come back', async () => {
  const { server } = await serve({
    decider: createDecider({
      features: await openFeatures({ source: memory(FEATURES) }),
      store: sqliteStore(tempDir()),
      onError: () => undefined,
      log: { onError: () => undefined, timeoutMs: 200 },
    }),
  })
  const answer = await post(`${server.url}/events`, { events: [exposure('u')] })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
})
