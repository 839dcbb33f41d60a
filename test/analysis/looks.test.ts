/** How often the figures of an experiment were shown. */
import type { ConfiguredExperiment } from '../../src/analysis/configured'
import { experimentReport } from '../../src/analysis/experiment-report'
import { isSound, looksLine } from '../../src/analysis/verdicts'
import { memoryStore } from '../../src/recording/memory'
import { exposureRow } from '../support/rows'

const DAY = 86_400_000
const at = Date.UTC(2026, 10, 1)
const experiment: ConfiguredExperiment = {
  feature: 'button',
  id: 'exp',
  status: 'running',
  shares: [
    { variant: 'a', share: 0.5 },
    { variant: 'b', share: 0.5 },
  ],
}

test('each report is one, of its day', async () => {
  const store = memoryStore()
  await store.write({ exposures: [exposureRow('u1', 'a', { at })] })
  const looks = []
  for (const day of [1, 1, 2, 9])
    looks.push((await experimentReport(store, { experiment, now: at + day * DAY + 5 })).looks)
  expect(looks.map(({ total, days }) => [total, days])).toEqual([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
  ])
  expect(looks.map((one) => looksLine({ looks: one }))).toEqual([
    'This is the first look at these figures.',
    'This is look 2 at these figures, on 1 day.',
    'This is look 3 at these figures, on 2 different days: go by every look.',
    'This is look 4 at these figures, on 3 different days: go by every look.',
  ])
})

test('a store that takes no row is read all the same, and the report says that it is not counted', async () => {
  const store = memoryStore()
  await store.write({ exposures: [exposureRow('u1', 'a', { at })] })
  const replica = {
    snapshot: store.snapshot.bind(store),
    countLook: () => Promise.reject(new Error('cannot execute INSERT in a read-only transaction')),
  }
  const report = await experimentReport(replica, { experiment, now: at })
  expect(report.variants).toMatchObject([{ units: 1 }, { units: 0 }])
  expect(looksLine(report)).toBe(
    'This is the first look at these figures. It is not counted: cannot execute INSERT in a read-only transaction.',
  )
})

test('where nobody counts, every day since the first unit may have had one', async () => {
  const store = memoryStore()
  await store.write({ exposures: [exposureRow('u1', 'a', { at })] })
  const report = await experimentReport(
    {
      snapshot: (read) =>
        store.snapshot((reports) => {
          const { looks: _, ...others } = reports
          return read(others)
        }),
    },
    { experiment, now: at + 3 * DAY },
  )
  expect(report.looks).toMatchObject({ total: 4, days: 4, isKept: false })
})

test('the split of an experiment that is read daily goes by the p of every look', async () => {
  const store = memoryStore()
  const units = Array.from({ length: 1000 }, (_, i) =>
    exposureRow(`u${i}`, i < 447 ? 'a' : 'b', { at }),
  )
  await store.write({ exposures: units })
  const first = await experimentReport(store, { experiment, now: at + DAY })
  expect(first.sampleRatio).toMatchObject({ verdict: 'mismatch', isOfAllLooks: false })
  expect(isSound(first)).toBe(false)
  const second = await experimentReport(store, { experiment, now: at + 2 * DAY })
  expect(second.sampleRatio).toMatchObject({ verdict: 'no-mismatch', isOfAllLooks: true })
  expect(second.sampleRatio.p).toBeLessThan(0.001)
  expect(isSound(second)).toBe(true)
})

test('a report that counts nobody is no look', async () => {
  const store = memoryStore()
  await store.write({ exposures: [exposureRow('u1', 'a', { at: at + DAY })] })
  const lookAt = async (span = {}) =>
    (await experimentReport(store, { experiment, now: at + 9 * DAY, span })).looks
  const before = await lookAt({ to: at })
  expect(before).toEqual({ total: 0, days: 0, isKept: false, why: 'it counts nobody' })
  expect(looksLine({ looks: before })).toBe('This is no look: it counts nobody.')
  expect(await lookAt({ from: at + 2 * DAY })).toMatchObject({ total: 0, isKept: false })
  expect(await lookAt()).toMatchObject({ total: 1, days: 1, isKept: true })
  expect(await lookAt({ to: at })).toMatchObject({ total: 1, days: 1, isKept: false })
  expect(await lookAt()).toMatchObject({ total: 2, days: 1, isKept: true })
})
