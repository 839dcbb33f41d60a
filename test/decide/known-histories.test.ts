import { KnownHistories } from '../../src/decide/known-histories'
import type { History } from '../../src/recording/store'

const history = (...ids: string[]): History => ({
  assigned: ids.map((experimentId) => ({ experimentId, variantId: 'a', firstAt: 1, lastAt: 1 })),
  domains: [],
})

test('a history is that which was read or written last', () => {
  const known = new KnownHistories()
  expect(known.of('u1')).toBeUndefined()
  known.remember('u1', history('a'))
  known.remember('u1', history('a', 'b'))
  expect(known.of('u1')).toEqual(history('a', 'b'))
})

test('what the store had before and has no more is told, once', () => {
  const known = new KnownHistories()
  expect(known.remember('u1', history('a', 'b'))).toEqual([])
  expect(known.remember('u1', history('b'))).toEqual(['a'])
  expect(known.remember('u1', history('b'))).toEqual([])
})

test('some megabytes of them are remembered, and the oldest forgotten', () => {
  const known = new KnownHistories()
  for (let i = 0; i < 100_000; i++) known.remember(`u${i}`, history('a', 'b'))
  expect(known.of('u0')).toBeUndefined()
  expect(known.of('u99999')).toEqual(history('a', 'b'))
})
