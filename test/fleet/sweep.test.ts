import { memoryKeyStore, processes, publish, publishStaged } from '../../src/fleet/fleet'
import { sweep } from '../../src/fleet/sweep'
import { type Ack, ackKey, ACKS, encodeRecord } from '../../src/sources/fleet-records'
import type { KeyStore } from '../../src/sources/key-store'
import { fleetOf, following } from '../support/fleet-process'
import { atomicStore } from '../support/key-stores'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** What a process of this host has left, by a clock that is so far from that of the publisher. */
async function leave(
  store: KeyStore,
  host: string,
  aheadMs: number,
  more: Pick<Ack, 'isGone'> = {},
): Promise<void> {
  const ack = {
    ...more,
    ...{ host, process: '0', generation: null, hash: 'h', problems: [], health: null },
    at: Date.now() + aheadMs,
  }
  await store.write([{ key: ackKey(ack), bytes: encodeRecord(ack) }])
}

async function publishTo(store: KeyStore, generation: number): Promise<void> {
  for (let n = 1; n <= generation; n++) await publish(store, `feature_a: {users: [u${n}]}`)
}

const left = async (store: KeyStore): Promise<readonly string[]> =>
  (await store.keys(ACKS)).map((key) => key.slice(ACKS.length)).sort()

test('the tenth publisher removes what is gone for more than a day, and nothing else', async () => {
  const store = memoryKeyStore()
  await leave(store, 'here', 0)
  await leave(store, 'yesterday', -DAY - MINUTE)
  await leave(store, 'hours ago', -DAY + MINUTE)
  await leave(store, 'tomorrow', DAY + MINUTE)
  await publishTo(store, 9)
  expect(await left(store)).toHaveLength(4)
  await publishTo(store, 1)
  expect(await left(store)).toEqual(['here-0', 'hours%20ago-0', 'tomorrow-0'])
})

test('the last word of one that left and could not remove it goes at once', async () => {
  const store = memoryKeyStore()
  await leave(store, 'here', 0)
  await leave(store, 'left', 0, { isGone: true })
  expect((await processes(store)).map(({ host }) => host)).toEqual(['here'])
  await publishTo(store, 10)
  expect(await left(store)).toEqual(['here-0'])
})

test('a publisher whose own clock is wrong removes nobody', async () => {
  const store = memoryKeyStore()
  await leave(store, 'one', -2 * DAY)
  await leave(store, 'two', -2 * DAY - MINUTE)
  await publishTo(store, 10)
  expect(await left(store)).toHaveLength(2)
})

test('what was written meanwhile stays', async () => {
  const inner = memoryKeyStore()
  await leave(inner, 'one', -2 * DAY)
  let isFirst = true
  const store = atomicStore(inner, async (what) => {
    if (what === 'write' && isFirst) await leave(inner, 'one', 0)
    isFirst = isFirst && what !== 'write'
  })
  await sweep(store, () => true)
  expect(await left(inner)).toEqual(['one-0'])
})

test('a store that lets nobody remove them keeps nobody from publishing', async () => {
  const inner = memoryKeyStore()
  await publishTo(inner, 9)
  const store = atomicStore(inner, async (what) => {
    if (what === `list ${ACKS}`) throw new Error('no right to that')
  })
  expect(await publish(store, 'feature_a: on')).toMatchObject({ kind: 'published', generation: 10 })
})

test('one sweep removes so many at most, and the next goes on', async () => {
  const store = memoryKeyStore()
  for (let i = 0; i < 250; i++) await leave(store, `h${i}`, -2 * DAY)
  await sweep(store, () => true)
  expect(await left(store)).toHaveLength(50)
  await sweep(store, () => true)
  expect(await left(store)).toHaveLength(0)
})

test('stages remove those that they did not hear for longer than a minute, by no clock but their own', async () => {
  const inner = memoryKeyStore()
  await publish(inner, 'feature_a: on')
  await leave(inner, 'killed', -5 * MINUTE)
  const all = await fleetOf(inner, 3)
  const end = following(inner, all)
  const passed = { ms: 0 }
  jest.spyOn(performance, 'now').mockImplementation(() => passed.ms)
  const result = await publishStaged(inner, 'feature_a: off', {
    ...{ stages: [100], eachMs: 0 },
    onStage: () => (passed.ms = 66_000),
  })
  end()
  jest.restoreAllMocks()
  expect(result).toMatchObject({ kind: 'published' })
  expect(await left(inner)).not.toContain('killed-0')
})
