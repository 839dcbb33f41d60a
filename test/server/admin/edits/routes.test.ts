import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigFiles } from '../../../../src/server/admin/contract'
import type { AuditLog, Preview, Saved } from '../../../../src/server/admin/edits/contract'
import { TokenStore } from '../../../../src/server/token-store'
import { tempDir } from '../../../support/temp-dir'
import { closeScenes, LIVE, scene } from '../scene'

afterEach(closeScenes)

const TO_50 = [{ kind: 'set', feature: 'search', path: ['percent_loggedin'], value: 50 }]

async function editing() {
  const here = await scene()
  const { files } = await here.ask<ConfigFiles>('/config')
  const { source = '', hash: baseHash = '' } = files[0] ?? {}
  const save = (edit: object) =>
    here.call('POST')('/edits', { source, baseHash, reason: 'r', ...edit })
  return { ...here, source, baseHash, save }
}

test('a preview has the diff, the entries and the problems, and writes nothing', async () => {
  const { path, post, source, baseHash } = await editing()
  const preview = await post<Preview>('/edits/preview', { source, baseHash, changes: TO_50 })
  expect(preview).toMatchObject({ source, hash: baseHash, isRefused: false, conflict: null })
  expect(preview.diff).toMatch(/^--- live\.yaml\n\+\+\+ live\.yaml\n@@ /)
  expect(preview.diff).toContain('\n-  percent_loggedin: 25\n+  percent_loggedin: 50\n')
  expect(preview.entries.map(({ feature }) => feature)).toEqual(['search'])
  expect(preview.problems).toContainEqual(
    expect.objectContaining({
      feature: 'bad',
      excerpt: expect.arrayContaining([expect.objectContaining({ isIt: true })]),
    }),
  )
  expect(readFileSync(path, 'utf8')).toBe(LIVE)
})

test('a saved edit is in force when the answer comes, and is in the log', async () => {
  const { path, ask, save, features } = await editing()
  const answer = await save({ changes: TO_50, reason: 'half of them' })
  const saved = JSON.parse(answer.said) as Saved
  expect(answer.status).toBe(200)
  expect(saved.generation).toBe(features.snapshot.generation)
  expect(features.definition('search')).toMatchObject({ value: { percent_loggedin: 50 } })
  expect(readFileSync(path, 'utf8')).toBe(LIVE.replace('loggedin: 25', 'loggedin: 50'))
  const { edits } = await ask<AuditLog>('/edits?feature=search')
  expect(edits).toEqual([saved.edit])
  expect(saved.edit).toMatchObject({ id: 1, by: 'local', reason: 'half of them', kind: 'edit' })
})

test('a file that changed underneath is not overwritten, and edits of other entries merge', async () => {
  const { path, save } = await editing()
  const theirs = LIVE.replace('feature_header: on', 'feature_header: off')
  writeFileSync(path, theirs)
  const answer = await save({ changes: TO_50 })
  const { preview } = JSON.parse(answer.said) as { preview: Preview }
  expect(answer.status).toBe(409)
  expect(readFileSync(path, 'utf8')).toBe(theirs)
  const merged = theirs.replace('loggedin: 25', 'loggedin: 50')
  expect(preview.conflict).toMatchObject({ isBaseLost: false, merged })
  const again = await save({ baseHash: preview.hash, text: preview.conflict?.merged })
  expect(again.status).toBe(200)
  expect(readFileSync(path, 'utf8')).toBe(merged)
})

test('an entry that both changed does not merge, and both versions are shown', async () => {
  const { path, save } = await editing()
  writeFileSync(path, LIVE.replace('loggedin: 25', 'loggedin: 30'))
  const answer = await save({ changes: TO_50 })
  const { preview } = JSON.parse(answer.said) as { preview: Preview }
  expect(answer.status).toBe(409)
  expect(preview.conflict?.merged).toBeNull()
  const [entry] = preview.conflict?.entries ?? []
  expect(entry).toMatchObject({ feature: 'search', isConflict: true })
  expect(
    [entry?.base, entry?.mine, entry?.theirs].map(
      (text) => /loggedin: (\d+)/.exec(text ?? '')?.[1],
    ),
  ).toEqual(['25', '50', '30'])
})

test('an unreadable text never merges into a file that changed underneath', async () => {
  const { path, save } = await editing()
  writeFileSync(path, LIVE.replace('loggedin: 25', 'loggedin: 30'))
  const answer = await save({ text: 'feature_a: [' })
  const { preview } = JSON.parse(answer.said) as { preview: Preview }
  expect([answer.status, preview.conflict?.merged]).toEqual([409, null])
})

test('of a base that is not known any more, nothing merges by itself', async () => {
  const { save } = await editing()
  const answer = await save({ baseHash: 'f'.repeat(64), changes: TO_50 })
  const { preview } = JSON.parse(answer.said) as { preview: Preview }
  expect(answer.status).toBe(409)
  expect(preview.conflict).toMatchObject({ isBaseLost: true, merged: null })
})

test.each([
  ['an entry', LIVE.replace('gold: true', 'gold: maybe')],
  ['the whole file', 'feature_a: ['],
])('a new text with a new error in %s is refused', async (_, text) => {
  const { path, save } = await editing()
  const answer = await save({ text })
  expect(answer.status).toBe(422)
  expect(JSON.parse(answer.said)).toMatchObject({ error: { code: 'refused' } })
  expect(readFileSync(path, 'utf8')).toBe(LIVE)
})

test.each<[string, object, number, string]>([
  ['no reason', { changes: TO_50, reason: '' }, 400, 'bad_request'],
  ['changes and a text', { changes: TO_50, text: LIVE }, 400, 'bad_request'],
  ['neither changes nor a text', {}, 400, 'bad_request'],
  ['no changes', { changes: [] }, 400, 'bad_request'],
  ['an unknown kind', { changes: [{ kind: 'burn', feature: 'search' }] }, 400, 'bad_request'],
  ['a feature that is not there', { changes: [{ kind: 'delete', feature: 'x' }] }, 400, 'bad_edit'],
  ['nothing that changes', { text: LIVE }, 400, 'bad_edit'],
  ['another file', { source: '/etc/passwd', text: '' }, 404, 'not_found'],
  ['a path that leads elsewhere', { source: '../live.yaml', text: '' }, 404, 'not_found'],
])('an edit with %s is not made', async (_, edit, status, code) => {
  const { path, save } = await editing()
  const answer = await save(edit)
  expect([answer.status, JSON.parse(answer.said)]).toEqual([
    status,
    { error: { code, message: expect.any(String) } },
  ])
  expect(readFileSync(path, 'utf8')).toBe(LIVE)
})

test('a viewer may read the log, and neither preview nor save', async () => {
  const db = join(tempDir(), 'server.db')
  const store = new TokenStore(db, 'test')
  const { token } = store.create({ name: 'vera', scopes: ['viewer'] }, 0)
  const { url } = await scene({ db })
  const statusOf = async (method: string, route: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${url}/api/v1${route}`, { method, headers })).status
  }
  expect(await statusOf('GET', '/edits')).toBe(200)
  expect(await statusOf('POST', '/edits')).toBe(403)
  expect(await statusOf('POST', '/edits/preview')).toBe(403)
  store.close()
})
