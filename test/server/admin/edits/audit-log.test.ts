import { EditLog } from '../../../../src/server/admin/edits/audit-log'
import { openDatabase } from '../../../../src/server/database'

const edit = (feature: string, rollsBack: number | null = null) => ({
  at: 1,
  by: 'ann',
  reason: 'why',
  kind: 'edit' as const,
  source: 'live.yaml',
  entries: [{ feature, before: null, after: `feature_${feature}: on` }],
  diff: '',
  hashBefore: 'a',
  hashAfter: 'b',
  rollsBack,
  proposal: null,
  approvedBy: null,
})

test.each([
  ['in memory', undefined],
  ['in SQLite', openDatabase(':memory:', 'test')],
])('edits are listed by feature and page, the newest first: %s', (_, database) => {
  const log = new EditLog(database)
  for (const feature of ['a', 'b', 'a', 'a']) log.add(edit(feature))
  const ids = (page: ReturnType<EditLog['list']>) => [page.edits.map(({ id }) => id), page.hasMore]
  expect(ids(log.list(undefined, Infinity, 3))).toEqual([[4, 3, 2], true])
  expect(ids(log.list('a', Infinity, 3))).toEqual([[4, 3, 1], false])
  expect(ids(log.list('a', 3, 3))).toEqual([[1], false])
  database?.close()
})

test('an edit that another one rolls back names it', () => {
  const log = new EditLog(undefined)
  log.add(edit('a'))
  log.add(edit('a', 1))
  expect(log.get(1)).toMatchObject({ rolledBackBy: 2 })
})
