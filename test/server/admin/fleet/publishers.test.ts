import { publish, rollback } from '../../../../src/fleet/fleet'
import { HistoryReader } from '../../../../src/fleet/history-reader'
import { HeardProcesses } from '../../../../src/server/admin/fleet/heard-processes'
import { Publishers } from '../../../../src/server/admin/fleet/publishers'
import { contentHash } from '../../../../src/sources/bytes'
import { type KeyStore, StoreError } from '../../../../src/sources/key-store'
import { memoryKeyStore } from '../../../../src/sources/memory-key-store'
import { atomicStore, setOutside } from '../../../support/key-stores'

const [A, B] = ['feature_a: on', 'feature_a: off']

function publishersOf(store: KeyStore): Publishers {
  const reader = new HistoryReader(store)
  return new Publishers({
    all: () => [{ source: 'live', store, reader, processes: new HeardProcesses() }],
  })
}

const askedOf = (store: KeyStore, text: string) => publishersOf(store).of('live', contentHash(text))

test('who published a text is known, whether it is in force or was replaced since', async () => {
  const store = memoryKeyStore()
  await publish(store, A, { by: 'ann', reason: 'first' })
  await publish(store, B, { by: 'bob', reason: 'second' })
  expect(await askedOf(store, A)).toEqual({ by: 'ann', reason: 'first' })
  expect(await askedOf(store, B)).toEqual({ by: 'bob', reason: 'second' })
})

test('of a text that was published twice it is who did it last', async () => {
  const store = memoryKeyStore()
  await publish(store, A, { by: 'ann', reason: 'first' })
  await publish(store, B, { by: 'bob' })
  await rollback(store, 1, { by: 'carl', reason: 'back' })
  expect(await askedOf(store, A)).toEqual({ by: 'carl', reason: 'back' })
})

test('what another tool wrote is nobody’s, also where somebody once published the same', async () => {
  const store = memoryKeyStore()
  await publish(store, A, { by: 'ann' })
  await publish(store, B, { by: 'bob' })
  await setOutside(store, A)
  expect(await askedOf(store, A)).toEqual({ by: null, reason: null })
})

test('a text that nobody published, and a source in no store, are not known', async () => {
  const store = memoryKeyStore()
  await publish(store, A, { by: 'ann' })
  expect(await askedOf(store, 'feature_b: on')).toBeUndefined()
  const publishers = publishersOf(store)
  expect([publishers.knows('live'), publishers.knows('elsewhere')]).toEqual([true, false])
  expect(await publishers.of('elsewhere', contentHash(A))).toBeUndefined()
})

test('a store that is away is no error', async () => {
  const store = atomicStore(memoryKeyStore(), async () => {
    throw new StoreError('unreachable', 'store', 'it is away', 'wait')
  })
  expect(await askedOf(store, A)).toBeUndefined()
})
