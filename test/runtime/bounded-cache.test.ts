import { boundedCache } from '../../src/runtime/bounded-cache'

test('the least recently used entry makes room for a new one', () => {
  const cache = boundedCache<true>(2)
  cache.set('a', true)
  cache.set('b', true)
  cache.get('a')
  cache.set('c', true)
  expect([...cache.keys()].sort()).toEqual(['a', 'c'])
})

test('an entry that is replaced takes no more room', () => {
  const cache = boundedCache<{ version: number }>(2)
  cache.set('a', { version: 1 })
  cache.set('b', { version: 1 })
  cache.set('b', { version: 2 })
  expect([cache.get('a'), cache.get('b')]).toEqual([{ version: 1 }, { version: 2 }])
})
