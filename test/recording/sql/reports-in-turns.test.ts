/** What SQLite reads of many rows holds up nobody else on its thread. */
import { join } from 'node:path'
import { sqliteStore } from '../../../src/recording/sqlite'
import type { Reports, Store } from '../../../src/recording/store'
import { conversionRow, exposureRow } from '../../support/rows'
import { tempDir } from '../../support/temp-dir'

const UNITS = 40_000

let store: Store
beforeAll(async () => {
  store = sqliteStore(join(tempDir(), 'records.db'), { synchronous: 'normal' })
  const units = Array.from({ length: UNITS }, (_, i) => i)
  await store.write({
    exposures: units.map((i) => exposureRow(`u${i}`, i % 2 === 0 ? 'a' : 'b', { at: i })),
    conversions: units
      .filter((i) => i % 8 === 0)
      .map((i) => conversionRow(`u${i}`, 2, { at: UNITS })),
  })
})
afterAll(() => store.close())

const half = UNITS / 2
const READ: readonly (readonly [string, (reports: Reports) => Promise<unknown>, unknown])[] = [
  [
    'units',
    (reports) => reports.exposedUnits('exp'),
    ['a', 'b'].map((variant) => ({ variant, units: half, crossed: 0 })),
  ],
  [
    'units over time',
    (reports) => reports.exposuresOverTime('exp', half),
    [0, half].flatMap((start) =>
      ['a', 'b'].map((variant) => ({ start, variant, units: half / 2 })),
    ),
  ],
  ['names of conversions', (reports) => reports.conversionNames('exp'), ['purchase']],
  [
    'conversions by name',
    (reports) => reports.conversionCounts(),
    [{ name: 'purchase', conversions: UNITS / 8 }],
  ],
  [
    'times of the first and the last row',
    (reports) => reports.recorded('exp'),
    [{ what: 'exposures', kind: 'user', firstAt: 0, lastAt: UNITS - 1 }],
  ],
  [
    'conversions',
    (reports) => reports.conversions({ experiment: 'exp', name: 'purchase', by: 'unit' }),
    [
      { variant: 'a', units: half, converted: 5000, conversions: 5000, sum: 10_000 },
      { variant: 'b', units: half, converted: 0, conversions: 0, sum: 0 },
    ],
  ],
]

test.each(READ)('other work gets its turns while %s are read', async (_, read, expected) => {
  let turns = 0
  let isReading = true
  const count = (): void => {
    turns++
    if (isReading) setImmediate(count)
  }
  setImmediate(count)
  const found = await store.snapshot(async (reports) => {
    turns = 0
    const answer = await read(reports)
    return { answer, turns }
  })
  isReading = false
  expect(found.answer).toMatchObject(expected as object)
  expect(found.turns).toBeGreaterThan(0)
})

test('experiments and recent units are found by the index, without reading their rows', async () => {
  const found = await store.snapshot(async (reports) => ({
    experiments: await reports.experiments(),
    recent: await reports.recentUnits?.(1),
  }))
  expect(found).toMatchObject({ experiments: ['exp'], recent: [{ unit: `u${UNITS - 1}` }] })
})
