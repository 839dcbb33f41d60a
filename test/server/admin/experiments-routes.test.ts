/** Reports and plans of the API have the figures of `liveflag experiment --json` and `liveflag plan`. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExperimentView, PlanView } from '../../../src/server/admin/contract'
import { sqliteStore } from '../../../src/recording/sqlite'
import { tempDir } from '../../support/temp-dir'
import { conversionRow, dropRow, exposureRow } from '../../support/rows'
import { liveflag } from '../../cli/captured-terminal'
import { closeScenes, scene } from './scene'

afterAll(closeScenes)

const LIVE = `
metrics:
  - { name: errors, event: error, direction: down, role: guardrail, margin: 5% }
  - { name: revenue, event: purchase, type: value, window: 7d }
  - { name: buyers, event: purchase, role: primary, window: 7d }
feature_button:
  experiment:
    experiment_id: exp
    status: running
    loggedin: true
    report_by: [country]
    variants: [{ name: control, weight: 30 }, { name: red, weight: 70 }]
`

const DAY = 86_400_000
const AT = Date.UTC(2026, 10, 1)
/** The clock of the captured terminal. */
const NOW = new Date(2027, 0, 31, 9, 5, 7).getTime()

const entryOf = (red: number) => {
  const text = JSON.stringify({
    experiment: {
      experiment_id: 'exp',
      variants: [
        { name: 'control', weight: 100 - red },
        { name: 'red', weight: red },
      ],
    },
  })
  const revision = createHash('sha256').update(text).digest('hex')
  return { revision, feature: 'button', text, at: AT }
}

/** 50/50 for ten days, then 30/70; some came signed out first, and some buy. */
async function recorded(): Promise<string> {
  const file = join(tempDir(), 'records.db')
  const store = sqliteStore(file)
  const [before, after] = [entryOf(50), entryOf(70)]
  const units = Array.from({ length: 600 }, (_, i) => i)
  const inRed = (i: number) => (i < 300 ? i % 2 === 0 : i % 10 < 7)
  await store.write({
    configs: [before, after],
    exposures: units.map((i) =>
      exposureRow(i % 9 === 0 ? `l${i}` : `u${i}`, inRed(i) ? 'red' : 'control', {
        at: AT + (i < 300 ? i % 10 : 10 + (i % 10)) * DAY,
        revision: (i < 300 ? before : after).revision,
        attributes: i % 5 === 0 ? null : { country: i % 3 === 0 ? 'NZ' : 'AU' },
        loid: i % 9 === 0 ? `l${i}` : null,
        user: i % 9 === 0 && i % 2 === 1 ? `u${i + 1}` : null,
      }),
    ),
    conversions: units
      .filter((i) => i % 4 === 0 || (inRed(i) && i % 7 === 0))
      .map((i) =>
        conversionRow(`u${i}`, 5 + (i % 13), {
          at: AT + (10 + (i % 20)) * DAY,
          name: i % 5 === 0 ? 'error' : 'purchase',
        }),
      ),
    drops: [dropRow({ firstAt: AT, lastAt: AT + DAY })],
  })
  await store.close()
  return file
}

const opened = async () => {
  const db = await recorded()
  return { db, ...(await scene({ db, now: () => NOW }, LIVE)) }
}

/** Nothing is written into it, so one server is enough for all questions. */
let shared: Awaited<ReturnType<typeof opened>>
beforeAll(async () => {
  shared = await opened()
})

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

/** A report of the API, its times written as the command writes them. */
function asPrinted({ report }: ExperimentView): object {
  const { from, to, windowMs, gaps: _, looks: _looks, ...figures } = report
  return {
    ...figures,
    from: iso(from),
    to: iso(to),
    window: windowMs === null ? null : `${windowMs / DAY}d`,
    phases: report.phases.map((phase) => ({
      ...phase,
      from: iso(phase.from),
      since: iso(phase.since),
    })),
    drops: report.drops.map((drop) => ({
      ...drop,
      firstAt: iso(drop.firstAt),
      lastAt: iso(drop.lastAt),
    })),
  }
}

test.each([
  ['', []],
  ['?window=3d', ['--window', '3d']],
  ['?since=2026-11-06&until=2026-11-16', ['--since', '2026-11-06', '--until', '2026-11-16']],
  ['?since=80d', ['--since', '80d']],
  ['?stitch=true', ['--stitch']],
  ['?segment=country', ['--segment', 'country']],
  ['?conversion=buyers&control=red', ['--conversion', 'buyers', '--control', 'red']],
  ['?conversion=error&by=unit', ['--conversion', 'error', '--by', 'unit']],
])(
  'the report %s is that of the command, metrics of the live config included',
  async (query, args) => {
    const { db, path, ask } = shared
    const view = await ask<ExperimentView>(`/experiments/exp${query}`)
    const { out } = await liveflag(['experiment', path, 'exp', '--store', db, '--json', ...args])
    const { looks, ...printed } = JSON.parse(out)
    expect(asPrinted(view)).toEqual(printed)
    expect(looks.total).toBe(view.report.looks.total + 1)
    const [country] = view.report.segments
    expect(country?.values.map(({ value }) => value)).toEqual(['AU', 'NZ', null])
  },
)

test('a mismatch that the sums do not show says which phase it is in', async () => {
  const db = join(tempDir(), 'opposite.db')
  const store = sqliteStore(db)
  const phases = [entryOf(50), { ...entryOf(30), at: AT + 10 * DAY }]
  // Of 1,000 units each, every fifth of one variant is lost: of the control first, and then of red.
  const lost = ['control', 'red']
  await store.write({
    configs: phases,
    exposures: phases.flatMap(({ revision }, phase) =>
      Array.from({ length: 1000 }, (_, i) => {
        const variant = i % 10 < (phase === 0 ? 5 : 3) ? 'red' : 'control'
        const at = AT + (phase * 10 + (i % 10)) * DAY
        return { ...exposureRow(`p${phase}-${i}`, variant, { at, revision }), i }
      })
        .filter(({ i, variant }) => variant !== lost[phase] || Math.floor(i / 10) % 5 > 0)
        .map(({ i: _, ...row }) => row),
    ),
  })
  await store.close()
  const { ask } = await scene({ db, now: () => NOW }, LIVE)
  const { report, mismatch, warnings } = await ask<ExperimentView>('/experiments/exp')
  for (const { testedShare, expectedShare } of report.variants)
    expect(Math.abs((testedShare ?? 0) - (expectedShare ?? 0))).toBeLessThan(0.02)
  expect(mismatch).toMatch(
    /^(?:red|control) has \d+ where \d+ were expected in the phase from 2026-11-(?:01|11)$/,
  )
  expect(warnings[0]).toMatch(new RegExp(`^SAMPLE-RATIO MISMATCH \\(p .*\\): ${mismatch}\\.$`))
  expect((await shared.ask<ExperimentView>('/experiments/exp')).mismatch).toBeNull()
})

test('metrics come by their roles, and what can be asked for does not depend on what is', async () => {
  const { ask } = shared
  const all = await ask<ExperimentView>('/experiments/exp')
  expect(all.report.conversions.map(({ metric }) => [metric?.name, metric?.role])).toEqual([
    ['buyers', 'primary'],
    ['errors', 'guardrail'],
    ['revenue', 'secondary'],
  ])
  expect(all.report.conversions[1]?.guardrails).toHaveLength(1)
  const one = await ask<ExperimentView>('/experiments/exp?conversion=buyers')
  expect(one.report.conversions).toHaveLength(1)
  expect([...one.conversions].sort()).toEqual(['buyers', 'errors', 'revenue'])
  expect([...all.conversions].sort()).toEqual(['buyers', 'errors', 'revenue'])
})

test('what is shown again is no further look, until the next day', async () => {
  let now = NOW
  const { ask, call } = await scene({ db: await recorded(), now: () => now }, LIVE)
  const looks = async (query: string) =>
    (await ask<ExperimentView>(`/experiments/exp${query}`)).report.looks
  const kept = { isKept: true, why: null }
  expect(await looks('?again=true')).toEqual({ total: 1, days: 1, ...kept })
  expect(await looks('')).toEqual({ total: 2, days: 1, ...kept })
  for (const file of ['csv', 'svg'])
    expect((await call('GET')(`/experiments/exp/report.${file}?again=true`)).status).toBe(200)
  expect(await looks('?again=true')).toEqual({ total: 2, days: 1, ...kept })
  now += DAY
  expect(await looks('?again=true')).toEqual({ total: 3, days: 2, ...kept })
  expect((await call('GET')('/experiments/exp/report.csv')).status).toBe(200)
  expect(await looks('?again=true')).toEqual({ total: 4, days: 2, ...kept })
})

test('every check of the data comes with its count, and a red one takes the verdict away', async () => {
  const { ask } = shared
  const { checks, isSound, report } = await ask<ExperimentView>('/experiments/exp')
  expect(checks).toContainEqual({ name: 'lost', count: 10, level: 'red' })
  expect(checks).toContainEqual({ name: 'orphans', count: 0, level: 'good' })
  expect([isSound, report.sampleRatio.verdict]).toEqual([false, 'incomplete'])
})

test('an edit of the metrics is in the next report, for any source', async () => {
  const { ask, features, path } = await scene({ db: shared.db, now: () => NOW }, LIVE)
  writeFileSync(path, LIVE.replace('margin: 5%', 'margin: 8%'))
  await features.reload()
  const { report } = await ask<ExperimentView>('/experiments/exp?conversion=errors')
  expect(report.conversions[0]?.metric?.margin).toBe(0.08)
})

test.each([
  ['/experiments/exp?window=week', 'window is "week"; write a length of time such as 7d'],
  ['/experiments/exp?since=monday', 'since is "monday"; write a day'],
  ['/experiments/exp?since=3d&until=5d', 'since is not before until'],
  ['/experiments/exp?segment=contry', 'did you mean country?'],
  ['/experiments/exp?conversion=purchse', 'did you mean purchase?'],
  ['/experiments/exp/plan?rate=1.5', 'rate is 1.5; write a part such as 0.05'],
  ['/experiments/exp/plan?rate=0.1&effect=-1', 'effect is -1'],
  ['/experiments/exp/plan?rate=0.1&mean=3', 'rate and mean are two metrics'],
])('%s is refused: %s', async (path, message) => {
  const { call } = shared
  const { status, said } = await call('GET')(path)
  expect([status, JSON.parse(said)]).toMatchObject([
    400,
    { error: { message: expect.stringContaining(message) } },
  ])
})

describe('a plan', () => {
  test.each([
    ['rate=10%&effect=5%&per_day=2000', ['--rate', '10%', '--effect', '5%', '--per-day', '2000']],
    [
      'mean=10&variance=3909.99977&units=400000&effect=0.05&shares=1,1,1&power=0.9',
      ['--mean', '10', '--variance', '3909.99977', '--units', '400000', '--effect', '0.05'].concat(
        ...['--shares', '1,1,1', '--power', '0.9'],
      ),
    ],
    ['conversion=purchase&effect=10%', ['--conversion', 'purchase', '--effect', '10%']],
    ['conversion=revenue&effect=10%', ['--conversion', 'revenue', '--effect', '10%']],
    [
      'conversion=revenue&effect=10%&window=2d',
      ['--conversion', 'revenue', '--effect', '10%', '--window', '2d'],
    ],
    [
      'conversion=purchase&value=true&units=9000',
      ['--conversion', 'purchase', '--value', '--units', '9000'],
    ],
  ])('of %s is that of the command, at the traffic of the store', async (query, args) => {
    const { db, path, ask } = shared
    const { plan, unitsPerDay } = await ask<PlanView>(`/experiments/exp/plan?${query}`)
    const { out } = await liveflag(['plan', path, 'exp', '--store', db, '--json', ...args])
    expect({ ...plan, unitsPerDay }).toEqual(JSON.parse(out))
  })

  test('draws the smallest effect by the day, which only falls, and ends where it is asked for', async () => {
    const { ask } = shared
    const { curve, plan, variants } = await ask<PlanView>(
      '/experiments/exp/plan?rate=10%&effect=5%&per_day=5000',
    )
    expect(variants).toEqual(['control', 'red'])
    const found = curve.map(({ once }) => once ?? Infinity)
    expect(found).toEqual(found.toSorted((a, b) => b - a))
    const after = curve.filter(({ day }) => day >= (plan?.once.days ?? 0))
    expect(after[0]?.once).toBeLessThanOrEqual(0.05)
    expect(curve.findLast(({ day }) => day < (plan?.once.days ?? 0))?.once).toBeGreaterThan(0.05)
  })

  test('says what is missing, without a metric, with one that nobody has, and without traffic', async () => {
    const { ask } = await scene({ now: () => NOW }, LIVE)
    const notes = async (query: string) =>
      (await ask<PlanView>(`/experiments/exp/plan${query}`)).note
    expect(await notes('')).toContain('say what is measured')
    expect(await notes('?conversion=buyers')).toContain('no unit of a control of exp has buyers')
    expect(await notes('?rate=10%')).toContain('give the units of a day')
    expect(await notes('?rate=10%&per_day=100')).toBeNull()
  })
})
