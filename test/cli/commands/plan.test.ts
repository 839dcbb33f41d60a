/** `liveflag plan`: what an experiment can find before it starts. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStore } from '../../../src/recording/sqlite'
import { conversionRow, exposureRow } from '../../support/rows'
import { block, liveflag, scratch } from '../captured-terminal'

const write = scratch()
const folder = mkdtempSync(join(tmpdir(), 'liveflag-plan-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const path = write(
  'live.yaml',
  block(`
  feature_button:
    experiment:
      experiment_id: exp
      loggedin: true
      variants: { red: 20 }
`),
)

test('the power, the smallest effect, the units and the days, for both ways to look', async () => {
  expect(
    await liveflag([
      ...['plan', '--mean', '10', '--variance', '3909.99977', '--shares', '1,1,1'],
      ...['--units', '400,000', '--effect', '5%', '--per-day', '20000'],
    ]),
  ).toEqual({
    code: 0,
    err: '',
    out: block(`
      3 variants of 33.33 %, 33.33 %, 33.33 %; the first is the control.
      The mean of the control is 10, its variance 3,910.

                                                        one look  every look
        power of 400,000 units for an effect of 5.00 %   52.14 %     20.60 %
          of the last look alone                                      7.21 %
        smallest effect that they find, power of 80 %     7.03 %     12.82 %
        units for an effect of 5.00 %, power of 80 %     774,285   2,821,441
        days, at 20,000 units a day                           39         142
    `),
  })
})

test('small figures have the digits that they need, and one unit is one', async () => {
  const asked = ['plan', '--rate', '0.001%', '--effect', '900%', '--units', '1']
  const { out } = await liveflag([...asked, '--power', '99.9%'])
  expect(out).toContain('Of the control 0.001 % convert.')
  expect(out).toContain('power of 1 unit for an effect of 900.00 %')
  expect(out).toContain('smallest effect that it finds, power of 99.9 %')
})

test('with a window, the days until the units have come, and until the window of the last is over', async () => {
  const windowed = write(
    'windowed.yaml',
    block(`
    metrics:
      - { name: fast, event: buy, window: 12h }
    feature_button:
      experiment:
        experiment_id: exp
        loggedin: true
        window: 7d
        variants: [{ name: control, weight: 1 }, { name: red, weight: 1 }]
  `),
  )
  const figures = ['--effect', '10%', '--per-day', '1000']
  const asked = ['plan', windowed, 'button', '--rate', '10%', ...figures]
  const { out } = await liveflag(asked)
  expect(out).toMatch(/days until they have come, at 1,000 units a day +30 +85\n/)
  expect(out).toMatch(/ {2}and the window of the last, 7d, is over +37 +92\n/)
  expect(JSON.parse((await liveflag([...asked, '--json'])).out)).toMatchObject({
    windowMs: 7 * 86_400_000,
    once: { daysToCome: 30, days: 37 },
  })
  const file = await bought()
  const ofMetric = ['plan', windowed, 'button', '--store', file, '--conversion', 'fast', '--json']
  expect(JSON.parse((await liveflag([...ofMetric, ...figures])).out)).toMatchObject({
    windowMs: 43_200_000,
  })
})

test('the shares of an experiment of the live config: both controls are the control', async () => {
  const { code, out } = await liveflag(['plan', path, 'button', '--rate', '0.1', '--units', '4000'])
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining(
      '2 variants: control_1 and control_2 50.00 %, red 50.00 %; the first is the control.',
    ),
  })
})

test('traffic and the metric as they are in the store', async () => {
  const file = join(folder, 'records.db')
  const store = sqliteStore(file)
  const at = Date.UTC(2026, 10, 1)
  const units = Array.from({ length: 200 }, (_, i) => `u${i}`)
  await store.write({
    exposures: units.map((unit, i) =>
      exposureRow(unit, i % 2 === 0 ? 'control_1' : 'red', { at: at + (i % 4) * 86_400_000 }),
    ),
    conversions: units
      .filter((_, i) => i % 8 === 0)
      .map((unit) => conversionRow(unit, 20, { at: at + 9 * 86_400_000 })),
  })
  await store.close()
  const asked = ['plan', path, 'button', '--store', file, '--conversion', 'purchase', '--json']
  const ofRate = await liveflag([...asked, '--effect', '10%'])
  expect(JSON.parse(ofRate.out)).toMatchObject({
    metric: { rate: 0.25 },
    unitsPerDay: 50,
    once: { days: expect.any(Number) },
  })
  const ofValue = await liveflag([...asked, '--value', '--effect', '10%'])
  expect(JSON.parse(ofValue.out)).toMatchObject({
    metric: { mean: 5, variance: expect.closeTo(75.7576, 4) },
  })
})

const METRICS = write(
  'metrics.yaml',
  block(`
  metrics:
    - { name: fast, event: buy, window: 1d }
    - { name: revenue, event: buy, type: value, winsorize: 0.99 }
    - { name: ctr, type: ratio, ratio: { numerator: click, denominator: view } }
  feature_button:
    experiment:
      experiment_id: exp
      loggedin: true
      variants: [{ name: control, weight: 1 }, { name: red, weight: 1 }]
`),
)

/** One of ten buys at once, two more after ten days; one of 500 for much; one in four clicks. */
async function bought(): Promise<string> {
  const file = join(folder, 'bought.db')
  const store = sqliteStore(file)
  const at = Date.UTC(2026, 10, 1)
  const units = Array.from({ length: 2000 }, (_, i) => `u${i}`)
  const rowsOf = (unit: string, i: number) => {
    const n = Math.floor(i / 2)
    const buys = n % 10 < 3
    return [
      ...(buys
        ? [
            conversionRow(unit, n % 500 === 1 ? 50_000 : 10 + (n % 7), {
              ...{ name: 'buy', at: at + (n % 10 === 0 ? 1 : 240) * 3_600_000 },
            }),
          ]
        : []),
      ...Array.from({ length: 1 + (n % 3) }, (_, k) =>
        conversionRow(unit, null, { name: 'view', at: at + 1000 + k }),
      ),
      ...(n % 4 === 0 ? [conversionRow(unit, null, { name: 'click', at: at + 5000 })] : []),
    ]
  }
  await store.write({
    exposures: units.map((unit, i) => exposureRow(unit, i % 2 === 0 ? 'control' : 'red', { at })),
    conversions: units.flatMap(rowsOf),
  })
  await store.close()
  return file
}

test('a metric is planned by what the report counts: its window, its limits and its ratio', async () => {
  const file = await bought()
  const of = async (name: string) => {
    const asked = [METRICS, 'button', '--store', file, '--conversion', name, '--json']
    const plan = await liveflag(['plan', ...asked, '--units', '1000'])
    const report = await liveflag(['experiment', ...asked])
    const { conversions } = JSON.parse(report.out) as {
      readonly conversions: readonly {
        readonly variants: readonly {
          readonly rate: { readonly value: number }
          readonly value: {
            readonly mean: { readonly value: number; readonly interval: readonly number[] }
          } | null
        }[]
      }[]
    }
    return { ...(JSON.parse(plan.out) as object), reported: conversions[0]?.variants[0] }
  }
  const fast = await of('fast')
  expect(fast).toMatchObject({ metric: { rate: 0.1 }, reported: { rate: { value: 0.1 } } })
  for (const name of ['revenue', 'ctr']) {
    const { metric, reported } = (await of(name)) as unknown as {
      readonly metric: { readonly mean: number; readonly variance: number }
      readonly reported: NonNullable<Awaited<ReturnType<typeof of>>['reported']>
    }
    const { value = 0, interval = [] } = reported.value?.mean ?? {}
    expect(metric.mean).toBeCloseTo(value, 9)
    const halfOfInterval = ((interval[1] ?? 0) - (interval[0] ?? 0)) / 2
    // Student's quantile of 999 degrees of freedom.
    expect(1.9623 * Math.sqrt(metric.variance / 1000)).toBeCloseTo(halfOfInterval, 4)
    expect(metric.mean).toBeLessThan(10)
  }
})

test('--window goes before the window of the metric and of the experiment, in what is recorded and in the days', async () => {
  const file = await bought()
  const asked = ['plan', METRICS, 'button', '--store', file, '--conversion', 'fast']
  const of = async (...more: string[]): Promise<unknown> =>
    JSON.parse((await liveflag([...asked, '--effect', '10%', '--json', ...more])).out)
  expect(await of()).toMatchObject({ windowMs: 86_400_000, metric: { rate: 0.1 } })
  // Those of after ten days count, too.
  expect(await of('--window', '14d')).toMatchObject({
    windowMs: 14 * 86_400_000,
    metric: { rate: 0.3 },
  })
  const figures = ['--rate', '10%', '--effect', '10%', '--per-day', '1000']
  const { out } = await liveflag(['plan', ...figures, '--window', '3d'])
  expect(out).toMatch(/ {2}and the window of the last, 3d, is over +33 +88\n/)
  expect(await liveflag(['plan', ...figures, '--window', 'week'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--window is "week"; write a length of time such as 7d'),
  })
})

test('--like takes the control that the live config declares for the earlier experiment', async () => {
  const text = (control: string): string =>
    write(
      `like-${control || 'none'}.yaml`,
      block(`
      feature_button:
        experiment:
          experiment_id: later
          enabled: on
          variants: [{ name: control, weight: 1 }, { name: red, weight: 1 }]
      feature_before:
        experiment:
          experiment_id: exp
          enabled: on${control}
          window: 1h
          variants: [{ name: fast, weight: 1 }, { name: legacy, weight: 1 }]
    `),
    )
  const file = join(folder, 'like.db')
  const store = sqliteStore(file)
  const at = Date.UTC(2026, 10, 1)
  const units = Array.from({ length: 200 }, (_, i) => `u${i}`)
  const variantOf = (i: number): string => (i % 2 === 0 ? 'fast' : 'legacy')
  await store.write({
    exposures: units.map((unit, i) => exposureRow(unit, variantOf(i), { at })),
    conversions: units
      .filter((_, i) => i % 4 === 0 || i % 8 === 1)
      .map((unit) => conversionRow(unit, 1, { at: at + 86_400_000 })),
  })
  await store.close()
  const metricBy = async (control: string): Promise<unknown> => {
    const asked = [text(control), 'later', '--store', file, '--like', 'exp', '--json']
    const { out } = await liveflag([
      ...['plan', ...asked, '--conversion', 'purchase', '--units', '1000'],
    ])
    return (JSON.parse(out) as { readonly metric: unknown }).metric
  }
  expect(await metricBy('\n          control: legacy')).toEqual({ rate: 0.25 })
  expect(await metricBy('')).toEqual({ rate: 0.5 })
})

test('with --per-day the store need not have exposures of the experiment', async () => {
  const file = join(folder, 'empty.db')
  const store = sqliteStore(file)
  await store.write({ exposures: [exposureRow('u1', 'a', { experiment: 'other' })] })
  await store.close()
  const asked = ['plan', '--store', file, '--like', 'zzz', '--rate', '10%', '--json']
  const { code, err, out } = await liveflag([...asked, '--per-day', '100', '--effect', '10%'])
  expect([code, err]).toEqual([0, ''])
  expect(JSON.parse(out)).toMatchObject({ unitsPerDay: 100 })
  expect(await liveflag(asked)).toMatchObject({
    code: 2,
    err: expect.stringContaining('give --per-day'),
  })
})

test.each([
  [[], 'say what is measured'],
  [['--rate', '10%'], 'say what to plan for: --effect 5%'],
  [['--rate', '10%', '--per-day', '100', '--json'], 'say what to plan for: --effect 5%'],
  [
    [path, 'button', '--like', 'abc', '--rate', '10%', '--effect', '5%'],
    '--like: say where experiment abc was recorded, with --store or LIVEFLAG_STORE',
  ],
  [['--rate', '10%', '--mean', '5'], 'two metrics'],
  [['--mean', '5'], '--mean and --variance go together'],
  [['--rate', '10'], 'write a part such as 0.05'],
  [['--rate', '10%', '--units', 'many'], '--units is "many"'],
  [['--rate', '10%', '--store', 'nowhere.db'], '--like'],
  [[path, '--rate', '10%'], 'name the experiment'],
  [['--rate', '60%', '--effect', '90%'], 'no rate is above 1'],
])('%j is refused', async (flags, message) => {
  const { code, err } = await liveflag(['plan', ...flags])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) })
})

test.each(['--rate', '--mean', '--variance'])(
  '%s beside --conversion is refused',
  async (written) => {
    const asked = ['plan', path, 'button', '--store', 'records.db', '--conversion', 'purchase']
    const { code, err } = await liveflag([...asked, written, '10'])
    expect(code).toBe(2)
    expect(err).toContain(`both ${written} and --conversion say what is measured`)
  },
)
