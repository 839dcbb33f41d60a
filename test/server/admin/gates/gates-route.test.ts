/** The gates of a ramp on the dashboard's API, and a server that judges them by itself. */
import { readFileSync } from 'node:fs'
import type { ExperimentView, FeatureDetail, Role } from '../../../../src/server/admin/contract'
import type { GatesView } from '../../../../src/server/admin/gates/contract'
import type { AuditLog, Proposal } from '../../../../src/server/admin/edits/contract'
import { file } from '../../../../src/index'
import type { ServerOptions } from '../../../../src/server/server'
import { TokenStore } from '../../../../src/server/token-store'
import { liveflag } from '../../../cli/captured-terminal'
import { eventually } from '../../../support/eventually'
import { closeScenes, scene } from '../scene'
import { DAY, type Files, recorded, START } from './scene'

afterEach(closeScenes)

async function opened(files: Files, days: number, options: ServerOptions = {}) {
  const now = { days }
  const clock = (): number => START + now.days * DAY
  const open = () => ({ source: [file(files.live), file(files.gates)], now: clock })
  const here = await scene({ db: files.db, ...options }, '', open)
  return { ...here, now, gates: () => here.ask<GatesView>('/features/button/gates') }
}

test('the verdict is that of liveflag gates, each gate with its figures and its limit', async () => {
  const files = await recorded(120, 360)
  const { gates, ask } = await opened(files, 3)
  const { out } = await liveflag(
    ['gates', files.live, '--into', files.gates, '--store', files.db, '--dry-run', '--json'],
    { now: () => new Date(START + 3 * DAY) },
  )
  const [printed] = (JSON.parse(out) as { gates: readonly { reason: string }[] }).gates
  const view = await gates()
  expect(view).toMatchObject({
    ...{ feature: 'button', percent: 30, held: null, gates: ['errors'], edits: [], job: null },
    verdict: {
      ...{ at: START + 3 * DAY, outcome: 'fail', reason: printed?.reason },
      gates: [
        {
          ...{ metric: 'errors', variant: 'new', outcome: 'fail', margin: 0.05 },
          ...{ direction: 'down', figures: expect.stringMatching(/^\+200\.0 % \(\+\d/) },
        },
      ],
    },
  })
  const { row } = await ask<FeatureDetail>('/features/button')
  expect(row.ramps).toMatchObject([{ path: 'experiment.traffic', gates: ['errors'] }])
  const report = await ask<ExperimentView>('/experiments/button')
  expect([report.gatedFeature, report.holdout]).toEqual(['button', null])
})

test('one that was put back says why and when, and is not judged', async () => {
  const files = await recorded(120, 360)
  await liveflag(['gates', files.live, '--into', files.gates, '--store', files.db], {
    now: () => new Date(START + 3 * DAY),
  })
  const { gates } = await opened(files, 4)
  expect(await gates()).toMatchObject({
    ...{ held: 'failed', percent: 0, verdict: null },
    words: expect.stringContaining('put back to 0 % until it is resumed: errors of new'),
    edits: [{ at: START + 3 * DAY, outcome: 'fail', percent: 30, to: 0 }],
  })
})

test('a verdict is shown again for half a minute, and then judged anew', async () => {
  const { gates, now } = await opened(await recorded(120, 360), 3)
  const at = async () => (await gates()).verdict?.at
  expect(await at()).toBe(START + 3 * DAY)
  now.days += 29_000 / DAY
  expect(await at()).toBe(START + 3 * DAY)
  now.days += 2000 / DAY
  expect(await at()).toBeGreaterThan(START + 3 * DAY)
})

test('records that cannot be read are no verdict, with the reason', async () => {
  const { gates } = await opened(await recorded(120, 360), 3, { records: '/none/records.db' })
  expect(await gates()).toMatchObject({
    verdict: { outcome: 'inconclusive', gates: [], reason: expect.stringContaining('no report') },
  })
})

test.each(['/features/none/gates', '/features/plain/gates'])('%s is not found', async (path) => {
  const { call } = await scene({}, 'feature_plain: on\n')
  expect((await call('GET')(path)).status).toBe(404)
})

test('a server with gatesInto judges from its start, and the edit is in the log of changes', async () => {
  const files = await recorded(120, 360)
  const { gates, ask, call } = await opened(files, 3, { gatesInto: files.gates })
  await eventually('it is put back', async () => (await gates()).held === 'failed')
  expect((await gates()).job).toEqual({ everyMs: 300_000, into: files.gates })
  const { edits } = await ask<AuditLog>('/edits?feature=button')
  expect(edits).toMatchObject([{ kind: 'gates', by: 'gates' }])
  const { row } = await ask<FeatureDetail>('/features/button')
  expect(row.lastEdit).toMatchObject({ by: 'gates' })
  const undone = await call('POST')(`/edits/${edits[0]?.id}/rollback`, { reason: 'r' })
  expect([undone.status, undone.said]).toEqual([400, expect.stringContaining('resume the ramp')])
  expect(readFileSync(files.gates, 'utf8')).toContain('outcome: fail')
})

describe('resume', () => {
  async function putBack(options: ServerOptions) {
    const files = await recorded(120, 360)
    await liveflag(['gates', files.live, '--into', files.gates, '--store', files.db], {
      now: () => new Date(START + 3 * DAY),
    })
    const here = await opened(files, 4, { gatesInto: files.gates, ...options })
    const resume = async (reason = 'the timeout was ours') =>
      here.call('POST')('/features/button/gates/resume', { reason })
    return { ...here, files, resume }
  }

  test('lets it grow again from its start, by an edit with the person and the reason', async () => {
    const { resume, gates, ask, files } = await putBack({ gatesEveryMs: 3_600_000 })
    expect((await resume()).status).toBe(200)
    expect(await gates()).toMatchObject({
      ...{ held: null, percent: 0 },
      edits: [{ outcome: 'resume', reason: 'the timeout was ours' }, { outcome: 'fail' }],
    })
    const { edits } = await ask<AuditLog>('/edits')
    expect(edits[0]).toMatchObject({
      ...{ kind: 'gates', by: 'local', source: files.gates },
      reason: 'button grows again: the timeout was ours',
    })
    const again = await resume()
    expect([again.status, again.said]).toEqual([400, expect.stringContaining('nothing to resume')])
  })

  test('of an editor is a proposal where edits are approved, and counts from the approval on', async () => {
    const files = await recorded(120, 360)
    const tokens = new TokenStore(files.db, 'test')
    const tokenOf = (name: string, role: Role): string =>
      tokens.create({ name, scopes: [role] }, 0).token
    const [ed, ann] = [tokenOf('ed', 'editor'), tokenOf('ann', 'approver')]
    tokens.close()
    await liveflag(['gates', files.live, '--into', files.gates, '--store', files.db], {
      now: () => new Date(START + 3 * DAY),
    })
    const also = { gatesInto: files.gates, gatesEveryMs: 3_600_000, approvals: true }
    const { url, now } = await opened(files, 4, also)
    const ask = async <T>(token: string, route: string, body?: object) => {
      const answer = await fetch(`${url}/api/v1${route}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      })
      return { status: answer.status, json: (await answer.json()) as T }
    }
    const ramp = async () => (await ask<GatesView>(ann, '/features/button/gates')).json
    const before = readFileSync(files.gates, 'utf8')
    const resume = '/features/button/gates/resume'
    const proposed = await ask<Proposal>(ed, resume, { reason: 'the timeout was ours' })
    expect(proposed).toMatchObject({
      status: 202,
      json: { by: 'ed', state: 'open', reason: 'button grows again: the timeout was ours' },
    })
    expect(await ramp()).toMatchObject({ held: 'failed', percent: 0 })
    expect(readFileSync(files.gates, 'utf8')).toBe(before)
    const approve = `/proposals/${proposed.json.id}/approve`
    expect((await ask(ed, approve, {})).status).toBe(403)
    now.days = 6
    expect((await ask(ann, approve, {})).status).toBe(200)
    expect(await ramp()).toMatchObject({
      ...{ held: null, percent: 0 },
      edits: [
        { at: START + 6 * DAY, outcome: 'resume', reason: 'the timeout was ours' },
        { outcome: 'fail' },
      ],
    })
    const { edits } = (await ask<AuditLog>(ann, '/edits?feature=button')).json
    expect(edits[0]).toMatchObject({ kind: 'approved', by: 'ed', approvedBy: 'ann' })
  })

  test('needs a reason, and a server that writes what becomes of ramps', async () => {
    const { resume } = await putBack({})
    expect((await resume('')).status).toBe(400)
    const { resume: elsewhere, call } = await putBack({ gatesInto: '' })
    const { status, said } = await elsewhere()
    expect([status, said]).toEqual([403, expect.stringContaining('liveflag gates --resume')])
    expect((await call('POST')('/features/none/gates/resume', { reason: 'r' })).status).toBe(404)
  })
})

test('without it nothing is written', async () => {
  const files = await recorded(120, 360)
  const before = readFileSync(files.gates, 'utf8')
  const { gates } = await opened(files, 3)
  expect((await gates()).verdict?.outcome).toBe('fail')
  expect(readFileSync(files.gates, 'utf8')).toBe(before)
})
