import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAtPath, openDatabase } from '../../src/server/database'
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

test.each<[what: string, lose: (path: string) => void]>([
  ['deleted', (path) => rmSync(path)],
  ['moved', (path) => renameSync(path, `${path}.old`)],
  ['replaced', (path) => (writeFileSync(`${path}.new`, ''), renameSync(`${path}.new`, path))],
])('a value is not there when the file was %s before it was written', (_, lose) => {
  const path = join(tempDir(), 'server.db')
  const database = openDatabase(path, 'test')
  const map = new StoredMap<Value>(database, 'things')
  map.set('a', { n: 1 })
  expect(isAtPath(database)).toBe(true)
  lose(path)
  expect(isAtPath(database)).toBe(false)
  expect(() => map.set('b', { n: 2 })).toThrow(/deleted, moved or replaced while it was open/)
  expect(map.get('b')).toBeUndefined()
  database.close()
  expect(existsSync(`${path}-wal`)).toBe(false)
})
