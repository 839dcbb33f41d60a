/** Units that are in the figures of a span because they came back in it. */
import { dataChecks } from '../../src/analysis/data-checks'
import { experimentReport, type ReportQuestion } from '../../src/analysis/experiment-report'
import { exactHomogeneity } from '../../src/analysis/exact-homogeneity'
import { verdictOf } from '../../src/analysis/gates'
import { isSound, noteLines, redLines } from '../../src/analysis/verdicts'
import { memoryStore } from '../../src/recording/memory'
import type { CountedBatch, ExposureRow } from '../../src/recording/store'
import { atOnce } from '../../src/runtime/time-slice'
import { closeEngines } from '../support/engine'
import { assignedRow, conversionRow, exposureRow } from '../support/rows'
import { DAY, ids, running, START } from '../support/running-experiment'

afterEach(closeEngines)

const NAMES = ['control', 'green'] as const
type Variant = (typeof NAMES)[number]

async function reported(batch: CountedBatch, also: Partial<ReportQuestion> = {}) {
  const store = memoryStore()
  await store.write(batch)
  return experimentReport(store, {
    experiment: {
      ...{ feature: 'x', id: 'exp', status: undefined },
      shares: NAMES.map((variant) => ({ variant, share: 0.5 })),
    },
    span: { from: START + 7 * DAY },
    now: START + 20 * DAY,
    ...also,
  })
}

/** So many of 200 of each variant come back, and half of all who are there buy. */
function comingBack(shares: Readonly<Record<Variant, number>>): CountedBatch & {
  readonly exposures: readonly ExposureRow[]
} {
  const of = (variant: Variant, day: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      exposureRow(`${variant}${i}`, variant, { at: START + day * DAY }),
    )
  return {
    exposures: NAMES.flatMap((variant) => [
      ...of(variant, 0, 200),
      ...of(variant, 8, shares[variant]),
    ]),
    conversions: NAMES.flatMap((variant) =>
      Array.from({ length: 100 }, (_, i) =>
        conversionRow(`${variant}${2 * i}`, 1, { at: START + 9 * DAY }),
      ),
    ),
  }
}

const MORE = { control: 60, green: 120 }

test('of one variant more than of another make the report red, since the figures have who came back', async () => {
  const found = await reported(comingBack(MORE))
  expect(found.quality.returned).toEqual({
    p: expect.any(Number),
    isUneven: true,
    variants: [
      { variant: 'control', before: 200, returned: 60 },
      { variant: 'green', before: 200, returned: 120 },
    ],
  })
  // fisher.test(matrix(c(60, 140, 120, 80), 2))$p.value
  expect(found.quality.returned?.p).toBeCloseTo(2.29809034e-9, 15)
  expect(isSound(found)).toBe(false)
  expect(dataChecks(found)).toContainEqual({ name: 'came-back', count: 180, level: 'red' })
  expect(redLines(found)).toEqual([
    'CAME BACK UNEVENLY (p < 0.0001): of the units that were first seen before this time, 30.0 % of 200 in control, 60.0 % of 200 in green came back in it. Whoever came back is in these figures, and the variant had a part in who that is, so they do not compare like with like. The report without --since does, and so does one with a --window.',
  ])
  expect(verdictOf(found, ['purchase']).reason).toContain('came back')
})

test('of each variant about as many are named in a line, and leave the report sound', async () => {
  const found = await reported(comingBack({ control: 100, green: 110 }))
  expect(found.quality.returned).toMatchObject({ isUneven: false })
  expect(isSound(found)).toBe(true)
  expect(noteLines(found)).toContainEqual(
    expect.stringMatching(
      /^210 units were first seen before this time, and are in the figures because they came back; no variant was found to bring back more than another \(p = 0\.3\d\)\.$/,
    ),
  )
})

test.each<[string, CountedBatch, Partial<ReportQuestion>]>([
  ['a window leaves them out', comingBack(MORE), { windowMs: 7 * DAY }],
  ['the whole report has everybody', comingBack(MORE), { span: {} }],
  [
    'a time that is over has none of them',
    comingBack(MORE),
    { span: { from: START + 7 * DAY, to: START + 15 * DAY } },
  ],
  ['there are no figures', { exposures: comingBack(MORE).exposures }, {}],
])('nothing is asked where %s', async (_, batch, also) => {
  const anew = NAMES.flatMap((variant) =>
    Array.from({ length: 50 }, (_, i) =>
      exposureRow(`${variant}-new${i}`, variant, { at: START + 8 * DAY }),
    ),
  )
  const found = await reported({ ...batch, exposures: [...(batch.exposures ?? []), ...anew] }, also)
  expect(found.quality.returned).toBeUndefined()
  expect(redLines(found)).toEqual([])
  expect(isSound(found)).toBe(true)
})

test('of subjects of decisions all times are kept, so a time that is over asks as well', async () => {
  const { exposures, conversions = [] } = comingBack(MORE)
  const decisions = exposures.map(({ unit, variant, at }) =>
    assignedRow(unit, 'exp', variant, { at }),
  )
  const span = { from: START + 7 * DAY, to: START + 15 * DAY }
  const found = await reported({ decisions, conversions }, { span })
  expect(found.quality).toMatchObject({ returned: { isUneven: true }, unknown: 0 })
})

test('people of an edited split are compared within their phase: who came last comes back most', async () => {
  const halves = (a: number): string =>
    `feature_size: {experiment: {experiment_id: split, variants: [{name: a, weight: ${a}}, {name: b, weight: ${100 - a}}]}}`
  const { store, come, set, report } = await running(halves(50))
  await come(ids(1000), 0)
  await set(halves(80))
  await come(ids(1500, 1000), 4)
  // One in ten of the first comes back, and all of the second.
  await come(
    ids(2500).filter((_, i) => i >= 1000 || i % 10 === 0),
    8,
  )
  await store.write({
    conversions: ids(2500).map((id) => conversionRow(id, 1, { at: START + 9 * DAY })),
  })
  const { quality } = await report({ span: { from: START + 7 * DAY } })
  const all = quality.returned?.variants.map((one) => ({ units: one.before, did: one.returned }))
  expect(atOnce(exactHomogeneity([all ?? []]))).toBeLessThan(0.001)
  expect(quality.returned?.isUneven).toBe(false)
})
