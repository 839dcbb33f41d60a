/** What is in the log and what is in the file agree, whatever fails between the two. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import type { ConfigFiles } from '../../../../src/server/admin/contract'
import type { AuditLog, Saved } from '../../../../src/server/admin/edits/contract'
import { SqlEditLog } from '../../../../src/server/admin/edits/sql-edit-log'
import { openDatabase } from '../../../../src/server/database'
import { contentHash } from '../../../../src/sources/bytes'
import { tempDir } from '../../../support/temp-dir'
import { typeScript } from '../../../support/type-script'
import { closeScenes, LIVE, scene, serving } from '../scene'

afterEach(closeScenes)

const TO_50 = [{ kind: 'set', feature: 'search', path: ['percent_loggedin'], value: 50 }]
const AT_50 = LIVE.replace('loggedin: 25', 'loggedin: 50')

/** A server with a database, and what goes wrong in that: SQL by another connection. */
async function editing(db = join(tempDir(), 'server.db')) {
  const here = await scene({ db })
  const { files } = await here.ask<ConfigFiles>('/config')
  const { source = '', hash: baseHash = '' } = files[0] ?? {}
  const save = async () => {
    const edit = { source, baseHash, reason: 'r', changes: TO_50 }
    const { status, said } = await here.call('POST')('/edits', edit)
    return {
      status,
      json: JSON.parse(said) as Saved & { error?: { code: string; message: string } },
    }
  }
  const logged = async () => (await here.ask<AuditLog>('/edits')).edits
  const other = new BetterSqlite3(db)
  const refuse = (what: string) =>
    other.exec(
      `CREATE TRIGGER refusal BEFORE ${what} ON liveflag_edit_log BEGIN SELECT RAISE(ABORT, 'no room'); END`,
    )
  const allow = () => other.exec('DROP TRIGGER refusal')
  return { ...here, db, save, logged, refuse, allow, text: () => readFileSync(here.path, 'utf8') }
}

test('a log that cannot be written leaves the file as it is, and the answer says so', async () => {
  const { save, logged, refuse, allow, text } = await editing()
  refuse('INSERT')
  const { status, json } = await save()
  expect([status, json.error?.code]).toEqual([503, 'unwritable'])
  expect(json.error?.message).toMatch(/cannot be written \(no room\); it is as it was$/)
  expect([text(), await logged()]).toEqual([LIVE, []])
  allow()
  expect((await save()).status).toBe(200)
  expect((await logged()).map(({ kind }) => kind)).toEqual(['edit'])
})

test('a log that fails after the file is saved has the edit as soon as it can be written', async () => {
  const { save, logged, refuse, allow, text, features } = await editing()
  refuse('UPDATE')
  const { status, json } = await save()
  expect([status, json.edit.reason, text()]).toEqual([200, 'r', AT_50])
  expect(features.definition('search')).toMatchObject({ value: { percent_loggedin: 50 } })
  expect(await logged()).toEqual([])
  allow()
  expect(await logged()).toEqual([json.edit])
})

test('a file that changed while the new one was written has no edit in the log', async () => {
  const { save, logged, path, text } = await editing()
  const theirs = `${LIVE}# Theirs.\n`
  writeFileSync(path, theirs)
  expect((await save()).status).toBe(409)
  expect(text()).toBe(theirs)
  expect((await logged()).map(({ kind }) => kind)).toEqual(['outside'])
})

test.each([
  ['after it replaced the file, has its edit in the log', AT_50, [['edit', 'ann']]],
  ['before it replaced the file, has made no edit', LIVE, []],
  [
    'after which the file changed once more, has made no edit, and the change is shown as nobody’s',
    `${AT_50}# More.\n`,
    [['outside', null]],
  ],
])('a server that was killed %s', async (_, now, expected) => {
  const db = join(tempDir(), 'server.db')
  const { path, features } = await scene()
  const log = new SqlEditLog(openDatabase(db, 'test'))
  log.see(path, { hash: contentHash(LIVE), text: LIVE })
  log.begin({
    at: features.now() - 60_000,
    by: 'ann',
    reason: 'r',
    kind: 'edit',
    source: path,
    entries: [],
    diff: '',
    hashBefore: contentHash(LIVE),
    hashAfter: contentHash(AT_50),
    rollsBack: null,
    proposal: null,
    approvedBy: null,
  })
  writeFileSync(path, now)
  await features.reload()
  const { ask } = await serving(features, { db })
  const { edits } = await ask<AuditLog>('/edits')
  expect(edits.map(({ kind, by }) => [kind, by])).toEqual(expected)
  expect(log.pendingOf(path)).toEqual([])
})

test.each([
  ['before', LIVE, []],
  ['after', AT_50, [['edit', 'ann']]],
] as const)(
  'a process that is killed %s it replaces the file leaves both as one',
  async (moment, now, expected) => {
    const db = join(tempDir(), 'server.db')
    const { path, features } = await scene()
    const ended = spawnSync(
      process.execPath,
      [
        ...typeScript,
        'test/support/killed-save-process.ts',
        db,
        path,
        contentHash(LIVE),
        AT_50,
        moment,
      ],
      { encoding: 'utf8' },
    )
    expect([ended.signal, ended.stderr]).toEqual(['SIGKILL', ''])
    await features.reload()
    const { ask, post } = await serving(features, { db })
    const { edits } = await ask<AuditLog>('/edits')
    expect(edits.map(({ kind, by }) => [kind, by])).toEqual(expected)
    expect(readFileSync(path, 'utf8')).toBe(now)
    const { edit } = await post<Saved>('/features/header/off', { reason: 'r' })
    expect(edit.id).toBe(2)
  },
)
