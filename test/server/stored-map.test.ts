import { join } from 'node:path'
import { openDatabase } from '../../src/server/database'
import { StoredMap } from '../../src/server/stored-map'
import { tempDir } from '../support/temp-dir'

interface Value {
  readonly n: number
}

test('without a database, values live in memory, in the order of their keys', () => {
  const map = new StoredMap<Value>(undefined, 'things')
  map.set('b', { n: 1 })
  map.set('a', { n: 2 })
  map.set('b', { n: 3 })
  expect(map.entries()).toEqual([
    ['b', { n: 3 }],
    ['a', { n: 2 }],
  ])
  expect([map.delete('b'), map.delete('b'), map.get('b'), map.size]).toEqual([
    true,
    false,
    undefined,
    1,
  ])
})

test('what one process writes, another reads at once', () => {
  const path = join(tempDir(), 'server.db')
  const [one, other] = [openDatabase(path, 'test'), openDatabase(path, 'test')]
  const [written, read] = [
    new StoredMap<Value>(one, 'things'),
    new StoredMap<Value>(other, 'things'),
  ]
  written.set('a', { n: 1 })
  expect(read.get('a')).toEqual({ n: 1 })
  read.delete('a')
  expect(written.get('a')).toBeUndefined()
  one.close()
  other.close()
})
