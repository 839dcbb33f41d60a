import { createHash } from 'node:crypto'
import { worldOf } from '../../src'
import { audit, isClean } from '../../src/analysis/audit'
import { openRedraw } from '../../src/analysis/redraw'
import { createDecider, exposureRecorder, memoryStore } from '../../src/decide/decide'
import type { ExposureRow } from '../../src/recording/store'
import { closeEngines, type EngineOptions, openEngine } from '../support/engine'
import { conversionRow, exposureRow } from '../support/rows'

afterEach(closeEngines)

const NOW = Date.UTC(2026, 10, 20)
const DAY = 86_400_000
const UNDRAWN = { bucket: null, hash: null }

const TEXT = `
segments: {staff: {values: [u1]}}
feature_r2: {experiment: {experiment_id: 42, gold: true, variants: {big: 20, small: 20}}}
feature_page: {experiment: {page: true, loggedin: true, variants: {big: 30}}}
feature_lived: {default: x, experiment: {experiment_id: life, targeting: age > 1, traffic: 60, domains: [d], variants: [{name: a, weight: 1, value: 1}, {name: b, weight: 2, value: 2}]}}
feature_rule: {default: x, rules: [{key: exp, condition: {age: {$gt: 1}}, coverage: 0.8, variations: [x, y], weights: [0.3, 0.7]}]}
feature_stable: {bucketing: stable, salt: s, shuffle: 3, experiment: {experiment_id: still, gold: true, loggedout: true, variants: {big: 20, small: 20}}}
feature_order: {bucketing: stable, experiment: {experiment_id: order, gold: true, variants: {small: 30, big: 20}}}
feature_points: {bucketing: stable, default: x, experiment: {experiment_id: points, traffic: 70, targeting: age > 1, variants: [{name: a, weight: 1}, {name: b, weight: 2}]}}
feature_company: {default: x, rules: [{key: firm, hashAttribute: company, hashVersion: 2, variations: [x, y], meta: [{key: one}, {key: two}]}]}
feature_numbered: {bucketing: stable, experiment: {experiment_id: numbered, gold: true, variants: {'10': 30, '9': 20, x: 40, a: 5}}}
`
const NAMES = ['r2', 'page', 'lived', 'rule', 'company', 'stable', 'order', 'points', 'numbered']

/** A store with what many visitors of a real engine were given. */
async function recorded(text: string, options: EngineOptions = {}, names = NAMES) {
  const store = memoryStore()
  const pending: Promise<void>[] = []
  const offer = (batch: Parameters<typeof store.write>[0]): boolean =>
    pending.push(store.write(batch)) > 0
  const writer = { offer, put: async (batch: object) => offer(batch) }
  const { features } = await openEngine(text, {
    onExposure: exposureRecorder(writer as never),
    now: () => NOW,
    ...options,
  })
  for (let i = 0; i < 200; i++) {
    const request = features.for(
      worldOf({
        user: { id: `u${i}`, gold: true },
        page: { id: `t3_${i}`, type: 'link' },
        attributes: { age: 20, company: `c${i % 50}` },
      }),
    )
    for (const name of names) request.isEnabled(name)
    const signedOut = features.for(worldOf({ loid: `loid-${i}`, attributes: { age: 20 } }))
    for (const name of names) signedOut.isEnabled(name)
  }
  await Promise.all(pending)
  return { store, features }
}

test('every row of every kind of experiment is drawn again, and is the same', async () => {
  const { store } = await recorded(TEXT)
  const found = await audit(store, { now: NOW })
  expect(found.rows).toBeGreaterThan(500)
  expect(found).toMatchObject({
    same: found.rows,
    problems: { differs: 0, 'unknown-config': 0, future: 0 },
    findings: [],
    unmarked: 0,
    undrawn: 0,
  })
  expect(isClean(found)).toBe(true)
})

test("so are those of r2's semantics, and of a payload of GrowthBook", async () => {
  const r2 = await recorded(
    'feature_r2: {experiment: {experiment_id: 42, gold: true, variants: {big: 20, small: 20}}}',
    { compat: 'r2' },
    ['r2'],
  )
  const payload = JSON.stringify({
    features: {
      rule: {
        defaultValue: 'x',
        rules: [{ key: 'exp', condition: { age: { $gt: 1 } }, variations: ['x', 'y'] }],
      },
    },
  })
  const growthbook = await recorded(payload, { format: 'json' }, ['rule'])
  for (const { store } of [r2, growthbook]) {
    const { rows, same } = await audit(store, { now: NOW })
    expect(rows).toBeGreaterThan(50)
    expect(same).toBe(rows)
  }
})

test('features whose entries are equal have one text, and each is drawn by its own name', async () => {
  const entry = '{experiment: {gold: true, variants: {new: 20}}}'
  const { store } = await recorded(`feature_one: ${entry}\nfeature_two: ${entry}`, {}, [
    'one',
    'two',
  ])
  const found = await audit(store, { now: NOW })
  expect(found.rows).toBeGreaterThan(100)
  expect(found).toMatchObject({ same: found.rows, undrawn: 0 })
})

test('so are decisions, and those that assign nothing have nothing to draw', async () => {
  const { store, features } = await recorded(TEXT, {}, [])
  const decider = createDecider({ features, store, now: () => NOW })
  for (let i = 0; i < 100; i++) await decider.decide('lived', `u${i}`, { age: i % 2 ? 20 : 0 })
  await decider.writer.written()
  const found = await audit(store, { now: NOW })
  expect(found).toMatchObject({ rows: 100, undrawn: expect.any(Number), findings: [] })
  expect(found.same).toBeGreaterThan(20)
  expect(found.same + found.undrawn).toBe(100)
})

describe('of a row that is not as the entry draws it', () => {
  const changed = async (change: Partial<ExposureRow>) => {
    const { store } = await recorded(TEXT, {}, ['lived'])
    const [row] = await store.ledger({ of: 'exposures', most: 1 })
    if (!row) throw new Error('somebody is in the experiment')
    const { unit, kind, feature, experiment, variant, bucket, hash, revision, at } = row
    const other = `other of ${unit}`
    await store.write({
      exposures: [
        exposureRow(other, variant ?? '', {
          ...{ kind, feature, experiment: experiment ?? '', bucket, hash, revision, at },
          ...change,
        }),
      ],
    })
    return { other, found: await audit(store, { now: NOW }) }
  }

  test('the variant that is drawn is named', async () => {
    const { other, found } = await changed({ bucket: null, variant: 'gone' })
    expect(found.problems.differs).toBe(1)
    expect(found.findings).toMatchObject([{ problem: 'differs', row: { unit: other } }])
    expect(isClean(found)).toBe(false)
  })

  test('an entry that is not known is told', async () => {
    const { found } = await changed({ revision: 'f'.repeat(64) })
    expect(found.problems).toEqual({ differs: 0, 'unknown-config': 1, future: 0 })
  })

  test('a time in the future is told', async () => {
    const { found } = await changed({ at: NOW + 2 * DAY, revision: null })
    expect(found.problems).toEqual({ differs: 0, 'unknown-config': 0, future: 1 })
    expect(found.unmarked).toBe(1)
  })

  test('an assignment that was kept is not drawn', async () => {
    const { found } = await changed({ data: { sticky_bucket_used: true } })
    expect(found).toMatchObject({ undrawn: 1, problems: { differs: 0 } })
  })
})

test('a text that was changed after it was kept is unknown', async () => {
  const { store } = await recorded(TEXT, {}, ['lived'])
  const [row] = await store.ledger({ of: 'exposures', most: 1 })
  const [config] = await store.configs([row?.revision ?? ''])
  const other = memoryStore()
  await other.write({
    configs: [{ ...config, text: config?.text.replace('"weight":2', '"weight":9') } as never],
    exposures: [exposureRow('u1', 'a', { revision: row?.revision ?? null, at: NOW })],
  })
  expect((await audit(other, { now: NOW })).problems['unknown-config']).toBe(1)
})

test('what belongs to nothing is counted', async () => {
  const store = memoryStore()
  await store.write({ conversions: [conversionRow(null, 1, { decisionId: 'lost', at: NOW })] })
  const found = await audit(store, { now: NOW })
  expect(found.orphans).toEqual({ conversions: 1, assignments: 0, domains: 0, signIns: 0 })
  expect(isClean(found)).toBe(false)
  expect(isClean(await audit(store, { now: NOW, since: NOW + 1 }))).toBe(true)
})

test('an entry that is not known is one finding, with the number of its rows, and hides no other', async () => {
  const store = memoryStore()
  const revision = 'f'.repeat(64)
  const lost = Array.from({ length: 30 }, (_, i) => exposureRow(`u${i}`, 'a', { revision, at: i }))
  await store.write({ exposures: [...lost, exposureRow('z', 'a', { at: NOW + 2 * DAY })] })
  const found = await audit(store, { now: NOW, most: 2 })
  expect(found.problems).toEqual({ differs: 0, 'unknown-config': 30, future: 1 })
  expect(found.findings.map(({ problem, rows }) => [problem, rows])).toEqual([
    ['unknown-config', 30],
    ['future', 1],
  ])
})

test('more entries than engines may be open are drawn again', async () => {
  const texts = Array.from({ length: 130 }, (_, i) =>
    JSON.stringify({
      rules: [
        {
          ...{ key: 'exp', seed: `s${i}`, variations: ['x', 'y'], weights: [1, 0] },
          meta: [{ key: 'a' }, { key: 'b' }],
        },
      ],
    }),
  )
  const configs = texts.map((text) => ({
    ...{ feature: 'button', text, at: NOW },
    revision: createHash('sha256').update(text).digest('hex'),
  }))
  const store = memoryStore()
  await store.write({
    configs,
    exposures: configs.flatMap(({ revision }, i) =>
      ['u', 'v'].map((name) => exposureRow(`${name}${i}`, 'a', { ...UNDRAWN, revision, at: NOW })),
    ),
  })
  const found = await audit(store, { now: NOW })
  expect([found.rows, found.same]).toEqual([260, 260])
})

test('a problem of an entry that is drawn again becomes no warning of the process', async () => {
  const entry = { experiment: { experiment_id: 'exp', variants: { a: 150 } } }
  const warn = jest.spyOn(process, 'emitWarning').mockReturnValue()
  const redraw = await openRedraw(
    { feature: 'button', entry, compat: 'liveflag', isPayload: false },
    'exp',
  )
  // Problems of the first content are told once the caller could listen.
  await new Promise(setImmediate)
  expect([redraw !== undefined, warn.mock.calls]).toEqual([true, []])
  await redraw?.close()
  warn.mockRestore()
})
