/** Reports of experiments that were edited while they ran, from real engines and their records. */
import { splitOf } from '../../src/analysis/counted-units'
import { dataChecks } from '../../src/analysis/data-checks'
import type { ExperimentReport } from '../../src/analysis/experiment-report'
import { splitVerdict } from '../../src/analysis/split-verdict'
import { isSound, noteLines } from '../../src/analysis/verdicts'
import { hundredthOf } from '../../src/hash/sha256'
import type { Member, Store } from '../../src/recording/store'
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

const byOrder = (t: number, control: number): string =>
  `feature_size: {bucketing: stable, experiment: {experiment_id: 7, loggedin: true, variants: {t: ${t}, control: ${control}}}}`

test('variants of the stable scheme that are not written by name are drawn again as they lie', async () => {
  const { set, come, report } = await running(byOrder(10, 10))
  await come(ids(3000), 0)
  await set(byOrder(30, 40))
  await come(ids(3000), 1)
  const found = await report()
  expect(found.sampleRatio.verdict).toBe('no-mismatch')
  expect(found.phases.map(({ changed }) => changed)).toEqual([[], ['variants']])
  expect(found.quality.crossed).toBeGreaterThan(0.1)
  expect(found.quality.crossedOfStaying).toBe(0)
  expect(isSound(found)).toBe(true)
})

const halves = (a: number, b: number): string =>
  `feature_size: {experiment: {experiment_id: split, variants: [{name: a, weight: ${a}}, {name: b, weight: ${b}}]}}`

test('a phase that loses units of one variant is not hidden by another that loses those of the other', async () => {
  const bucketOf = (id: string): number => hundredthOf(id, 'split', 'variant')
  const { set, come, report } = await running(halves(50, 50))
  await come(
    ids(3000).filter((id, i) => bucketOf(id) >= 5000 || i % 5 > 0),
    0,
  )
  await set(halves(60, 40))
  await come(
    ids(3000, 3000).filter((id, i) => bucketOf(id) < 6000 || i % 4 > 0),
    3,
  )
  const found = await report()
  const off = found.variants.map(({ testedShare, expectedShare }) =>
    Math.abs((testedShare ?? 0) - (expectedShare ?? 0)),
  )
  expect(Math.max(...off)).toBeLessThan(0.02)
  expect(found.sampleRatio.verdict).toBe('mismatch')
  expect(splitVerdict(found.sampleRatio, splitOf(found), found.phases)).toMatch(
    /^SAMPLE-RATIO MISMATCH .* were expected in the phase from 2026-11-0[14]\.$/,
  )
})

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
      [expect.any(Number), 0],
      [expect.any(Number), expect.any(Number)],
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

describe('people who come back', () => {
  /** Comes back: of the first variant `a` of them, of the other `b`, in hundredths. */
  const returning = (found: readonly Member[], shares: Readonly<Record<string, number>>) =>
    found
      .filter(({ variant }, i) => (i * 7919) % 100 < (shares[variant] ?? 0))
      .map(({ unit }) => unit)
  const membersIn = async (store: Store) => {
    const found: Member[] = []
    const asked = { experiment: 'split', by: 'unit', until: Number.MAX_SAFE_INTEGER } as const
    await store.snapshot((reports) => reports.eachMember(asked, (one) => found.push(one)))
    return found
  }
  const MORE = { a: 30, b: 60 }

  test('more often by one variant do not break the split that was edited', async () => {
    const { store, set, come, report } = await running(halves(50, 50))
    await come(ids(4000), 0)
    const back = returning(await membersIn(store), MORE)
    await set(halves(75, 25))
    await come(back, 7)
    await come(ids(1000, 4000), 7)
    const { sampleRatio, variants, phases } = await report()
    expect(sampleRatio.verdict).toBe('no-mismatch')
    expect(variants.reduce((sum, { tested }) => sum + tested, 0)).toBe(5000)
    expect(phases.map(({ observed }) => Object.values(observed).reduce((a, b) => a + b))).toEqual([
      4000, 1000,
    ])
  })

  test('are shown in a later span, whose split is tested by the new ones', async () => {
    const { store, come, report } = await running(halves(50, 50))
    await come(ids(4000), 0)
    await come(returning(await membersIn(store), MORE), 7)
    await come(ids(1000, 4000), 7)
    const found = await report({ span: { from: START + 6 * DAY } })
    expect(found.sampleRatio.verdict).toBe('no-mismatch')
    expect(found.variants.reduce((sum, { tested }) => sum + tested, 0)).toBe(1000)
    const units = found.variants.reduce((sum, one) => sum + one.units, 0)
    expect(units).toBeGreaterThan(2500)
    expect(noteLines(found)[0]).toMatch(/^The split is tested by the 1,000 of these 2,\d+ units/)
  })
})

describe('an arm that is stopped', () => {
  const arms = (c: number): string =>
    `feature_size: {experiment: {experiment_id: split, variants: [{name: a, weight: 1}, {name: b, weight: 1}, {name: c, weight: ${c}}]}}`
  const stopped = async () => {
    const opened = await running(arms(1))
    await opened.come(ids(3000), 0)
    await opened.set(arms(0))
    await opened.come(
      ids(3000).filter((_, i) => i % 4 === 0),
      7,
    )
    return opened
  }

  test('is named when nothing of it is left, with the time of the edit', async () => {
    const { report } = await stopped()
    const found = await report()
    const of = found.variants.find(({ variant }) => variant === 'c')
    expect(of).toMatchObject({ estimated: 0 })
    expect(found.littleLeft).toEqual([
      { variant: 'c', units: of?.units, estimated: 0, until: START + 7 * DAY },
    ])
    expect(noteLines(found)[0]).toMatch(
      /^LITTLE LEFT of c: none of its [\d,]+ units are in estimates, .*; --until 2026-11-08T00:00Z shows/,
    )
    expect(dataChecks(found)).toContainEqual({ name: 'little-left', count: 1, level: 'note' })
    expect(
      noteLines({
        ...found,
        littleLeft: [{ variant: 'c', units: 9, estimated: 1, until: null }],
      })[0],
    ).toMatch(/: 1 of its 9 units is .* --until TIME, with the time of the edit, shows/)
  })

  test('is whole until the edit, and its split is that of then, whoever came back later', async () => {
    const { report } = await stopped()
    const found = await report({ span: { to: START + 7 * DAY } })
    expect(found).toMatchObject({ littleLeft: [], quality: { moved: 0 } })
    expect(found.sampleRatio.verdict).toBe('no-mismatch')
    expect(found.variants.map(({ expectedShare }) => expectedShare?.toFixed(3))).toEqual([
      ...['0.333', '0.333', '0.333'],
    ])
    expect(found.leaks).toEqual([])
  })
})

test('an edit that is taken back within a day leaves out those of it that came back by what was', async () => {
  const { set, come, report } = await running(halves(50, 50))
  await come(ids(4000), 0)
  await set(halves(10, 90))
  const between = ids(400, 8000)
  await come(between, 0)
  await set(halves(50, 50))
  await come(ids(1000, 9000), 1)
  await come(
    between.filter((_, i) => i % 2 === 0),
    2,
  )
  const found = await report()
  expect(found.phases.map(({ units }) => units)).toEqual([4000, 400, 1000])
  expect(found.phases[1]?.moved).toBeGreaterThan(100)
  expect(found.phases[2]?.moved).toBe(0)
  expect(found.quality.crossedOfStaying).toBe(0)
  expect(isSound(found)).toBe(true)
})
