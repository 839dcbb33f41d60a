import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import type { EditLog, NewEdit } from '../../../../src/server/admin/edits/edit-log'
import { MemoryEditLog } from '../../../../src/server/admin/edits/memory-edit-log'
import { SqlEditLog } from '../../../../src/server/admin/edits/sql-edit-log'
import { openDatabase } from '../../../../src/server/database'
import { StoredMap } from '../../../../src/server/stored-map'
import { tempDir } from '../../../support/temp-dir'

const edit = (feature: string, more: Partial<NewEdit> = {}): NewEdit => ({
  at: 1,
  by: 'ann',
  reason: 'why',
  kind: 'edit',
  source: 'live.yaml',
  entries: [{ feature, before: null, after: `feature_${feature}: on` }],
  diff: '',
  hashBefore: 'a',
  hashAfter: 'b',
  rollsBack: null,
  proposal: null,
  approvedBy: null,
  ...more,
})

function add(log: EditLog, made: NewEdit): number {
  const id = log.begin(made)
  log.confirm({ id, ...made }, 'text')
  return id
}

const idsOf = ({ edits, hasMore }: ReturnType<EditLog['list']>) => [
  edits.map(({ id }) => id),
  hasMore,
]

describe.each([
  ['in memory', () => new MemoryEditLog()],
  ['in SQLite', () => new SqlEditLog(openDatabase(':memory:', 'test'))],
])('a log %s', (_, open) => {
  test('lists edits by feature and page, the newest first', () => {
    const log = open()
    for (const feature of ['a', 'b', 'a', 'a']) add(log, edit(feature))
    expect(idsOf(log.list(undefined, Infinity, 3))).toEqual([[4, 3, 2], true])
    expect(idsOf(log.list(undefined, 2, 3))).toEqual([[1], false])
    expect(idsOf(log.list('a', Infinity, 3))).toEqual([[4, 3, 1], false])
    expect(idsOf(log.list('a', 3, 3))).toEqual([[1], false])
    expect(idsOf(log.list('c', 3, 3))).toEqual([[], false])
  })

  test('names the edit that rolls another one back, once it is made', () => {
    const log = open()
    add(log, edit('a'))
    const back = edit('a', { rollsBack: 1 })
    const id = log.begin(back)
    expect(log.get(1)).toMatchObject({ rolledBackBy: null })
    log.confirm({ id, ...back }, 'text')
    expect(log.get(1)).toMatchObject({ rolledBackBy: id })
  })

  test('has a pending edit in no list, and in the right place once it is confirmed', () => {
    const log = open()
    const first = edit('a', { by: 'first' })
    const id = log.begin(first)
    add(log, edit('a', { by: 'second', source: 'second.yaml' }))
    add(log, edit('b', { source: 'second.yaml' }))
    expect(log.pendingOf('live.yaml')).toMatchObject([{ id, by: 'first' }])
    expect(log.pendingOf('other.yaml')).toEqual([])
    expect([log.get(id), ...idsOf(log.list('a', Infinity, 9))]).toEqual([undefined, [2], false])
    expect(log.lastOf('a')).toMatchObject({ by: 'second' })
    log.confirm({ id, ...first }, 'text')
    log.confirm({ id, ...first }, 'text')
    expect(idsOf(log.list('a', Infinity, 9))).toEqual([[2, 1], false])
    expect(log.lastOf('a')).toMatchObject({ by: 'second' })
    expect(log.pendingOf('live.yaml')).toEqual([])
  })

  test('gives the number of a cancelled edit to no other', () => {
    const log = open()
    const cancelled = edit('a')
    log.cancel({ id: log.begin(cancelled), ...cancelled })
    expect(add(log, edit('b'))).toBe(2)
    expect(idsOf(log.list(undefined, Infinity, 9))).toEqual([[2], false])
    expect(log.lastOf('a')).toBeUndefined()
  })

  test('writes a change outside once, and only while the file is as it was seen', () => {
    const log = open()
    const outside = edit('a', { kind: 'outside', by: null, reason: null })
    const seen = { hash: 'b', text: 'new' }
    log.see('live.yaml', { hash: 'a', text: 'old' })
    expect(log.addOutside(outside, seen, () => false)).toBe(false)
    expect(log.seen('live.yaml')).toEqual({ hash: 'a', text: 'old' })
    expect(log.addOutside(outside, seen, () => true)).toBe(true)
    expect(log.addOutside(outside, seen, () => true)).toBe(false)
    expect(log.seen('live.yaml')).toEqual(seen)
    expect(log.list('a', Infinity, 9).edits).toMatchObject([{ kind: 'outside', by: null }])
  })

  test('knows who made a file what it is, and nobody once it changed outside', () => {
    const log = open()
    add(log, edit('a', { hashAfter: 'b' }))
    const next = edit('a', { by: 'ben', hashBefore: 'b', hashAfter: 'c' })
    log.begin(next)
    const cause = (hash: string) => log.causeOf('live.yaml', hash)?.by
    expect([cause('b'), cause('c'), cause('d')]).toEqual(['ann', 'ben', undefined])
    expect(log.causeOf('other.yaml', 'b')).toBeUndefined()
    log.addOutside(
      edit('a', { kind: 'outside', hashBefore: 'b', hashAfter: 'd' }),
      { hash: 'd', text: '' },
      () => true,
    )
    expect(cause('b')).toBeUndefined()
  })
})

test('in memory the oldest of 10,000 edits are forgotten', () => {
  const log = new MemoryEditLog(3)
  for (const feature of ['a', 'b', 'c', 'd']) add(log, edit(feature))
  expect(idsOf(log.list(undefined, Infinity, 9))).toEqual([[4, 3, 2], false])
  expect([log.lastOf('a'), log.lastOf('b')]).toMatchObject([undefined, { by: 'ann' }])
})

test('two servers of one file give each edit a number of its own, and see the other’s at once', () => {
  const path = join(tempDir(), 'server.db')
  const logs = [openDatabase(path, 'test'), openDatabase(path, 'test')].map(
    (database) => new SqlEditLog(database),
  )
  const [one, other] = logs as [SqlEditLog, SqlEditLog]
  expect(other.lastOf('a')).toBeUndefined()
  expect([add(one, edit('a')), add(other, edit('a', { by: 'ben' })), add(one, edit('b'))]).toEqual([
    1, 2, 3,
  ])
  expect(idsOf(other.list(undefined, Infinity, 9))).toEqual([[3, 2, 1], false])
  expect(one.lastOf('a')).toMatchObject({ by: 'ben' })
  expect(other.lastOf('b')).toMatchObject({ by: 'ann' })
})

test('of two servers that save one file at once, one is told to try again', () => {
  const path = join(tempDir(), 'server.db')
  const [one, other] = [0, 1].map(() => new SqlEditLog(openDatabase(path, 'test'))) as [
    SqlEditLog,
    SqlEditLog,
  ]
  const first = edit('a')
  const id = one.begin(first)
  expect(() => other.begin(edit('b'))).toThrow('another server is saving live.yaml; try again')
  expect(other.begin(edit('b', { source: 'other.yaml' }))).toBe(2)
  one.confirm({ id, ...first }, 'text')
  expect(other.begin(edit('b'))).toBe(3)
})

test('the edits of a database of before are taken over, with their numbers, once', () => {
  const path = join(tempDir(), 'server.db')
  const before = openDatabase(path, 'test')
  const stored = new StoredMap(before, 'edits')
  stored.set('1', { id: 1, ...edit('a'), rolledBackBy: 2 })
  stored.set('2', { id: 2, ...edit('a', { kind: 'rollback', rollsBack: 1 }), rolledBackBy: null })
  const log = new SqlEditLog(before)
  expect(log.list('a', Infinity, 9).edits).toEqual([
    { id: 2, ...edit('a', { kind: 'rollback', rollsBack: 1 }), rolledBackBy: null },
    { id: 1, ...edit('a'), rolledBackBy: 2 },
  ])
  // A server of before, started once more, begins a table of its own.
  new StoredMap(before, 'edits').set('1', { id: 1, ...edit('b'), rolledBackBy: null })
  const again = new SqlEditLog(before)
  expect(idsOf(again.list(undefined, Infinity, 9))).toEqual([[3, 2, 1], false])
  expect(add(again, edit('c'))).toBe(4)
  before.close()
})

test('a page ends early where its edits are long, and the next one goes on there', () => {
  const log = new SqlEditLog(openDatabase(':memory:', 'test'))
  const diff = 'x'.repeat(5 * 1024 * 1024)
  for (let i = 0; i < 3; i++) add(log, edit('a', { diff }))
  expect(idsOf(log.list(undefined, Infinity, 9))).toEqual([[3, 2], true])
  expect(idsOf(log.list('a', 2, 9))).toEqual([[1], false])
})

test('a claim that throws leaves nothing behind', () => {
  const log = new SqlEditLog(openDatabase(':memory:', 'test'))
  expect(() =>
    log.begin(edit('a'), () => {
      throw new Error('taken')
    }),
  ).toThrow('taken')
  expect(log.pendingOf('live.yaml')).toEqual([])
})

test.each<[string, (database: BetterSqlite3.Database, path: string) => void, string]>([
  [
    'locked',
    (_, path) => void new BetterSqlite3(path).exec('BEGIN EXCLUSIVE'),
    'database is locked',
  ],
  [
    'full',
    (database) =>
      database.pragma(
        `max_page_count = ${database.pragma('page_count', { simple: true }) as number}`,
      ),
    'database or disk is full',
  ],
  ['read only', (database) => database.pragma('query_only = ON'), 'readonly'],
])('a database that is %s refuses an edit before it begins', (_, spoil, problem) => {
  const path = join(tempDir(), 'server.db')
  const database = new BetterSqlite3(path, { timeout: 0 })
  const log = new SqlEditLog(database)
  spoil(database, path)
  expect(() => log.begin(edit('a', { diff: 'x'.repeat(1e6) }))).toThrow(problem)
})
