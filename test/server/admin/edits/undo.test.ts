import { readFileSync, writeFileSync } from 'node:fs'
import { worldOf } from '../../../../src/index'
import type {
  AuditLog,
  ChangedUnderneath,
  Saved,
} from '../../../../src/server/admin/edits/contract'
import { closeScenes, LIVE, scene } from '../scene'

afterEach(closeScenes)

const gold = worldOf({ user: { id: 't2_1', name: 'gary', gold: true } })

async function editing(text = LIVE) {
  const here = await scene({}, text)
  const post = async (route: string, body: unknown = { reason: 'it broke' }) => {
    const { status, said } = await here.call('POST')(route, body)
    return { status, json: JSON.parse(said) as Saved & ChangedUnderneath }
  }
  return { ...here, post, text: () => readFileSync(here.path, 'utf8') }
}

test('off adds one line, is in force for everybody, and its rollback restores every byte', async () => {
  const { post, text, features, ask } = await editing()
  expect(features.for(gold).isEnabled('search')).toBe(true)
  const off = await post('/features/search/off')
  expect(off).toMatchObject({
    status: 200,
    json: { edit: { kind: 'off', by: 'local', reason: 'it broke' } },
  })
  expect(text().replace(/^ {2}enabled: .*\n/m, '')).toBe(LIVE)
  expect(features.for(gold).isEnabled('search')).toBe(false)
  const { id } = off.json.edit
  const back = await post(`/edits/${id}/rollback`, { reason: 'it was something else' })
  expect(back).toMatchObject({ status: 200, json: { edit: { kind: 'rollback', rollsBack: id } } })
  expect(text()).toBe(LIVE)
  expect(features.for(gold).isEnabled('search')).toBe(true)
  const { edits } = await ask<AuditLog>('/edits')
  expect(edits.map(({ kind, rolledBackBy }) => [kind, rolledBackBy])).toEqual([
    ['rollback', null],
    ['off', back.json.edit.id],
  ])
  expect((await post(`/edits/${id}/rollback`)).status).toBe(400)
})

test.each([
  ['header', 'yaml that is a word'],
  ['bad', 'an entry that has never been good'],
])('%s, %s, becomes off as a whole', async (name) => {
  const { post, text, features } = await editing()
  expect((await post(`/features/${name}/off`)).status).toBe(200)
  expect(text()).toMatch(new RegExp(`^feature_${name}: "?off"?$`, 'm'))
  expect(features.for(gold).isEnabled(name)).toBe(false)
})

test('an entry that changed since is not rolled back, and all three versions are shown', async () => {
  const { post, path, text, features } = await editing()
  const { json } = await post('/features/header/off')
  const theirs = text().replace(/^feature_header: .*$/m, 'feature_header: { gold: true }')
  writeFileSync(path, theirs)
  await features.reload()
  const back = await post(`/edits/${json.edit.id}/rollback`)
  expect(back.status).toBe(409)
  expect(back.json.preview.conflict?.entries).toEqual([
    expect.objectContaining({
      feature: 'header',
      mine: 'feature_header: on',
      theirs: 'feature_header: { gold: true }',
      isConflict: true,
    }),
  ])
  expect(text()).toBe(theirs)
})

test.each(['delete', 'add'])(
  'the rollback of an edit that %ss an entry undoes it',
  async (kind) => {
    const { post, text, ask, features } = await editing()
    const { files } = await ask<{ files: { source: string; hash: string }[] }>('/config')
    const { source = '', hash: baseHash = '' } = files[0] ?? {}
    const change =
      kind === 'add' ? { kind, feature: 'new', value: { gold: true } } : { kind, feature: 'search' }
    const edit = await post('/edits', { source, baseHash, changes: [change], reason: 'r' })
    expect(edit.status).toBe(200)
    expect((await post(`/edits/${edit.json.edit.id}/rollback`)).status).toBe(200)
    expect(features.snapshot.names).toEqual(['banner', 'header', 'search'].sort())
    if (kind === 'add') expect(text()).toBe(LIVE)
    else expect(text()).toContain('  percent_loggedin: 25\n  gold: true\n  owner: search')
  },
)

test.each([
  ['/features/nobody/off', 404],
  ['/edits/99/rollback', 404],
  ['/edits/x/rollback', 404],
])('%s is answered by %i', async (route, status) => {
  const { post } = await editing()
  expect((await post(route)).status).toBe(status)
})

test('both want a reason', async () => {
  const { post, text } = await editing()
  expect((await post('/features/search/off', {})).status).toBe(400)
  expect((await post('/features/search/off', { reason: ' ' })).status).toBe(400)
  expect(text()).toBe(LIVE)
})
