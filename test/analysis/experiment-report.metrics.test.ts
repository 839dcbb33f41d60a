/** CUPED, winsorising, ratios and skew in a report, over phases and in every figure. */
import type { ConfiguredExperiment } from '../../src/analysis/configured'
import { dataChecks } from '../../src/analysis/data-checks'
import { verdictOf } from '../../src/analysis/gates'
import { isSound, redLines } from '../../src/analysis/verdicts'
import { differenceInMeans } from '../../src/analysis/effects'
import { experimentReport, type ReportQuestion } from '../../src/analysis/experiment-report'
import { Moments, PairMoments } from '../../src/analysis/moments'
import { adjustByBefore } from '../../src/analysis/cuped'
import { sideOfRatio } from '../../src/analysis/ratio-metric'
import { difference } from '../../src/analysis/comparisons'
import { type Metric, metricsIn } from '../../src/live-config/read-entries'
import { memoryStore } from '../../src/recording/memory'
import type { CountedBatch } from '../../src/recording/store'
import { chance } from '../support/chance'
import { conversionRow, exposureRow } from '../support/rows'

const DAY = 86_400_000
const at = Date.UTC(2026, 10, 1)
const experiment: ConfiguredExperiment = {
  feature: 'button',
  id: 'exp',
  status: 'running',
  shares: [
    { variant: 'control', share: 0.5 },
    { variant: 'new', share: 0.5 },
  ],
}
const metricOf = (text: string): readonly Metric[] => metricsIn(`metrics: [${text}]\n`, 'yaml')

async function reportOf(batch: CountedBatch, metric: string, also: Partial<ReportQuestion> = {}) {
  const store = memoryStore()
  await store.write(batch)
  const metrics = metricOf(metric)
  expect(metrics).toHaveLength(1)
  const report = await experimentReport(store, {
    ...{ experiment, now: at + 60 * DAY, metrics, ...also },
  })
  const [found] = report.conversions
  if (!found) throw new Error('no metric')
  return { report, found, newOne: found.variants.find(({ variant }) => variant === 'new') }
}

interface Unit {
  readonly name: string
  readonly variant: 'control' | 'new'
  readonly before: number
  readonly during: number
}

/** Units whose value in the experiment follows that of before, with some noise. */
function unitsOf(count: number, effect: number, bias = 0, seed = 3): readonly Unit[] {
  const { normal } = chance(seed)
  return Array.from({ length: count }, (_, i) => {
    const variant = i % 2 === 0 ? ('control' as const) : ('new' as const)
    const before = 50 + 10 * normal() + (variant === 'new' ? bias : 0)
    const during = before + 3 * normal() + (variant === 'new' ? effect : 0)
    return { name: `u${i}`, variant, before, during }
  })
}

const batchOf = (units: readonly Unit[]): CountedBatch => ({
  exposures: units.map(({ name, variant }) => exposureRow(name, variant, { at })),
  conversions: units.flatMap(({ name, before, during }) => [
    conversionRow(name, before, { at: at - 3 * DAY }),
    conversionRow(name, 1e6, { at: at - 20 * DAY }),
    conversionRow(name, during, { at: at + DAY }),
  ]),
})

const sideOf = (units: readonly Unit[], variant: Unit['variant']) =>
  PairMoments.of(
    units
      .filter((one) => one.variant === variant)
      .map(({ before, during }) => [before, during] as const),
  )

describe('cuped', () => {
  const REVENUE = '{ name: purchase, type: value, cuped: 14d }'

  test('takes away what the time before foretells, as the function does, and says how much', async () => {
    const units = unitsOf(400, 1)
    const { found, newOne } = await reportOf(batchOf(units), REVENUE)
    const adjusted = adjustByBefore([sideOf(units, 'control'), sideOf(units, 'new')])
    const [a, b] = adjusted.sides
    if (!a || !b) throw new Error('no sides')
    expect(newOne?.value?.difference?.value).toBeCloseTo(difference(b, a).value, 9)
    expect(found.cuped).toMatchObject({ beforeMs: 14 * DAY, isBalanced: true })
    expect(found.cuped?.reduction).toBeCloseTo(adjusted.explained, 9)
    expect(found.cuped?.reduction).toBeGreaterThan(0.8)
    const [low = 0, high = 0] = newOne?.value?.difference?.interval ?? []
    const [wideLow = 0, wideHigh = 0] = newOne?.value?.unadjusted?.difference?.interval ?? []
    expect(high - low).toBeLessThan((wideHigh - wideLow) / 2)
    expect(low).toBeGreaterThan(0)
  })

  test('what it uses of the time before is not among what is not counted', async () => {
    const store = memoryStore()
    await store.write(batchOf(unitsOf(60, 1)))
    const earlierOf = async (metric: string) => {
      const question = { experiment, now: at + 60 * DAY, metrics: metricOf(metric) }
      return (await experimentReport(store, question)).quality.earlier
    }
    // Each has one of 3 days before, and one of 20.
    expect(await earlierOf('{ name: purchase, type: value }')).toBe(120)
    expect(await earlierOf(REVENUE)).toBe(60)
  })

  test('a difference before the start is named, and nothing is adjusted', async () => {
    const { found, newOne } = await reportOf(batchOf(unitsOf(400, 0, 8)), REVENUE)
    expect(found.cuped?.isBalanced).toBe(false)
    expect(found.cuped?.balanceP).toBeLessThan(0.001)
    expect(newOne?.value?.unadjusted).toBeNull()
  })

  test('such a difference is red, of one metric among several, for one look and for many, and of gates', async () => {
    const store = memoryStore()
    await store.write(batchOf(unitsOf(400, 0, 8)))
    const metrics = metricOf(REVENUE)
    const again = metrics.map((metric) => ({ ...metric, name: 'again' }))
    const asked = { experiment, metrics: [...metrics, ...again] }
    for (const question of [{ isWatch: true }, {}, { now: at + 61 * DAY }]) {
      const report = await experimentReport(store, { now: at + 60 * DAY, ...asked, ...question })
      expect(dataChecks(report)).toContainEqual({ name: 'unbalanced', count: 2, level: 'red' })
      expect(isSound(report)).toBe(false)
      expect(redLines(report).join('\n')).toContain('UNBALANCED: the variants differed in')
      const { outcome, reason } = verdictOf(report, ['revenue'])
      expect([outcome, reason]).toEqual([
        'inconclusive',
        expect.stringContaining('before their exposure already'),
      ])
    }
    await store.close()
  })

  test('the p of balance is of all metrics together', async () => {
    const store = memoryStore()
    await store.write(batchOf(unitsOf(400, 0, 2)))
    const [metric] = metricOf(REVENUE)
    if (!metric) throw new Error('there is a metric')
    const balanceOf = async (count: number) => {
      const metrics = Array.from({ length: count }, (_, i) => ({ ...metric, name: `m${i}` }))
      const report = await experimentReport(store, {
        experiment,
        now: at + 60 * DAY,
        metrics,
        isAgain: true,
      })
      return report.conversions[0]?.cuped?.balanceP ?? NaN
    }
    const one = await balanceOf(1)
    expect(one).toBeLessThan(0.3)
    expect(await balanceOf(3)).toBeCloseTo(3 * one, 9)
    await store.close()
  })

  test('without anything before, figures are those without it', async () => {
    const units = unitsOf(60, 1)
    const { exposures = [], conversions = [] } = batchOf(units)
    const late = conversions.filter((row) => row.at > at)
    const { found, newOne } = await reportOf({ exposures, conversions: late }, REVENUE)
    const [a, b] = [sideOf(units, 'control').second, sideOf(units, 'new').second]
    expect(found.cuped).toMatchObject({ theta: 0, reduction: 0, balanceP: null, isBalanced: true })
    expect(newOne?.value?.difference?.value).toBeCloseTo(differenceInMeans(b, a)?.value ?? NaN, 9)
  })
})

describe('winsorize', () => {
  const batch: CountedBatch = {
    exposures: Array.from({ length: 200 }, (_, i) =>
      exposureRow(`u${i}`, i % 2 === 0 ? 'control' : 'new', { at }),
    ),
    conversions: Array.from({ length: 200 }, (_, i) =>
      conversionRow(`u${i}`, i === 7 ? 100_000 : i, { at: at + DAY }),
    ),
  }

  test('limits values by a quantile of all variants together, and says how many were beyond', async () => {
    const { found, newOne } = await reportOf(
      batch,
      '{ name: purchase, type: value, winsorize: 0.99 }',
    )
    // Type 7 at 0.99 of 0 to 199 without 7, and 100,000: between 198 and 199.
    expect(found.winsorized).toMatchObject({ lowest: null, units: 2, isImpossible: false })
    expect(found.winsorized?.highest).toBeCloseTo(198.01, 9)
    expect(newOne?.value?.sum).toBeLessThan(100 * 200)
  })

  test('may have a limit below as well', async () => {
    const { found } = await reportOf(
      batch,
      '{ name: purchase, type: value, winsorize: [0.05, 0.95] }',
    )
    expect(found.winsorized?.lowest).toBeGreaterThan(8)
    expect(found.winsorized?.units).toBe(20)
  })

  test('of which nothing would be left is not done', async () => {
    const few = (batch.conversions ?? []).slice(0, 1)
    const { found, newOne } = await reportOf(
      { ...batch, conversions: few.map((row) => ({ ...row, value: 50 })) },
      '{ name: purchase, type: value, winsorize: 0.99 }',
    )
    expect(found.winsorized).toEqual({ lowest: null, highest: null, units: 0, isImpossible: true })
    expect(newOne?.value?.sum).toBe(0)
  })
})

describe('ratio', () => {
  const CTR = '{ name: ctr, ratio: { numerator: click, denominator: view } }'

  test('is a sum over a sum with the error of units, by the delta method', async () => {
    const { next } = chance(5)
    const pairs = Array.from({ length: 80 }, () => {
      const views = 1 + Math.floor(next() * 9)
      return [Math.floor(next() * (views + 1)), views] as const
    })
    const rows = (name: string, of: 0 | 1) =>
      pairs.flatMap((pair, i) =>
        Array.from({ length: pair[of] }, () =>
          conversionRow(`u${i}`, null, { name, at: at + DAY }),
        ),
      )
    const { found, newOne } = await reportOf(
      {
        exposures: pairs.map((_, i) =>
          exposureRow(`u${i}`, i % 2 === 0 ? 'control' : 'new', { at }),
        ),
        conversions: [...rows('click', 0), ...rows('view', 1)],
      },
      CTR,
    )
    const side = (rest: number) =>
      sideOfRatio(PairMoments.of(pairs.filter((_, i) => i % 2 === rest)))
    const [a, b] = [side(0), side(1)]
    if (!a || !b) throw new Error('no sides')
    expect(found.metric?.type).toBe('ratio')
    expect(newOne?.value?.mean?.value).toBeCloseTo(b.mean, 12)
    expect(newOne?.value?.difference?.value).toBeCloseTo(b.mean - a.mean, 12)
    expect(newOne?.value?.per).toBe(pairs.reduce((sum, [, v], i) => sum + (i % 2 ? v : 0), 0))
    expect(newOne?.value?.adjustedP).toBe(newOne?.value?.lift?.p)
    expect(newOne?.adjustedP).toBeNull()
  })

  test('may add values up, and has no interval of zero width', async () => {
    const units = ['u0', 'u1', 'u2', 'u3']
    const { newOne } = await reportOf(
      {
        exposures: units.map((unit, i) =>
          exposureRow(unit, i % 2 === 0 ? 'control' : 'new', { at }),
        ),
        conversions: units.flatMap((unit) => [
          conversionRow(unit, 12, { name: 'order', at: at + DAY }),
          conversionRow(unit, null, { name: 'visit', at: at + DAY }),
        ]),
      },
      '{ name: basket, ratio: { numerator: { event: order, aggregation: sum }, denominator: visit } }',
    )
    expect(newOne?.value).toMatchObject({ sum: 24, per: 2, mean: { value: 12, interval: null } })
    expect(newOne?.value?.difference).toMatchObject({ value: 0, interval: null, p: null })
  })
})

test('a basket is the money that was kept for each purchase: a refund is in the sum, and no purchase', async () => {
  const units = Array.from({ length: 6 }, (_, i) => `u${i}`)
  const { found, newOne } = await reportOf(
    {
      exposures: units.map((unit, i) => exposureRow(unit, i % 2 === 0 ? 'control' : 'new', { at })),
      conversions: [
        ...units.map((unit, i) => conversionRow(unit, 100 + i, { at: at + DAY })),
        conversionRow('u1', -101, { at: at + 2 * DAY }),
      ],
    },
    '{ name: basket, ratio: { numerator: { event: purchase, aggregation: sum }, denominator: purchase } }',
  )
  expect(newOne?.value).toMatchObject({ sum: 103 + 105, per: 3 })
  expect(newOne).toMatchObject({ converted: 3, conversions: 4 })
  expect(found.variants[0]?.value).toMatchObject({ sum: 100 + 102 + 104, per: 3 })
})

test('nobody converts by a refund alone', async () => {
  const { newOne } = await reportOf(
    {
      exposures: ['u0', 'u1', 'u2', 'u3'].map((unit, i) =>
        exposureRow(unit, i % 2 === 0 ? 'control' : 'new', { at }),
      ),
      conversions: [
        conversionRow('u0', 10, { at: at + DAY }),
        conversionRow('u1', -10, { at: at + DAY }),
        conversionRow('u3', 0, { at: at + DAY }),
      ],
    },
    '{ name: purchase, type: value }',
  )
  expect(newOne).toMatchObject({ units: 2, converted: 1, conversions: 2, value: { sum: -10 } })
})

test('the skewness is that of all values, and says how many units a mean needs', async () => {
  const { normal } = chance(8)
  const values = Array.from({ length: 300 }, () => Math.exp(2 * normal()))
  const { found } = await reportOf(
    {
      exposures: values.map((_, i) => exposureRow(`u${i}`, i < 20 ? 'new' : 'control', { at })),
      conversions: values.map((value, i) => conversionRow(`u${i}`, value, { at: at + DAY })),
    },
    '{ name: purchase, type: value }',
  )
  const { skewness } = Moments.of(values)
  expect(found.skewness).toBeCloseTo(skewness, 9)
  expect(found.unitsForMean).toBe(Math.ceil(355 * skewness ** 2))
  expect(found.isSkewed).toBe(true)
})

test('a ratio of orders that are all of one price has no interval, and neither has its lift', async () => {
  const { next } = chance(5)
  const batch: CountedBatch = {
    exposures: Array.from({ length: 400 }, (_, i) =>
      exposureRow(`u${i}`, i % 2 === 0 ? 'control' : 'new', { at }),
    ),
    conversions: Array.from({ length: 400 }, (_, i) =>
      Array.from({ length: 1 + Math.floor(next() * 4) }, () =>
        conversionRow(`u${i}`, 19.99, { at: at + DAY }),
      ),
    ).flat(),
  }
  const basket =
    '{ name: basket, ratio: { numerator: { event: purchase, aggregation: sum }, denominator: purchase } }'
  const { found } = await reportOf(batch, basket)
  for (const { value } of found.variants) {
    expect(value?.mean?.value).toBeCloseTo(19.99, 9)
    expect([value?.mean?.interval, value?.mean?.sequential]).toEqual([null, null])
    expect([value?.lift?.interval ?? null, value?.lift?.sequential ?? null]).toEqual([null, null])
  }
})
