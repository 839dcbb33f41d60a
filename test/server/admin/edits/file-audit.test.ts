import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FeatureList } from '../../../../src/server/admin/contract'
import type { AuditLog, Saved } from '../../../../src/server/admin/edits/contract'
import { contentHash } from '../../../../src/sources/bytes'
import { eventually } from '../../../support/eventually'
import { tempDir } from '../../../support/temp-dir'
import { closeScenes, LIVE, scene, serving } from '../scene'

afterEach(closeScenes)

const AT_30 = LIVE.replace('loggedin: 25', 'loggedin: 30')

const auditing = async (options: Parameters<typeof scene>[0] = {}) => {
  const here = await scene(options)
  const logged = async () => (await here.ask<AuditLog>('/edits')).edits
  await logged()
  return { ...here, logged, write: (text: string) => writeFileSync(here.path, text) }
}

test.each([
  ['with a database', () => ({ db: join(tempDir(), 'server.db') })],
  ['without', () => ({})],
])('a change of the file itself is in the log once, by nobody: %s', async (_, options) => {
  const { logged, write, path, post, ask } = await auditing(options())
  write(AT_30)
  const [edit, ...others] = await logged()
  expect(others).toEqual([])
  expect(edit).toEqual({
    ...{ id: 1, at: expect.any(Number), by: null, reason: null, kind: 'outside', source: path },
    entries: [
      {
        feature: 'search',
        before: expect.stringContaining('percent_loggedin: 25\n'),
        after: expect.stringContaining('percent_loggedin: 30\n'),
      },
    ],
    diff: expect.stringContaining('\n-  percent_loggedin: 25\n+  percent_loggedin: 30\n'),
    ...{ hashBefore: contentHash(LIVE), hashAfter: contentHash(AT_30) },
    ...{ rollsBack: null, rolledBackBy: null, proposal: null, approvedBy: null },
  })
  expect(await logged()).toEqual([edit])
  const back = await post<Saved>('/edits/1/rollback', { reason: 'not so fast' })
  expect(back.edit).toMatchObject({ kind: 'rollback', by: 'local', rollsBack: 1 })
  expect(readFileSync(path, 'utf8')).toBe(LIVE)
  expect((await logged()).map(({ kind, rolledBackBy }) => [kind, rolledBackBy])).toEqual([
    ['rollback', null],
    ['outside', 2],
  ])
  const { features } = await ask<FeatureList>('/features')
  expect(features.find(({ name }) => name === 'search')?.lastEdit).toMatchObject({ by: 'local' })
})

test('it is written when the change comes into force, though nobody asks', async () => {
  const db = join(tempDir(), 'server.db')
  const { write, close, features } = await auditing({ db })
  write(AT_30)
  await features.reload()
  await close()
  const again = await serving(features, { db })
  const { edits } = await again.ask<AuditLog>('/edits')
  expect(edits.map(({ kind }) => kind)).toEqual(['outside'])
})

test('what changed while no server ran is found at the start', async () => {
  const db = join(tempDir(), 'server.db')
  const { write, close, features } = await auditing({ db })
  await close()
  write(AT_30)
  await features.reload()
  const again = await serving(features, { db })
  const { edits } = await again.ask<AuditLog>('/edits')
  expect(edits.map(({ kind, entries }) => [kind, entries.length])).toEqual([['outside', 1]])
})

test('several servers of one database write it once', async () => {
  const db = join(tempDir(), 'server.db')
  const { write, features, logged, ask } = await auditing({ db })
  const others = [await serving(features, { db }), await serving(features, { db })]
  write(AT_30)
  const lists = await Promise.all([
    ask<AuditLog>('/edits'),
    ...others.map((server) => server.ask<AuditLog>('/edits')),
  ])
  await features.reload()
  expect(new Set(lists.map(({ edits }) => edits.length))).toEqual(new Set([1]))
  expect(await logged()).toHaveLength(1)
})

test('a save is no change of somebody else, on no server', async () => {
  const db = join(tempDir(), 'server.db')
  const { post, features, logged } = await auditing({ db })
  const other = await serving(features, { db })
  await other.ask('/edits')
  await post('/features/header/off', { reason: 'r' })
  expect((await other.ask<AuditLog>('/edits')).edits.map(({ kind }) => kind)).toEqual(['off'])
  expect((await logged()).map(({ kind }) => kind)).toEqual(['off'])
})

test('a comment outside of entries has a diff, and nothing to roll back', async () => {
  const { logged, write, call } = await auditing()
  write(`${LIVE}# The end.\n`)
  expect(await logged()).toMatchObject([
    { entries: [], diff: expect.stringContaining('+# The end.') },
  ])
  const { status, said } = await call('POST')('/edits/1/rollback', { reason: 'r' })
  expect([status, said]).toEqual([400, expect.stringContaining('changed no entry')])
})

test('a text that cannot be read removes nothing, and the next is compared with the one before', async () => {
  const { logged, write } = await auditing()
  write('feature_search: [')
  expect(await logged()).toMatchObject([{ entries: [], hashBefore: contentHash(LIVE) }])
  write(AT_30)
  const [fixed] = await logged()
  expect(fixed).toMatchObject({ hashBefore: contentHash('feature_search: [') })
  expect(fixed?.entries.map(({ feature }) => feature)).toEqual(['search'])
})

test('a change that is seen by the watch alone is on the list of features, by nobody', async () => {
  const { ask, write } = await auditing()
  write(AT_30)
  await eventually('the list has it', async () => {
    const { features } = await ask<FeatureList>('/features')
    return features.find(({ name }) => name === 'search')?.lastEdit?.by === null
  })
})
