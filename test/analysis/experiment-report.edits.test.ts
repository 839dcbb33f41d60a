/** Reports of experiments that were edited while they ran, from real engines and their records. */
import type { ExperimentReport } from '../../src/analysis/experiment-report'
import { isSound } from '../../src/analysis/verdicts'
import type { Store } from '../../src/recording/store'
import { closeEngines } from '../support/engine'
import { isLongRun } from '../support/long-run'
import { conversionRow } from '../support/rows'
import { DAY, ids, running, START } from '../support/running-experiment'

afterEach(closeEngines)

/** `npm run test:long` has forty thousand visitors, as docs/decisions/0206 has. */
const MANY = isLongRun ? 40_000 : 8000

/** Every tenth of them, whatever their variant, at a time. */
const buyers = (all: readonly string[], week: number, store: Store): Promise<void> =>
  store.write({
    conversions: all
      .filter((_, i) => (i * 7919 + week * 104_729) % 10 === 0)
      .map((id) => conversionRow(id, null, { at: START + (week * 7 + 6.999) * DAY })),
  })

const of = ({ conversions }: ExperimentReport, variant: string) =>
  conversions[0]?.variants.find((one) => one.variant === variant)

const r2 = (big: number): string =>
  `feature_size: {experiment: {experiment_id: 7, loggedin: true, variants: {big: ${big}}}}`

test("a ramp of r2's kind from 5 to 30 without an effect shows none", async () => {
  const { store, set, come, report } = await running(r2(5))
  const all = ids(MANY)
  await come(all, 0)
  await buyers(all, 0, store)
  await set(r2(30))
  await come(all, 7)
  await buyers(all, 1, store)
  const found = await report()
  expect(found.sampleRatio.verdict).toBe('no-mismatch')
  expect(found.phases.map(({ from, changed }) => [(from - START) / DAY, changed])).toEqual([
    [0, []],
    [7, ['variants']],
  ])
  const [low = NaN, high = NaN] = of(found, 'big')?.lift?.interval ?? []
  expect(low).toBeLessThan(0)
  expect(high).toBeGreaterThan(0)
  expect(Math.abs(of(found, 'big')?.lift?.value ?? NaN)).toBeLessThan(20 / Math.sqrt(MANY))
  expect(isSound(found)).toBe(true)
})

const halves = (a: number, b: number): string =>
  `feature_size: {experiment: {experiment_id: split, variants: [{name: a, weight: ${a}}, {name: b, weight: ${b}}]}}`

describe('a split that is edited from 50/50 to 60/40 while people come back', () => {
  const edited = async () => {
    const opened = await running(halves(50, 50))
    await opened.come(ids(4000), 0)
    await opened.set(halves(60, 40))
    await opened.come(ids(6000), 1)
    return opened
  }

  test('is no mismatch; those who moved are counted, and in no estimate', async () => {
    const { store, report } = await edited()
    await buyers(ids(6000), 0, store)
    const found = await report()
    expect(found.sampleRatio.verdict).toBe('no-mismatch')
    expect(found.variants.map(({ units, crossed }) => [units, crossed])).toEqual([
      [expect.any(Number), expect.any(Number)],
      [expect.any(Number), 0],
    ])
    const crossed = found.variants.reduce((sum, one) => sum + one.crossed, 0)
    expect(crossed).toBeGreaterThan(350)
    expect(crossed).toBeLessThan(450)
    const counted = found.conversions[0]?.variants.reduce((sum, one) => sum + one.units, 0)
    expect(counted).toBe(6000 - crossed)
    expect(found.quality.crossed).toBeCloseTo(crossed / 6000, 9)
    // All of them came back, so nobody else is in a bucket that moved.
    expect(found.variants.reduce((sum, one) => sum + one.moved, 0)).toBe(crossed)
    expect(found.phases.map(({ moved }) => moved)).toEqual([crossed, 0])
    expect(isSound(found)).toBe(true)
  })

  test('read from the edit on, has the people who came back as well, and says who moved', async () => {
    const { report } = await edited()
    const found = await report({ span: { from: START + DAY } })
    expect(found.sampleRatio.verdict).toBe('no-mismatch')
    expect(found.variants.reduce((sum, one) => sum + one.units, 0)).toBe(6000)
    expect(found.variants.reduce((sum, one) => sum + one.crossed, 0)).toBeGreaterThan(350)
  })
})

test('a split that is broken is a mismatch, also after an edit', async () => {
  const { store, set, come, report } = await running(halves(50, 50))
  await come(ids(4000), 0)
  await set(halves(60, 40))
  await come(ids(4000, 4000), 1)
  const { revision } = (await store.ledger({ of: 'exposures', most: 1 }))[0] ?? {}
  const row = { kind: 'user', experiment: 'split', variant: 'a', feature: 'size' }
  await store.write({
    exposures: ids(400, 9000).map((unit) => ({
      ...{ ...row, unit, source: 'backend', bucket: null, generation: null, hash: null },
      ...{ revision: revision ?? null, at: START + DAY },
    })),
  })
  expect((await report()).sampleRatio.verdict).toBe('mismatch')
})

test('an edit that changes nothing of the draw makes no phase', async () => {
  const { set, come, report } = await running(halves(50, 50))
  await come(ids(100), 0)
  await set(halves(50, 50).replace('experiment_id: split', 'experiment_id: split, end: 2027-01-01'))
  await come(ids(100, 100), 1)
  expect((await report()).phases).toHaveLength(1)
})
