/** The routes below `/api/v1` as a whole: who may call them, and that OpenAPI is true of them. */
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020'
import type {
  ConfigFiles,
  ExplainAnswer,
  ExperimentView,
  Now,
  SavedWorlds,
} from '../../../src/server/admin/contract'
import { TokenStore } from '../../../src/server/token-store'
import { tempDir } from '../../support/temp-dir'
import { closeScenes, LIVE, scene } from './scene'

afterEach(closeScenes)

interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { responses: Record<string, { content?: Record<string, { schema: object }> }> }
        >
      >
    >
  >
  readonly components: object
}

/** A ramp with gates that was put back, and a holdout. */
const MORE = `
feature_ramped:
  experiment:
    enabled: on
    traffic: { ramp: { to: 100, over: 7d, start: 2026-12-01, hold_at: [5], gates: [errors] } }
    variants: [{ name: control, weight: 1 }, { name: new, weight: 1 }]
holdouts: { everything: { percent: 1 } }
ramps: { ramped: [{ at: 2026-12-02T00:00:00Z, outcome: fail, percent: 5, reason: errors }] }
`

test.each([
  ['/session', '/session'],
  ['/features', '/features'],
  ['/features/{name}', '/features/search'],
  ['/features/{name}', '/features/bad'],
  ['/features/{name}/shares', '/features/banner/shares'],
  ['/features/{name}/evaluations', '/features/search/evaluations'],
  ['/features/{name}/gates', '/features/ramped/gates'],
  ['/worlds', '/worlds'],
  ['/experiments', '/experiments'],
  ['/experiments/{name}', '/experiments/4711'],
  ['/experiments/{name}', '/experiments/holdout:everything'],
  ['/experiments/{name}/plan', '/experiments/4711/plan?rate=10%25&effect=5%25&per_day=50'],
  ['/config', '/config'],
  ['/schema', '/schema'],
  ['/now', '/now'],
  ['/edits', '/edits'],
  ['/proposals', '/proposals'],
])('GET %s answers as the OpenAPI document says: %s', async (pattern, path) => {
  const { url, ask } = await scene({}, LIVE + MORE)
  const { paths, components } = (await (await fetch(`${url}/openapi.json`)).json()) as Described
  const said = paths[`/api/v1${pattern}`]?.['get']?.responses['200']
  const schema = said?.content?.['application/json']?.schema
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const isAsSaid = ajv.compile({ ...schema, components })
  expect([isAsSaid(await ask(path)), isAsSaid.errors]).toEqual([true, null])
})

test.each([
  ['GET', '/features'],
  ['GET', '/features/search'],
  ['POST', '/features/search/explain'],
  ['GET', '/features/search/shares'],
  ['GET', '/features/search/evaluations'],
  ['GET', '/features/search/gates'],
  ['GET', '/worlds'],
  ['PUT', '/worlds/a'],
  ['GET', '/experiments'],
  ['GET', '/experiments/4711/report.csv'],
  ['GET', '/experiments/4711/plan'],
  ['GET', '/config'],
  ['GET', '/now'],
  ['GET', '/edits'],
  ['POST', '/edits'],
  ['POST', '/edits/preview'],
  ['POST', '/edits/1/rollback'],
  ['POST', '/features/search/off'],
  ['POST', '/features/search/gates/resume'],
  ['GET', '/proposals'],
  ['GET', '/proposals/1'],
  ['POST', '/proposals/1/approve'],
  ['POST', '/proposals/1/reject'],
  ['GET', '/stream'],
])('%s %s is for those who are signed in', async (method, path) => {
  const db = join(tempDir(), 'server.db')
  const store = new TokenStore(db, 'test')
  const { token } = store.create({ name: 'app', scopes: ['evaluate'] }, 0)
  const { url } = await scene({ db })
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`${url}/api/v1${path}`, { method, headers })
  expect((await ask({})).status).toBe(401)
  expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(403)
  store.close()
})

test('a visitor is explained selector by selector, with the line of what decided', async () => {
  const { post } = await scene()
  const world = { user: { id: 't2_1', gold: true } }
  const answer = await post<ExplainAnswer>('/features/search/explain', { world })
  expect(answer).toMatchObject({ decidedAt: 4, words: 'It is on, by gold.' })
  expect(answer.decision).toMatchObject({ enabled: true, selector: 'gold' })
  expect(
    answer.steps.map(({ selector, line, text, outcome }) => [selector, line, text, outcome]),
  ).toEqual([
    ['gold', 4, 'gold: true', 'claimed'],
    ['percent_loggedin', 3, 'percent_loggedin: 25', 'not reached'],
  ])
})

test('a visitor is explained by an entry that is not saved', async () => {
  const { post } = await scene()
  const text = 'feature_search:\n  loggedout: true\n'
  const answer = await post<ExplainAnswer>('/features/search/explain', { world: {}, text })
  expect(answer.steps).toMatchObject([{ selector: 'loggedout', line: 2, outcome: 'claimed' }])
})

test.each([
  ['a member that a World does not have', { world: { usr: {} } }, 'bad_world'],
  ['a text that is no live config', { world: {}, text: '- a\n' }, 'bad_text'],
  ['no body', undefined, 'bad_request'],
])('%s is refused with the reason', async (_, body, code) => {
  const { call } = await scene()
  const { status, said } = await call('POST')('/features/search/explain', body)
  expect([status, JSON.parse(said)]).toMatchObject([400, { error: { code } }])
})

test('a World is saved for everybody, replaced, and removed', async () => {
  const { call, ask } = await scene()
  await call('PUT')('/worlds/gold%20user', { world: { user: { id: 'a' } } })
  await call('PUT')('/worlds/gold%20user', { world: { user: { id: 'b' } } })
  expect((await ask<SavedWorlds>('/worlds')).worlds).toMatchObject([
    { name: 'gold user', world: { user: { id: 'b' } }, savedBy: 'local' },
  ])
  expect((await call('DELETE')('/worlds/gold%20user')).status).toBe(204)
  expect((await call('DELETE')('/worlds/gold%20user')).status).toBe(404)
  expect((await call('PUT')('/worlds/x', { world: { usr: 1 } })).status).toBe(400)
})

test('an experiment is reported with what was recorded, and as CSV and SVG', async () => {
  const { ask, call, url } = await scene()
  const events = Array.from({ length: 20 }, (_, i) => ({
    type: 'exposure',
    unit: `u${i}`,
    experiment: '4711',
    variant: i % 2 === 0 ? 'a' : 'b',
  }))
  await fetch(`${url}/events`, { method: 'POST', body: JSON.stringify({ events }) })
  const { report, exposures } = await ask<ExperimentView>('/experiments/4711')
  expect(report.variants.map(({ variant, units }) => [variant, units])).toContainEqual(['a', 10])
  expect(exposures.counts['b']).toEqual([10])
  const csv = await call('GET')('/experiments/banner/report.csv')
  expect(csv.said.split('\r\n')[1]).toMatch(/^4711,unit,a,10,0.5,0.357/)
  const svg = await call('GET')('/experiments/4711/report.svg')
  expect(svg.said).toContain('<svg')
  expect(svg.headers.get('content-disposition')).toBe('attachment; filename="4711.svg"')
  expect((await call('GET')('/experiments/none')).status).toBe(404)
  expect((await call('GET')('/experiments/4711?by=day')).status).toBe(400)
  expect((await call('GET')('/experiments/4711?control=zzz')).status).toBe(400)
})

test('the files of the live config are shown as they are now', async () => {
  const { ask, path } = await scene()
  const { files } = await ask<ConfigFiles>('/config')
  expect(files).toMatchObject([{ source: path, format: 'yaml', canEdit: true, whyNot: null }])
  expect(files[0]?.text).toContain('# The live config.')
})

test('what is in force now has the problems with their lines', async () => {
  const { ask } = await scene()
  const now = await ask<Now>('/now')
  expect(now).toMatchObject({ status: 'READY', features: 3, rejected: ['bad'], staleSince: null })
  expect(now.problems[0]).toMatchObject({ feature: 'bad', line: 16 })
})
