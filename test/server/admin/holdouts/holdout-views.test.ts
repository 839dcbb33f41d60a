/** Holdouts on the dashboard's API: listed, reported as `liveflag experiment` does, and whom they concern. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  ExperimentList,
  ExperimentView,
  FeatureDetail,
  PlanView,
} from '../../../../src/server/admin/contract'
import { sqliteStore } from '../../../../src/recording/sqlite'
import { liveflag } from '../../../cli/captured-terminal'
import { conversionRow, exposureRow } from '../../../support/rows'
import { tempDir } from '../../../support/temp-dir'
import { closeScenes, scene } from '../scene'

const LIVE = `metrics:
  - { name: buyers, event: purchase, role: primary }
holdouts:
  checkout_2027: { percent: 20, domains: [checkout] }
  everything: { percent: 1 }
  nobody_yet: { percent: 0, domains: [search] }
feature_one_page:
  experiment:
    enabled: on
    domains: [checkout]
    variants: [{ name: control }, { name: one_page }]
feature_banner:
  experiment: { enabled: on, variants: [{ name: control }, { name: big }] }
feature_saved_cards:
  holdouts: [checkout_2027]
  percent_loggedin: 50
feature_plain: on
`
const AT = Date.UTC(2026, 10, 1)
const NOW = new Date(2027, 0, 31, 9, 5, 7).getTime()
const ID = 'holdout:checkout_2027'

async function recorded(): Promise<string> {
  const db = join(tempDir(), 'records.db')
  const store = sqliteStore(db)
  const units = Array.from({ length: 1000 }, (_, i) => i)
  await store.write({
    exposures: units.map((i) =>
      exposureRow(`u${i}`, i % 5 === 0 ? 'held_out' : 'rest', {
        ...{ at: AT, experiment: ID, feature: 'one_page', hash: 'stable' },
      }),
    ),
    conversions: units
      .filter((i) => i % 3 === 0)
      .map((i) => conversionRow(`u${i}`, null, { at: AT + 1000 })),
  })
  await store.close()
  return db
}

let db = ''
let shared: Awaited<ReturnType<typeof scene>>
beforeAll(async () => {
  db = await recorded()
  shared = await scene({ db, now: () => NOW }, LIVE)
})
afterAll(closeScenes)

test('the list has them beside the experiments, each with the features that it holds back', async () => {
  const { experiments } = await shared.ask<ExperimentList>('/experiments')
  const held = experiments.filter(({ holdout }) => holdout !== null)
  expect(experiments.length - held.length).toBe(2)
  expect(held).toMatchObject([
    {
      ...{ id: ID, status: null, units: 1000 },
      variants: [
        { variant: 'held_out', share: 0.2 },
        { variant: 'rest', share: 0.8 },
      ],
      holdout: {
        ...{ name: 'checkout_2027', percent: 20, domains: ['checkout'] },
        features: ['one_page', 'saved_cards'],
      },
    },
    { holdout: { name: 'everything', domains: null, features: ['banner', 'one_page'] } },
    { units: null, holdout: { name: 'nobody_yet', percent: 0, features: [] } },
  ])
})

test.each([
  ['', []],
  ['?conversion=buyers&control=rest', ['--conversion', 'buyers', '--control', 'rest']],
])('its report%s is that of the command', async (query, args) => {
  const { report, holdout, gatedFeature } = await shared.ask<ExperimentView>(
    `/experiments/${ID}${query}`,
  )
  const { out } = await liveflag(['experiment', shared.path, ID, '--store', db, '--json', ...args])
  const printed = JSON.parse(out) as Record<string, unknown>
  const same = ['feature', 'experiment', 'variants', 'sampleRatio', 'conversions', 'quality']
  for (const member of same) expect(Reflect.get(report, member)).toEqual(printed[member])
  expect([report.sampleRatio.verdict, holdout?.name, gatedFeature]).toEqual([
    'no-mismatch',
    'checkout_2027',
    null,
  ])
})

test('its plan is that of the command', async () => {
  const query = '?rate=10%25&effect=5%25&per_day=2000'
  const { plan, unitsPerDay } = await shared.ask<PlanView>(`/experiments/${ID}/plan${query}`)
  const args = ['--rate', '10%', '--effect', '5%', '--per-day', '2000', '--json']
  const { out } = await liveflag(['plan', shared.path, ID, ...args])
  expect({ ...plan, unitsPerDay }).toEqual(JSON.parse(out))
})

test.each([
  ['one_page', ['checkout_2027', 'everything']],
  ['saved_cards', ['checkout_2027']],
  ['plain', []],
])('the page of %s says by which it is held back', async (feature, names) => {
  const { holdouts } = await shared.ask<FeatureDetail>(`/features/${feature}`)
  expect(holdouts.map(({ name }) => name)).toEqual(names)
})

test('one that cannot be read any more stays as it was, and one that is taken out goes', async () => {
  const { ask, features, path } = await scene({}, LIVE)
  const listed = async () => {
    await features.reload()
    const { experiments } = await ask<ExperimentList>('/experiments')
    return experiments.flatMap(({ holdout }) =>
      holdout ? `${holdout.name} ${holdout.percent}` : [],
    )
  }
  writeFileSync(
    path,
    LIVE.replace('percent: 20', 'percent: many').replace('percent: 1 ', 'percent: 2 '),
  )
  expect(await listed()).toEqual(['checkout_2027 20', 'everything 2', 'nobody_yet 0'])
  const { holdouts } = await ask<FeatureDetail>('/features/one_page')
  expect(holdouts).toEqual([
    { name: 'checkout_2027', percent: 20 },
    { name: 'everything', percent: 2 },
  ])
  writeFileSync(path, LIVE.replace(/ {2}nobody_yet.*\n/, ''))
  expect(await listed()).toEqual(['checkout_2027 20', 'everything 1'])
})

test("r2's semantics have none", async () => {
  const { ask } = await scene({}, LIVE, () => ({ compat: 'r2' }))
  const { experiments } = await ask<ExperimentList>('/experiments')
  expect(experiments.filter(({ holdout }) => holdout !== null)).toEqual([])
})
