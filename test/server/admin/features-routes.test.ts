import { writeFileSync } from 'node:fs'
import type { FeatureDetail, FeatureList, Series, Shares } from '../../../src/server/admin/contract'
import { eventually } from '../../support/eventually'
import { join } from 'node:path'
import { tempDir } from '../../support/temp-dir'
import { closeScenes, LIVE, scene, serving } from './scene'

afterEach(closeScenes)

const stateOf = ({ features }: FeatureList) =>
  features.map(({ name, state, words }) => `${name}, ${state}: ${words}`)

test('each feature is a row, in words, those that were refused included', async () => {
  const { ask } = await scene()
  expect(stateOf(await ask<FeatureList>('/features'))).toEqual([
    'bad, broken: visitors with gold',
    'banner, experiment: an experiment among all signed-in visitors: a 25 % and b 25 %',
    'header, on: everybody',
    'search, partial: visitors with gold, and 25 % of signed-in visitors',
  ])
})

test('shares of the population follow, computed in the background', async () => {
  const { ask } = await scene()
  const first = await ask<FeatureList>('/features')
  expect(first.isComputing).toBe(true)
  expect(first.features.map(({ share }) => share)).toEqual([0, null, 1, null])
  await eventually('every share is computed', async () => {
    const { isComputing } = await ask<FeatureList>('/features')
    return !isComputing
  })
  const [, banner, , search] = (await ask<FeatureList>('/features')).features
  expect(search?.share).toBeGreaterThan(0.15)
  expect(search?.share).toBeLessThan(0.35)
  expect(Object.keys(banner?.variants ?? {})).toEqual(['a', 'b', 'control_1', 'control_2'])
})

test('a list that has not changed is a 304, and a long one is compressed', async () => {
  const { url } = await scene()
  const address = `${url}/api/v1/features`
  const answer = await fetch(address)
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  const etag = answer.headers.get('etag') ?? ''
  const again = await fetch(address, { headers: { 'if-none-match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
})

test('one feature has its text, its place, and its selectors in words with their lines', async () => {
  const { ask, path } = await scene()
  const { text, place, selectors, row, value } = await ask<FeatureDetail>('/features/search')
  expect(text).toBe(LIVE.split('\n').slice(1, 7).join('\n'))
  expect(place).toMatchObject({ source: path, line: 2, column: 1 })
  expect(selectors).toEqual([
    { selector: 'gold', words: 'visitors with gold', line: 4 },
    { selector: 'percent_loggedin', words: '25 % of signed-in visitors', line: 3 },
  ])
  expect(row).toMatchObject({ owner: 'search', tags: ['ui'], canEdit: true })
  expect(value).toMatchObject({ percent_loggedin: 25 })
})

test('the problem of a feature is shown with the lines around it', async () => {
  const { ask } = await scene()
  const { problems } = await ask<FeatureDetail>('/features/bad')
  expect(problems).toMatchObject([{ code: 'bad-type', line: 16 }])
  expect(problems[0]?.excerpt.find(({ isIt }) => isIt)?.text).toBe('feature_bad: { gold: perhaps }')
})

test('a feature that is not there is a 404', async () => {
  const { call } = await scene()
  for (const path of ['/features/none', '/features/none/shares', '/features/__proto__'])
    expect((await call('GET')(path)).status).toBe(404)
})

test('the shares of a feature are those of liveflag simulate', async () => {
  const { ask } = await scene()
  const { population, report } = await ask<Shares>('/features/banner/shares')
  expect(population).toEqual({ name: 'simulated', size: 1000 })
  expect(report.experiments[0]?.variants.map(({ variant }) => variant)).toEqual([
    'a',
    'b',
    'control_1',
    'control_2',
  ])
})

test('shares of recorded units say so when there are none', async () => {
  const { call } = await scene()
  const path = '/features/search/shares?population=recorded'
  const none = await call('GET')(path)
  expect([none.status, JSON.parse(none.said)]).toEqual([
    404,
    {
      error: {
        code: 'nothing_recorded',
        message: expect.stringContaining('nobody is recorded yet') as unknown,
      },
    },
  ])
  expect((await call('GET')('/features/search/shares?population=all')).status).toBe(400)
})

test('shares of recorded units are of those that clients reported', async () => {
  const { ask, url } = await scene()
  const events = ['t2_1', 't2_2'].map((unit) => ({
    ...{ type: 'exposure', unit, experiment: '4711', variant: 'a', feature: 'banner' },
  }))
  await fetch(`${url}/events`, { method: 'POST', body: JSON.stringify({ events }) })
  const { population, report } = await ask<Shares>('/features/search/shares?population=recorded')
  expect(population).toMatchObject({ name: 'recorded', size: 2 })
  expect(report.users).toBe(2)
})

test('what clients ask is counted by its answer, and a change of the file is the last edit', async () => {
  const { ask, url, path } = await scene()
  const body = JSON.stringify({ context: { targetingKey: 'u1' } })
  await fetch(`${url}/ofrep/v1/evaluate/flags/header`, { method: 'POST', body })
  const { evaluations, row } = await ask<FeatureDetail>('/features/header')
  expect(evaluations.counts['on']?.at(-1)).toBe(1)
  expect(row.lastAskedAt).not.toBeNull()
  expect(row.lastEdit).toBeNull()
  writeFileSync(path, LIVE.replace('header: on', 'header: off'))
  await eventually('the change is in force', async () => {
    const changed = await ask<FeatureDetail>('/features/header')
    return changed.row.state === 'off' && changed.row.lastEdit?.by === null
  })
})

test('how often a feature is asked is known to the next server of the database', async () => {
  const db = join(tempDir(), 'server.db')
  const { features, url, close } = await scene({ db })
  for (let i = 0; i < 3; i++)
    await fetch(`${url}/ofrep/v1/evaluate/flags/header`, { method: 'POST', body: '{"context":{}}' })
  await close()
  const { ask, call } = await serving(features, { db })
  const list = await ask<FeatureList>('/features')
  const asked = list.features.filter(({ lastAskedAt }) => lastAskedAt !== null)
  expect(asked.map(({ name }) => name)).toEqual(['header'])
  for (const step of ['hour', 'day']) {
    const { counts } = await ask<Series>(`/features/header/evaluations?step=${step}`)
    expect(counts['asked']?.reduce((sum, count) => sum + count)).toBe(3)
  }
  const statusOf = async (path: string) => (await call('GET')(path)).status
  expect(await statusOf('/features/header/evaluations?step=year')).toBe(400)
  expect(await statusOf('/features/none/evaluations')).toBe(404)
})

test('a row says how far its ramp is, which gate holds it, and why one put it back', async () => {
  const entry = (id: number) => `
  experiment:
    experiment_id: ${id}
    loggedin: true
    traffic:
      ramp: { from: 1, to: 100, over: 4d, start: 2026-12-01, hold_at: [5], gates: [errors] }
    variants: [{ name: control, weight: 50 }, { name: red, weight: 50 }]`
  const text = `
metrics: [{ name: errors, event: error, direction: down, role: guardrail, margin: 5% }]
feature_held:${entry(1)}
feature_back:${entry(2)}
feature_free:
  percent_loggedin: { ramp: { to: 100, over: 4d, start: 2026-12-01 } }
ramps:
  back: [{ at: 2026-12-02T00:00:00Z, outcome: fail, to: 1, reason: errors rose by 9 % }]
`
  const now = (): number => Date.parse('2026-12-03')
  const { ask } = await scene({ now }, text, () => ({ now }))
  const { features } = await ask<FeatureList>('/features')
  const ramps = Object.fromEntries(features.map(({ name, ramps: all }) => [name, all]))
  expect(ramps).toMatchObject({
    back: [
      {
        path: 'experiment.traffic',
        held: 'failed',
        words: expect.stringContaining('put back to 1 % until it is resumed: errors rose by 9 %'),
      },
    ],
    held: [{ held: 'waits', words: expect.stringContaining('held at 5 % until errors passes') }],
    free: [{ path: 'percent_loggedin', held: null, words: expect.stringContaining('50 % now') }],
  })
})
