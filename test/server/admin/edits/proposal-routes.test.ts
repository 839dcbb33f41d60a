import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigFiles, Role, Session } from '../../../../src/server/admin/contract'
import type {
  AuditLog,
  Preview,
  Proposal,
  ProposalDetail,
  Proposals,
  Saved,
} from '../../../../src/server/admin/edits/contract'
import { TokenStore } from '../../../../src/server/token-store'
import { tempDir } from '../../../support/temp-dir'
import { closeScenes, LIVE, scene, serving } from '../scene'

afterEach(closeScenes)

type Said = Omit<Proposal, 'edit'> &
  Saved &
  Preview & {
    readonly error: { readonly code: string; readonly message: string }
    readonly preview: Preview | null
  }

const PEOPLE: Readonly<Record<string, Role>> = {
  vera: 'viewer',
  ed: 'editor',
  eve: 'editor',
  ann: 'approver',
  amy: 'approver',
  ada: 'admin',
}

const to = (percent: number, feature = 'search') => [
  { kind: 'set', feature, path: ['percent_loggedin'], value: percent },
]
const AT_50 = LIVE.replace('loggedin: 25', 'loggedin: 50')

/** A server with approvals and people; each asks with a token of their own. */
async function reviewing(options: Parameters<typeof scene>[0] = {}) {
  const db = join(tempDir(), 'server.db')
  const store = new TokenStore(db, 'test')
  const tokens = new Map(
    Object.entries(PEOPLE).map(([name, role]) => [
      name,
      store.create({ name, scopes: [role] }, 0).token,
    ]),
  )
  store.close()
  const here = await scene({ db, approvals: true, ...options })
  const asking =
    (url: string) => (name: string) => async (method: string, route: string, body?: unknown) => {
      const answer = await fetch(`${url}/api/v1${route}`, {
        method,
        headers: { authorization: `Bearer ${tokens.get(name)}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const json = JSON.parse((await answer.text()) || '{}') as Said
      return { status: answer.status, json, code: json.error?.code }
    }
  const as = asking(here.url)
  const read = async <T>(route: string): Promise<T> =>
    (await as('vera')('GET', route)).json as unknown as T
  const edit = async (name: string, more: object) => {
    const { files } = await read<ConfigFiles>('/config')
    const { source = '', hash: baseHash = '' } = files[0] ?? {}
    return as(name)('POST', '/edits', { source, baseHash, reason: 'more of it', ...more })
  }
  return {
    ...here,
    ...{ db, as, asking, read, edit },
    text: () => readFileSync(here.path, 'utf8'),
    /** Somebody edits the file itself. */
    write: async (text: string) => {
      writeFileSync(here.path, text)
      await here.features.reload()
    },
    proposals: async (state = '') => (await read<Proposals>(`/proposals${state}`)).proposals,
    logged: async () => (await read<AuditLog>('/edits')).edits,
  }
}

test('an editor proposes, an approver approves, and the log has both', async () => {
  const { edit, as, text, proposals, logged, features, read } = await reviewing()
  const { status, json: proposal } = await edit('ed', { changes: to(50) })
  expect(status).toBe(202)
  expect(proposal).toEqual({
    ...{ id: 1, at: expect.any(Number), by: 'ed', reason: 'more of it', state: 'open' },
    ...{ source: expect.any(String), features: ['search'], edit: null },
    diff: expect.stringContaining('+  percent_loggedin: 50'),
    ...{ reviewedBy: null, reviewedAt: null, comment: null },
  })
  expect([text(), await logged()]).toEqual([LIVE, []])
  const { preview } = await read<ProposalDetail>('/proposals/1')
  expect(preview?.entries.map(({ feature }) => feature)).toEqual(['search'])
  const approved = await as('ann')('POST', '/proposals/1/approve', { comment: 'fine' })
  expect(approved.status).toBe(200)
  expect(approved.json.edit).toMatchObject({
    ...{ kind: 'approved', by: 'ed', reason: 'more of it', proposal: 1, approvedBy: 'ann' },
  })
  expect(approved.json.generation).toBe(features.snapshot.generation)
  expect(text()).toBe(AT_50)
  expect(await logged()).toEqual([approved.json.edit])
  const [closed] = await proposals()
  expect(closed).toMatchObject({ state: 'approved', edit: approved.json.edit.id })
  expect(closed).toMatchObject({ reviewedBy: 'ann', comment: 'fine' })
  expect(await read<ProposalDetail>('/proposals/1')).toMatchObject({ preview: null })
})

test.each<[who: string, status: number, needsApproval: boolean]>([
  ['vera', 403, false],
  ['ed', 202, true],
  ['ann', 202, true],
  ['ada', 200, false],
])('where %s saves, the answer is %i', async (name, status, needsApproval) => {
  const { edit, as, read } = await reviewing()
  const { files } = await read<ConfigFiles>('/config')
  const { source = '', hash: baseHash = '' } = files[0] ?? {}
  const preview = await as(name)('POST', '/edits/preview', { source, baseHash, changes: to(50) })
  if (status !== 403) expect(preview.json.needsApproval).toBe(needsApproval)
  expect((await edit(name, { changes: to(50) })).status).toBe(status)
  const session = await as(name)('GET', '/session')
  expect((session.json as unknown as Session).server.needsApproval).toBe(true)
})

const VERDICTS: readonly (readonly [string, string, object, number, string | undefined])[] = [
  ['vera', 'approve', {}, 403, 'forbidden'],
  ['vera', 'reject', { comment: 'no' }, 403, 'forbidden'],
  ['eve', 'approve', {}, 403, 'forbidden'],
  ['eve', 'reject', { comment: 'no' }, 403, 'forbidden'],
  ['ann', 'approve', {}, 403, 'own_proposal'],
  ['ann', 'reject', { comment: 'I changed my mind' }, 200, undefined],
  ['amy', 'reject', {}, 400, 'bad_request'],
  ['amy', 'reject', { comment: ' ' }, 400, 'bad_request'],
  ['amy', 'reject', { comment: 'x'.repeat(1001) }, 400, 'bad_request'],
  ['amy', 'reject', { comment: 'no\u0000' }, 400, 'bad_request'],
  ['amy', 'reject', { comment: 'not yet' }, 200, undefined],
  ['amy', 'approve', { comment: 7 }, 400, 'bad_request'],
  ['amy', 'approve', {}, 200, undefined],
  ['ada', 'approve', {}, 200, undefined],
]

test('of what ann proposed, each may do what the table says, and no more', async () => {
  const { edit, as, text, proposals } = await reviewing()
  for (const [i, [name, verdict, body, status, code]] of VERDICTS.entries()) {
    const before = text()
    const { id } = (await edit('ann', { changes: to(50 + i) })).json
    const answer = await as(name)('POST', `/proposals/${id}/${verdict}`, body)
    expect([name, verdict, answer.status, answer.code]).toEqual([name, verdict, status, code])
    const isMade = status === 200 && verdict === 'approve'
    expect(text()).toBe(isMade ? before.replace(/loggedin: \d+/, `loggedin: ${50 + i}`) : before)
    const state = status !== 200 ? 'open' : isMade ? 'approved' : 'rejected'
    expect((await proposals())[0]).toMatchObject({ id, state })
  }
})

test.each(['ann', 'ANN', ' ann '])(
  'a person whom a proxy calls %j does not approve what the token of ann proposed',
  async (user) => {
    const { edit, asking, features, db, text } = await reviewing()
    await edit('ann', { changes: to(50) })
    const proxied = await serving(features, {
      db,
      approvals: true,
      trustedUserHeader: 'X-User',
      trustedUserRole: 'approver',
    })
    const who = { 'x-user': user }
    const session = await fetch(`${proxied.url}/api/v1/session`, { headers: who })
    const { csrf } = (await session.json()) as Session
    const answer = await fetch(`${proxied.url}/api/v1/proposals/1/approve`, {
      method: 'POST',
      headers: { ...who, 'x-csrf-token': csrf ?? '' },
      body: '{}',
    })
    expect(await answer.json()).toMatchObject({ error: { code: 'own_proposal' } })
    expect(text()).toBe(LIVE)
    expect((await asking(proxied.url)('amy')('POST', '/proposals/1/approve', {})).status).toBe(200)
  },
)

test('two approvals at once, on two servers of one database, make one edit', async () => {
  const { edit, as, asking, features, db, logged, proposals } = await reviewing()
  const other = await serving(features, { db, approvals: true })
  await edit('ed', { changes: to(50) })
  const answers = await Promise.all(
    [as, asking(other.url), as, asking(other.url)].map((server, i) =>
      server(i % 2 === 0 ? 'ann' : 'amy')('POST', '/proposals/1/approve', {}),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
  expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([undefined, 'not_open']))
  expect((await logged()).map(({ kind, proposal }) => [kind, proposal])).toEqual([['approved', 1]])
  expect((await proposals()).map(({ state }) => state)).toEqual(['approved'])
})

test.each<[what: string, text: string, state: string, now: string]>([
  [
    'the entry itself outdates it',
    LIVE.replace('loggedin: 25', 'loggedin: 30'),
    'outdated',
    LIVE.replace('loggedin: 25', 'loggedin: 30'),
  ],
  [
    'a comment in the entry outdates it',
    LIVE.replace('loggedin: 25', 'loggedin: 25 # now'),
    'outdated',
    LIVE.replace('loggedin: 25', 'loggedin: 25 # now'),
  ],
  [
    'another entry leaves it open, and both are in the file',
    LIVE.replace('feature_header: on', 'feature_header: off'),
    'approved',
    AT_50.replace('feature_header: on', 'feature_header: off'),
  ],
  ['a comment elsewhere leaves it open', `# New.\n${LIVE}`, 'approved', `# New.\n${AT_50}`],
])('a change of %s', async (_, text, state, now) => {
  const here = await reviewing()
  await here.edit('ed', { changes: to(50) })
  await here.write(text)
  const open = await here.proposals('?state=open')
  expect(open).toHaveLength(state === 'approved' ? 1 : 0)
  const answer = await here.as('ann')('POST', '/proposals/1/approve', {})
  expect([answer.status, answer.code]).toEqual(
    state === 'approved' ? [200, undefined] : [409, 'not_open'],
  )
  expect(here.text()).toBe(now)
  expect((await here.proposals()).map((one) => one.state)).toEqual([state])
})

test.each(['feature_search: [', ''])(
  'a file that says %j for a while outdates nothing',
  async (broken) => {
    const { edit, write, proposals, as, text, read } = await reviewing()
    await edit('ed', { changes: to(50) })
    await write(broken)
    expect(await read<ProposalDetail>('/proposals/1')).toMatchObject({
      ...{ proposal: { state: 'open' }, preview: null },
    })
    expect((await as('ann')('POST', '/proposals/1/approve', {})).status).toBe(403)
    expect((await proposals())[0]).toMatchObject({ state: 'open' })
    await write(LIVE)
    expect((await as('ann')('POST', '/proposals/1/approve', {})).status).toBe(200)
    expect(text()).toBe(AT_50)
  },
)

test('a proposal that changes more than entries ends with any change of the file', async () => {
  const { edit, write, proposals, as } = await reviewing()
  await edit('ed', { text: `segments: { few: { users: [ann] } }\n${LIVE}` })
  expect((await proposals())[0]).toMatchObject({ state: 'open', features: [] })
  await write(LIVE.replace('feature_header: on', 'feature_header: off'))
  expect((await as('ann')('POST', '/proposals/1/approve', {})).code).toBe('not_open')
})

test('another edit of the entry outdates a proposal, and one of the other remains', async () => {
  const { edit, as, proposals } = await reviewing()
  await edit('ed', { changes: to(50) })
  await edit('ed', { changes: to(75) })
  await edit('ed', { changes: [{ kind: 'delete', feature: 'header' }] })
  expect((await as('ann')('POST', '/proposals/2/approve', {})).status).toBe(200)
  expect((await proposals()).map(({ id, state }) => [id, state])).toEqual([
    [3, 'open'],
    [2, 'approved'],
    [1, 'outdated'],
  ])
  expect((await as('ann')('POST', '/proposals/3/approve', {})).status).toBe(200)
})

test('off is not kept waiting, whoever may edit may undo their own, and other rollbacks wait', async () => {
  const { as, logged, edit, text, read } = await reviewing()
  const off = await as('ed')('POST', '/features/header/off', { reason: 'it broke' })
  expect([off.status, off.json.edit.kind, off.json.edit.approvedBy]).toEqual([200, 'off', null])
  const { id } = off.json.edit
  const others = await as('eve')('POST', `/edits/${id}/rollback`, { reason: 'it is fine' })
  expect([others.status, others.json.state]).toEqual([202, 'open'])
  const own = await as('ed')('POST', `/edits/${id}/rollback`, { reason: 'it is fine' })
  expect([own.status, text()]).toEqual([200, LIVE])
  expect(await read<ProposalDetail>('/proposals/1')).toMatchObject({
    proposal: { state: 'outdated' },
  })
  const made = await edit('ada', { changes: to(50) })
  const rollback = `/edits/${made.json.edit.id}/rollback`
  const proposed = await as('ed')('POST', rollback, { reason: 'too many' })
  expect(proposed.status).toBe(202)
  const approved = await as('ann')('POST', `/proposals/${proposed.json.id}/approve`, {})
  expect(approved.json.edit).toMatchObject({ kind: 'approved', rollsBack: made.json.edit.id })
  expect(text()).toBe(LIVE)
  const [, rolledBack] = await logged()
  expect(rolledBack?.rolledBackBy).toBe(approved.json.edit.id)
})

test('an approver rolls back at once', async () => {
  const { as, edit, text } = await reviewing()
  const made = await edit('ada', { changes: to(50) })
  const back = await as('ann')('POST', `/edits/${made.json.edit.id}/rollback`, { reason: 'r' })
  expect([back.status, text()]).toEqual([200, LIVE])
})

test('what there is not is answered by 404, and a state that there is not by 400', async () => {
  const { as } = await reviewing()
  for (const [method, route, status, code] of [
    ['GET', '/proposals/9', 404, 'not_found'],
    ['GET', '/proposals/x', 404, 'not_found'],
    ['POST', '/proposals/9/approve', 404, 'not_found'],
    ['POST', '/proposals/9/reject', 404, 'not_found'],
    ['GET', '/proposals?state=lost', 400, 'bad_request'],
  ] as const) {
    const answer = await as('ann')(method, route, method === 'GET' ? undefined : { comment: 'no' })
    expect([route, answer.status, answer.code]).toEqual([route, status, code])
  }
})

test('what cannot be saved cannot be proposed', async () => {
  const { edit, proposals } = await reviewing()
  expect((await edit('ed', { text: LIVE.replace('gold: true', 'gold: maybe') })).status).toBe(422)
  expect((await edit('ed', { text: LIVE })).status).toBe(400)
  expect((await edit('ed', { changes: to(50), baseHash: 'f'.repeat(64) })).status).toBe(409)
  expect(await proposals()).toEqual([])
})

test('a review twice is refused, and says what became of the proposal', async () => {
  const { edit, as } = await reviewing()
  await edit('ed', { changes: to(50) })
  await as('ann')('POST', '/proposals/1/reject', { comment: 'no' })
  for (const verdict of ['approve', 'reject']) {
    const again = await as('amy')('POST', `/proposals/1/${verdict}`, { comment: 'yes' })
    expect([again.status, again.json.error]).toEqual([
      409,
      { code: 'not_open', message: 'proposal 1 is rejected already' },
    ])
  }
})

test('proposals outlive the server, so approvals need a database', async () => {
  const { edit, features, db, asking, proposals, close } = await reviewing()
  await edit('ed', { changes: to(50) })
  const before = await proposals()
  await close()
  const again = await serving(features, { db })
  const answer = await asking(again.url)('vera')('GET', '/proposals')
  expect(answer.json).toEqual({ proposals: before })
  await expect(scene({ approvals: true })).rejects.toThrow(
    'createServer: approvals is true; give a file as db, too',
  )
  const without = await scene()
  expect(await without.ask('/proposals')).toEqual({ proposals: [] })
  expect((await without.call('GET')('/proposals/1')).status).toBe(404)
})
