import { boundedCache, entryBytes } from '../../src/runtime/bounded-cache'

const TWO_ENTRIES = 2 * entryBytes('a')

test('the least recently used entry makes room for a new one', () => {
  const cache = boundedCache<true>(TWO_ENTRIES)
  cache.set('a', true)
  cache.set('b', true)
  cache.get('a')
  cache.set('c', true)
  expect([...cache.keys()].sort()).toEqual(['a', 'c'])
})

test('an entry that is replaced takes no more room', () => {
  const cache = boundedCache<{ version: number }>(TWO_ENTRIES)
  cache.set('a', { version: 1 })
  cache.set('b', { version: 1 })
  cache.set('b', { version: 2 })
  expect([cache.get('a'), cache.get('b')]).toEqual([{ version: 1 }, { version: 2 }])
})

test('long keys and large values take more room than short ones', () => {
  const cache = boundedCache<{ bytes: number }>(1000, ({ bytes }, key) => key.length + bytes)
  cache.set('small', { bytes: 100 })
  cache.set('k'.repeat(600), { bytes: 1 })
  cache.set('large', { bytes: 500 })
  expect([...cache.keys()]).toEqual(['large'])
})
