import { memoryKeyStore, processes, publish, waitForProcesses } from '../../src/fleet/fleet'
import { ackKey, encodeRecord, RECENT_MS } from '../../src/sources/fleet-records'
import type { KeyStore } from '../../src/sources/key-store'
import { FleetProcess, fleetOf, following } from '../support/fleet-process'

const OLD = 'feature_a: on'
const NEW = 'feature_a: off'

async function publishedTo(store: KeyStore): Promise<string> {
  const result = await publish(store, NEW)
  return result.kind === 'published' ? result.hash : ''
}

test('those that acknowledged lately are listed, and others are not', async () => {
  const store = memoryKeyStore()
  await publish(store, OLD)
  await fleetOf(store, 2)
  const named = { host: 'gone', process: '0' }
  const gone = { ...named, generation: null, hash: '', problems: [], health: null }
  await store.write([
    { key: ackKey(named), bytes: encodeRecord({ ...gone, at: Date.now() - RECENT_MS }) },
    { key: 'acks/odd', bytes: new TextEncoder().encode('hello') },
  ])
  expect((await processes(store)).map(({ host }) => host)).toEqual(['web-0', 'web-1'])
})

test('waiting ends when all have the text', async () => {
  const store = memoryKeyStore()
  await publish(store, OLD)
  const all = await fleetOf(store, 5)
  const hash = await publishedTo(store)
  const told: string[] = []
  const waiting = waitForProcesses(store, {
    hash,
    onProgress: ({ have, of }) => {
      told.push(`${have} of ${of}`)
      if (told.length === 1) following(store, all)
    },
  })
  expect(await waiting).toEqual({ have: 5, of: 5, missing: [] })
  expect(told).toEqual(['0 of 5', '5 of 5'])
})

test('or when the time is over, with those that have not', async () => {
  const store = memoryKeyStore()
  await publish(store, OLD)
  await fleetOf(store, 2)
  const hash = await publishedTo(store)
  expect(await waitForProcesses(store, { hash, timeoutMs: 1 })).toEqual({
    have: 0,
    of: 2,
    missing: ['web-0', 'web-1'],
  })
})

test('one whose clock is wrong is waited for, too', async () => {
  const store = memoryKeyStore()
  await publish(store, OLD)
  const off = new FleetProcess(store, 'off', undefined, -10 * 60_000)
  await off.look()
  const hash = await publishedTo(store)
  const waiting = waitForProcesses(store, {
    hash,
    onProgress: () => void off.look(),
  })
  expect(await waiting).toEqual({ have: 1, of: 1, missing: [] })
})

test('two of one name are two, and one that was killed and started again is one', async () => {
  const store = memoryKeyStore()
  await publish(store, OLD)
  const start = async (name: string) => {
    const one = new FleetProcess(store, 'web-1', undefined, 0, name)
    await one.look()
    return one
  }
  const both = [await start('one'), await start('two')]
  const killed = await start('killed')
  killed.isDead = true
  const hash = await publishedTo(store)
  const counts: string[] = []
  const passed = { ms: 0 }
  jest.spyOn(performance, 'now').mockImplementation(() => passed.ms)
  const waiting = waitForProcesses(store, {
    hash,
    timeoutMs: 10_000,
    onProgress: ({ have, of }) => {
      counts.push(`${have} of ${of}`)
      if (counts.length === 1) following(store, both)
      else passed.ms = 3000
    },
  })
  expect(await waiting).toEqual({ have: 2, of: 2, missing: [] })
  jest.restoreAllMocks()
  expect(counts).toEqual(['0 of 3', '2 of 3', '2 of 2'])
})

test('nobody is waited for where nobody acknowledges', async () => {
  const store = memoryKeyStore()
  expect(await waitForProcesses(store, { hash: await publishedTo(store) })).toEqual({
    have: 0,
    of: 0,
    missing: [],
  })
})

test('waiting can be given up', async () => {
  const store = memoryKeyStore()
  await publish(store, OLD)
  await fleetOf(store, 1)
  const hash = await publishedTo(store)
  const stop = new AbortController()
  const waiting = waitForProcesses(store, {
    hash,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  })
  await expect(waiting).rejects.toThrow('enough')
})
