import { publish } from '../../src/fleet/fleet'
import { readState } from '../../src/fleet/store-state'
import { contentHash } from '../../src/sources/bytes'
import { encodeRecord, type HistoryEntry, historyKey } from '../../src/sources/fleet-records'
import type { KeyStore } from '../../src/sources/key-store'
import { memoryKeyStore } from '../../src/sources/memory-key-store'
import { serialStore, setOutside } from '../support/key-stores'

const PAGE = 1000

/** A store that lists a page at a time, as S3 does, and the requests that were made of it. */
function pagedStore(): { readonly store: KeyStore; readonly requests: string[] } {
  const requests: string[] = []
  const inner = memoryKeyStore()
  const store: KeyStore = {
    ...serialStore(inner, async (what) => void requests.push(what)),
    keysAfter: async (prefix, after) => {
      requests.push(`keys after ${after}`)
      const keys = (await inner.keys(prefix)).filter((key) => key > after)
      return { keys: keys.slice(0, PAGE), hasMore: keys.length > PAGE }
    },
  }
  return { store, requests }
}

function entryOf(generation: number): HistoryEntry {
  const text = `feature_${generation}: on\n`
  return {
    ...{ generation, kind: 'staged', text, hash: contentHash(text) },
    ...{ basedOn: 1, by: null, reason: null, at: 1 },
  }
}

const creating = (generation: number) => ({
  key: historyKey(generation),
  bytes: encodeRecord(entryOf(generation)),
})

describe('a store in which each entry is a request, and keys come in pages', () => {
  test.each([
    { newest: 0, most: 1 },
    { newest: 1, most: 1 },
    { newest: PAGE, most: 1 },
    { newest: PAGE + 1, most: 3 },
    { newest: 12_000, most: 9 },
  ])('finds the newest of $newest entries with $most pages at most', async ({ newest, most }) => {
    const { store, requests } = pagedStore()
    await store.write(Array.from({ length: newest }, (_, i) => creating(i + 1)))
    requests.length = 0
    expect((await readState(store)).newest).toBe(newest)
    expect(requests.filter((one) => one.startsWith('keys')).length).toBeLessThanOrEqual(most)
  })

  test.each([
    { title: 'where old ones were pruned', numbers: [7, 29_990, 29_991, 30_000], newest: 30_000 },
    { title: 'where one is left', numbers: [123_456], newest: 123_456 },
  ])('finds the newest $title', async ({ numbers, newest }) => {
    const { store } = pagedStore()
    await store.write(numbers.map(creating))
    await store.write([{ key: 'history/of another tool', bytes: Buffer.from('x') }])
    expect((await readState(store)).newest).toBe(newest)
  })

  test('publishes with few requests over what another tool wrote, however long the history is', async () => {
    const { store, requests } = pagedStore()
    await store.write(Array.from({ length: 3000 }, (_, i) => creating(i + 1)))
    await setOutside(store, 'feature_outside: on\n')
    requests.length = 0
    expect(await publish(store, 'feature_outside: on\nfeature_next: on\n')).toMatchObject({
      ...{ kind: 'published', generation: 3002, basedOn: 3001 },
    })
    expect(requests.length).toBeLessThan(130)
  })

  test('finds the text in force below many generations that were taken back', async () => {
    const { store } = pagedStore()
    await publish(store, 'feature_a: on\n')
    await store.write(Array.from({ length: 60 }, (_, i) => creating(i + 2)))
    const { current, above } = await readState(store)
    expect(current?.generation).toBe(1)
    expect(above.map(({ generation }) => generation)).toEqual(
      Array.from({ length: 60 }, (_, i) => 61 - i),
    )
  })
})
