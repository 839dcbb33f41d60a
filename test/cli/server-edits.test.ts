/** `edits:liveflag.db@17`: diff, at and bisect over what was edited on a server's dashboard, and outside. */
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import type { ConfigFiles } from '../../src/server/admin/contract'
import { openDatabase } from '../../src/server/database'
import { SqlEditLog } from '../../src/server/admin/edits/sql-edit-log'
import { closeScenes, scene } from '../server/admin/scene'
import { eventually } from '../support/eventually'
import { tempDir } from '../support/temp-dir'
import { liveflag } from './captured-terminal'

const GARY = ['--world', '{"user": {"id": "t2_beef", "name": "gary"}}']

afterEach(closeScenes)

/** Somebody saved, somebody else wrote into the file, and the first one saved again. */
async function edited() {
  const db = join(tempDir(), 'server.db')
  const here = await scene({ db }, '# begin\nfeature_a: off\n\nfeature_b: on\n')
  const save = async (value: unknown, reason: string): Promise<void> => {
    const { files } = await here.ask<ConfigFiles>('/config')
    const { source = '', hash: baseHash = '' } = files[0] ?? {}
    const changes = [{ kind: 'set', feature: 'a', value }]
    const saved = await here.call('POST')('/edits', { source, baseHash, reason, changes })
    if (saved.status !== 200) throw new Error(saved.said)
  }
  await save({ users: ['gary'] }, 'for gary')
  writeFileSync(here.path, '# by hand\nfeature_a: {users: [wendy]}\nfeature_b: on\n')
  await eventually('the outside edit', async () => {
    const { edits } = await here.ask<{ edits: readonly object[] }>('/edits')
    return edits.length === 2
  })
  await save('on', 'for all')
  return { db, path: here.path, name: `edits:${db}` }
}

test('bisect names who edited what, when and why, also beside a server that runs', async () => {
  const { name, path } = await edited()
  const { code, out, err } = await liveflag(['bisect', name, 'a', '--all', ...GARY])
  const lines = out.replaceAll(/\d{4}-\S+Z/g, 'THEN').split('\n')
  expect({ code, err, heads: lines.filter((line) => /^\S/.test(line)) }).toEqual({
    code: 0,
    err: '',
    heads: [
      'edit 3  THEN  local  for all',
      'edit 2  THEN  nobody that is known  written by another tool',
      'edit 1  THEN  local  for gary',
      'before the first edit that the server saw',
    ],
  })
  expect(lines[1]).toBe('  before: off; a is OFF because no selector claims the visitor (line 2)')
  const { out: json } = await liveflag(['bisect', `${name}#${path}`, 'a', '--json', ...GARY])
  expect(JSON.parse(json)).toMatchObject({
    versions: 4,
    edits: [{ edit: { edit: 3, by: 'local', reason: 'for all', kind: 'edit' } }],
  })
})

describe('where more changed at once than the log keeps', () => {
  /** Of edit 2, which another tool made, only the hash is kept: what was before it is not known. */
  async function unknownBefore() {
    const found = await edited()
    const database = openDatabase(found.db, 'test')
    database.prepare("update liveflag_edit_log set diff = '# too long' where id = 2").run()
    database.close()
    return found
  }

  test('bisect blames no edit for the texts that are not known', async () => {
    const { name, path } = await unknownBefore()
    const { code, out, err } = await liveflag(['bisect', name, 'b', ...GARY])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err.replaceAll(/\d{4}-\S+Z/g, 'THEN')).toContain(
      `of edits:${name.slice(6)}#${path} nothing is known from edit 1 of THEN back, and the answer was the same since: its text is not known`,
    )
    const asked = ['bisect', name, 'b', '--json', ...GARY]
    expect(JSON.parse((await liveflag(asked)).out)).toMatchObject({
      ...{ edits: [], unknown: { edit: 1 } },
    })
    expect((await liveflag(['bisect', name, 'none', ...GARY])).err).toContain('has no feature_none')
  })

  test('bisect names those of the others, and says from where on nothing is known', async () => {
    const { name } = await unknownBefore()
    const { code, out, err } = await liveflag(['bisect', name, 'a', '--all', ...GARY])
    const heads = out.split('\n').filter((line) => /^\S/.test(line))
    expect([code, heads]).toEqual([0, [expect.stringMatching(/^edit 3 .* for all$/)]])
    expect(err).toContain('nothing is known from edit 1 of')
    expect((await liveflag(['bisect', name, 'a', ...GARY])).err).toBe('')
  })
})

test('diff compares texts of the log, and 0 is the one before the first edit', async () => {
  const { name, path } = await edited()
  const { out } = await liveflag(['diff', `${name}@0`, `${name}@1`])
  expect(out).toContain('user gary: all gain it (off → on)')
  expect(out).toContain(`${name}#${path}@0 → ${name}#${path}@1`)
  expect((await liveflag(['diff', name, path])).out).toContain('Nobody gets another answer: proven')
  expect((await liveflag(['diff', `${name}@1d`, `${name}@3`])).out).toContain('gain')
})

test('at answers by the text of then', async () => {
  const { name } = await edited()
  const long = await liveflag(['at', '2026-01-01', name, 'a', ...GARY])
  expect(long.out.split('\n').slice(0, 2)).toEqual([
    'before the first edit that the server saw',
    'a  OFF  disabled',
  ])
  const now = await liveflag(['at', '0m', name, 'a', '--json', ...GARY], { now: () => new Date() })
  expect(JSON.parse(now.out)).toMatchObject({
    edit: { edit: 3 },
    decisions: { a: { enabled: true } },
  })
})

test.each([
  [
    'an edit that there is not',
    '@9',
    /has no edit 9; it has edits 1 to 3, and 0 is the text before/,
  ],
  [
    'a live config that the server does not have',
    '#other.yaml',
    /has no edits of other\.yaml, but/,
  ],
  ['what is neither a number nor a time', '@9x', /write a day such as/],
])('%s is told with what there is', async (_, which, says) => {
  const { name } = await edited()
  const { code, err } = await liveflag(['diff', name + which, `${name}@1`])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) as string })
})

test('a file that is not there is named, with the reason', async () => {
  const path = join(tempDir(), 'nope.db')
  expect(await liveflag(['bisect', `edits:${path}`, 'a'])).toMatchObject({
    code: 2,
    err: `liveflag: edits:${path} cannot be read (unable to open database file); give the SQLite file of a server, with its edits\n`,
  })
})

test('of several live configs one is to be named, by its path or the end of it', async () => {
  const db = join(tempDir(), 'two.db')
  const database = openDatabase(db, 'test')
  const log = new SqlEditLog(database)
  for (const source of ['/etc/a/live.yaml', '/etc/b/live.yaml'])
    log.see(source, { hash: 'x', text: `feature_${source.slice(5, 6)}: on\n` })
  database.close()
  const evaluated = (name: string) => liveflag(['diff', name, name])
  expect((await evaluated(`edits:${db}`)).err).toContain(
    `has the edits of /etc/a/live.yaml, /etc/b/live.yaml; say of which: edits:${db}#/etc/a/live.yaml`,
  )
  expect((await evaluated(`edits:${db}#a/live.yaml`)).out).toContain('Nobody gets another answer')
  expect((await evaluated(`edits:${db}#live.yaml`)).err).toContain('has no edits of live.yaml, but')
})
