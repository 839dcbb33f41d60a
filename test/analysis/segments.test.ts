/** Results by the values of attributes that an entry declares. */
import { pOf } from '../../src/analysis/adjusted-p'
import type { ConfiguredExperiment } from '../../src/analysis/configured'
import { experimentReport, type ReportQuestion } from '../../src/analysis/experiment-report'
import { benjaminiHochberg } from '../../src/analysis/many-tests'
import { memoryStore } from '../../src/recording/memory'
import type { CountedBatch } from '../../src/recording/store'
import { conversionRow, exposureRow } from '../support/rows'

const at = Date.UTC(2026, 10, 1)
const experiment: ConfiguredExperiment = {
  feature: 'button',
  id: 'exp',
  status: 'running',
  reportBy: ['country', 'device'],
  shares: [
    { variant: 'control', share: 0.5 },
    { variant: 'new', share: 0.5 },
  ],
}

async function reported(batch: CountedBatch, also: Partial<ReportQuestion> = {}) {
  const store = memoryStore()
  await store.write(batch)
  return experimentReport(store, { experiment, now: at + 9e8, ...also })
}

/** So many units of a country, of whom every `nth` of the new variant buys, and every tenth else. */
const unitsIn = (country: string | null, count: number, nth: number): CountedBatch => {
  const units = Array.from({ length: count }, (_, i) => `${country}${i}`)
  return {
    exposures: units.map((unit, i) =>
      exposureRow(unit, i % 2 === 0 ? 'control' : 'new', {
        at,
        attributes: country === null ? null : { country, device: 'phone' },
      }),
    ),
    conversions: units.flatMap((unit, i) =>
      Math.floor(i / 2) % (i % 2 === 0 ? 10 : nth) === 0
        ? [conversionRow(unit, 1, { at: at + 1000 })]
        : [],
    ),
  }
}

const together = (...batches: readonly CountedBatch[]): CountedBatch => ({
  exposures: batches.flatMap(({ exposures = [] }) => exposures),
  conversions: batches.flatMap(({ conversions = [] }) => conversions),
})

test('each value has the results of its own units, and who has none recorded is unknown', async () => {
  const { segments } = await reported(
    together(unitsIn('NZ', 400, 4), unitsIn('AU', 200, 10), unitsIn(null, 20, 10)),
  )
  expect(segments.map(({ attribute }) => attribute)).toEqual(['country', 'device'])
  const [byCountry, byDevice] = segments
  expect(byCountry?.values.map(({ value, units }) => [value, units])).toEqual([
    ['NZ', 400],
    ['AU', 200],
    [null, 20],
  ])
  expect(byDevice?.values.map(({ value, units }) => [value, units])).toEqual([
    ['phone', 600],
    [null, 20],
  ])
  const converted = byCountry?.values.map(({ conversions }) =>
    conversions[0]?.variants.map((one) => one.converted),
  )
  expect(converted).toEqual([
    [20, 50],
    [10, 10],
    [1, 1],
  ])
})

test('p is adjusted by Benjamini and Hochberg over all segments', async () => {
  const { segments } = await reported(together(unitsIn('NZ', 400, 4), unitsIn('AU', 200, 8)))
  const all = segments.flatMap(({ values }) =>
    values.flatMap(({ conversions }) => conversions.flatMap(({ variants }) => variants)),
  )
  // Each conversion is a rate and a value here, which are two comparisons.
  const inOrder = all.flatMap((one) => [pOf(one), one.value && pOf(one.value)])
  const tests = inOrder.filter((p) => typeof p === 'number')
  const expected = benjaminiHochberg(tests)
  expect(tests).toHaveLength(2 * 3)
  expect(all.flatMap((one) => [one.adjustedP, one.value?.adjustedP]).filter((p) => p)).toEqual(
    expected,
  )
})

test('of many values the twenty with the most units are there, and the rest is counted', async () => {
  const many = Array.from({ length: 30 }, (_, i) => unitsIn(`C${i}`, i + 2, 5))
  const { segments } = await reported(together(...many), { segment: 'country' })
  expect(segments).toHaveLength(1)
  expect(segments[0]?.values).toHaveLength(20)
  expect(segments[0]?.values[0]).toMatchObject({ value: 'C29', units: 31 })
  expect(segments[0]?.others).toBe(
    Array.from({ length: 10 }, (_, i) => i + 2).reduce((a, b) => a + b),
  )
})

test.each([
  [experiment, 'contry', 'it declares country, device; did you mean country?'],
  [{ ...experiment, reportBy: [] }, 'plan', 'declares none; write report_by: [plan]'],
])(
  'one that is not declared is an error that names those that are',
  async (from, segment, hint) => {
    const asked = reported(unitsIn('NZ', 4, 2), { experiment: from, segment })
    await expect(asked).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining(hint),
    })
  },
)
