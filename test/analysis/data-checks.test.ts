/** The data quality box: what is red, what is left out, and what is good. */
import { dataChecks } from '../../src/analysis/data-checks'
import { experimentReport } from '../../src/analysis/experiment-report'
import { isSound } from '../../src/analysis/verdicts'
import { memoryStore } from '../../src/recording/memory'
import type { CountedBatch } from '../../src/recording/store'
import { conversionRow, dropRow, exposureRow } from '../support/rows'

const DAY = 86_400_000
const AT = Date.UTC(2026, 10, 1)

async function checksOf(batch: CountedBatch) {
  const store = memoryStore()
  await store.write(batch)
  const report = await experimentReport(store, {
    experiment: {
      feature: 'button',
      id: 'exp',
      status: undefined,
      shares: [
        { variant: 'control', share: 0.5 },
        { variant: 'red', share: 0.5 },
      ],
    },
    now: AT + 30 * DAY,
  })
  await store.close()
  const found = dataChecks(report).filter(({ level }) => level !== 'good')
  return {
    found: found.map(({ name, count, level }) => [name, count, level]),
    isSound: isSound(report),
  }
}

const exposures = Array.from({ length: 200 }, (_, i) =>
  exposureRow(`u${i}`, i % 2 === 0 ? 'control' : 'red', { at: AT }),
)

test('good data have a count of nothing for each check', async () => {
  expect(await checksOf({ exposures })).toEqual({ found: [], isSound: true })
})

test.each<[string, CountedBatch, string, number]>([
  ['rows that were lost', { drops: [dropRow({ firstAt: AT, lastAt: AT })] }, 'lost', 10],
  [
    'conversions that join no unit',
    { conversions: [conversionRow('somebody else', 1, { at: AT + DAY })] },
    'unjoined',
    1,
  ],
  [
    'units in a variant that the entry does not have',
    { exposures: [exposureRow('x', 'blue', { at: AT })] },
    'leaked',
    1,
  ],
  [
    'conversions that lie in the future',
    { conversions: [conversionRow('u1', 1, { at: AT + 90 * DAY })] },
    'future-conversions',
    1,
  ],
  [
    'units that lie in the future',
    { exposures: [exposureRow('x', 'red', { at: AT + 90 * DAY })] },
    'future-units',
    1,
  ],
  [
    'more crossed units than a sample bears',
    { exposures: exposures.slice(0, 6).map((row) => ({ ...row, variant: 'red', at: AT + 1 })) },
    'crossed',
    3,
  ],
])('%s are red', async (_, more, name, count) => {
  const { found, isSound: sound } = await checksOf({
    ...more,
    exposures: [...exposures, ...(more.exposures ?? [])],
  })
  expect(found).toContainEqual([name, count, 'red'])
  expect(sound).toBe(false)
})

test.each<[string, CountedBatch, string, number]>([
  [
    'conversions before the exposure',
    { conversions: [conversionRow('u1', 1, { at: AT - DAY })] },
    'earlier',
    1,
  ],
  [
    'few crossed units',
    { exposures: [{ ...exposureRow('u0', 'red', { at: AT + 1 }) }] },
    'crossed',
    1,
  ],
])('%s are noted, and leave the report sound', async (_, more, name, count) => {
  const { found, isSound: sound } = await checksOf({
    ...more,
    exposures: [...exposures, ...(more.exposures ?? [])],
  })
  expect(found).toEqual([[name, count, 'note']])
  expect(sound).toBe(true)
})
