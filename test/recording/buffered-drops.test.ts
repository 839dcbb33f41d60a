/** Rows that are lost are counted in the store, where reports find them. */
import { bufferedWriter } from '../../src/recording/buffered'
import { memoryStore } from '../../src/recording/memory'
import type { Dropped, ExposureRow } from '../../src/recording/store'
import { balanced, numbered, scene, spilling, watched } from '../support/buffered-scene'
import { settled } from '../support/manual-clock'
import type { MoodyStore } from '../support/moody-store'
import { conversionRow, decisionRow, exposureRow, usageRow } from '../support/rows'

const countOf = (store: MoodyStore) =>
  store.drops.map(({ kind, experiment, name, reason, rows }) => [
    kind,
    experiment,
    name,
    reason,
    rows,
  ])

test('of 50,000 exposures at once, the store knows how many were dropped, of which experiment, and of which time', async () => {
  const store = memoryStore()
  const writer = bufferedWriter(store, { onError: () => undefined })
  for (let i = 0; i < 50_000; i++)
    writer.offer({ exposures: [exposureRow(`u${i}`, 'a', { at: 1000 + i })] })
  await writer.close()
  expect(writer.stats).toMatchObject({ received: 50_000, dropped: 40_000, written: 10_000 })
  expect(await store.drops?.('exp')).toEqual<Dropped[]>([
    {
      kind: 'exposures',
      experiment: 'exp',
      name: 'button',
      reason: 'full',
      rows: 40_000,
      firstAt: 1000,
      lastAt: 40_999,
      processes: 1,
    },
  ])
})

test('a full writer loses rows and keeps the text of the entry that they name', async () => {
  const store = memoryStore()
  const writer = bufferedWriter(store, { onError: () => undefined, capacity: 20, flushRows: 20 })
  const config = (i: number) => ({ revision: `r${i}`, feature: 'button', text: 'text', at: 1 })
  writer.offer({ exposures: [exposureRow('first', 'a')], configs: [config(0)] })
  for (let i = 0; i < 50; i++) writer.offer(numbered(i, 1))
  writer.offer({ configs: [config(1)] })
  for (let i = 50; i < 100; i++) writer.offer(numbered(i, 1))
  await writer.close()
  balanced(writer)
  expect(writer.stats).toMatchObject({ received: 103, dropped: 83, written: 20 })
  expect((await store.configs(['r0', 'r1'])).map(({ revision }) => revision)).toEqual(['r0', 'r1'])
  const [units] = await store.exposedUnits('exp')
  expect(units?.units).toBe(18)
})

test('with room for texts of entries alone, the oldest of them go', async () => {
  const store = memoryStore()
  const writer = bufferedWriter(store, { onError: () => undefined, capacity: 20, flushRows: 20 })
  const revisions = Array.from({ length: 30 }, (_, i) => `r${i}`)
  for (const revision of revisions)
    writer.offer({ configs: [{ revision, feature: 'button', text: 'text', at: 1 }] })
  await writer.close()
  balanced(writer)
  expect(await store.configs(revisions)).toHaveLength(20)
  expect(await store.configs(revisions.slice(0, 10))).toEqual([])
})

test('rows of each kind, experiment, name and reason are counted apart, once', async () => {
  const { clock, store, writer } = scene({ capacity: 10, flushRows: 10 })
  store.mood = 'throws'
  const size = { experiment: 'size', feature: 'size' }
  writer.offer({
    exposures: [exposureRow('u1', 'a'), exposureRow('u2', 'a'), exposureRow('u3', 'a', size)],
    decisions: [decisionRow({ experimentId: 'exp' }), decisionRow()],
    usages: [usageRow()],
    conversions: [conversionRow('u1', 1)],
  })
  writer.offer(numbered(0, 10))
  await clock.pass(1000)
  expect(countOf(store)).toEqual([])
  store.mood = 'well'
  await clock.pass(10_000)
  expect(countOf(store).sort()).toEqual([
    ['conversions', null, 'purchase', 'full', 1],
    ['decisions', null, 'button', 'full', 1],
    ['decisions', 'exp', 'button', 'full', 1],
    ['exposures', 'exp', 'button', 'full', 2],
    ['exposures', 'size', 'size', 'full', 1],
    ['usages', null, 'button', 'full', 1],
  ])
  balanced(writer)
  await writer.close()
})

test('a count whose write has no answer is written again under the same id', async () => {
  const { clock, store, writer } = scene({ capacity: 10, flushRows: 10, storeTimeoutMs: 100 })
  const ids: string[] = []
  const write = store.write.bind(store)
  store.write = (batch) => {
    ids.push(...(batch.drops ?? []).map(({ id }) => id))
    return write(batch)
  }
  store.mood = 'hangs'
  writer.offer(numbered(0, 12))
  await clock.pass(1000)
  store.mood = 'well'
  store.release()
  await clock.pass(10_000)
  expect(ids.length).toBeGreaterThan(1)
  expect(new Set(ids).size).toBe(1)
  await writer.close()
})

test('rows that waited for room too long, or came after the end, have their reason', async () => {
  const { clock, store, writer } = scene({ whenFull: 'block', storeTimeoutMs: 10_000 })
  store.mood = 'hangs'
  await writer.put(numbered(0, 40))
  watched(writer.put(numbered(40, 3)))
  await clock.pass(1000)
  store.mood = 'well'
  store.release()
  const closed = watched(writer.close())
  writer.offer(numbered(50, 2))
  await clock.pass(1000)
  expect(closed.state).toBe('done')
  expect(countOf(store)).toEqual([
    ['exposures', 'exp', 'button', 'timeout', 3],
    ['exposures', 'exp', 'button', 'closed', 2],
  ])
})

test.each<[string, Partial<ExposureRow>, (string | null)[]]>([
  ['a time that is none', { at: NaN }, ['exp', 'button']],
  ['an experiment that is none', { experiment: 7 as unknown as string }, [null, null]],
  [
    'an experiment with a name that is too long to remember',
    { experiment: 'e'.repeat(1001), at: -1 },
    [null, null],
  ],
  ['no feature', { feature: undefined as unknown as string }, ['exp', null]],
])('a row that is refused for %s is counted, and goes on alone', async (_, also, [id, name]) => {
  const store = memoryStore()
  const writer = bufferedWriter(store, { onError: () => undefined })
  writer.offer({ exposures: [exposureRow('u1', 'a'), exposureRow('u2', 'a', also)] })
  await writer.close()
  expect(writer.stats).toMatchObject({ written: 1, refused: 1 })
  const drops = await store.drops?.('exp')
  const expected = { kind: 'exposures', experiment: id, name, reason: 'refused', rows: 1 }
  expect(drops).toMatchObject([expected])
})

test('the counts wait in the spill file when the store is away at the end, and the next writer writes them once', async () => {
  const options = { ...spilling(), maxSpillRows: 20, capacity: 10, flushRows: 10 }
  const before = scene(options)
  before.store.mood = 'throws'
  before.writer.offer(numbered(0, 10))
  await before.clock.pass(100)
  before.writer.offer(numbered(10, 25))
  const closed = watched(before.writer.close())
  await before.clock.pass(1000)
  expect(closed.state).toBe('done')
  const { dropped } = before.writer.stats
  expect(dropped).toBeGreaterThan(0)
  for (const expected of [dropped, 0]) {
    const { clock, store, writer } = scene(options)
    await clock.pass(10_000)
    await writer.close()
    expect(countOf(store).reduce((sum, [, , , , rows]) => sum + Number(rows), 0)).toBe(expected)
  }
})

test('a store that refuses counts is not asked for ever', async () => {
  const { clock, store, writer } = scene({ capacity: 10, flushRows: 10 })
  store.refuses = (row) => 'processStartedAt' in row
  writer.offer(numbered(0, 12))
  await clock.pass(1000)
  await settled()
  expect(writer.stats).toMatchObject({ written: 10, refused: 0, dropped: 2 })
  await writer.close()
})

test('more names than a thousand are counted together, as rows of no known experiment', async () => {
  const { store, writer } = scene({ capacity: 10, flushRows: 10 })
  writer.offer({
    exposures: Array.from({ length: 1510 }, (_, i) =>
      exposureRow('u', 'a', { experiment: `e${i}`, feature: `f${i}` }),
    ),
  })
  await writer.close()
  const counts = countOf(store)
  expect(counts).toHaveLength(1001)
  expect(counts.at(-1)).toEqual(['exposures', null, null, 'full', 500])
})

test.each([
  [1, /^1 row was dropped: /],
  [2, /^2 rows were dropped: /],
])('the error of %i lost rows counts them in words', async (lost, expected) => {
  const errors: string[] = []
  const options = { capacity: 20, flushRows: 20 }
  const writer = bufferedWriter(memoryStore(), {
    ...options,
    onError: ({ message }) => errors.push(message),
  })
  writer.offer({
    exposures: Array.from({ length: 20 + lost }, (_, i) => exposureRow(`u${i}`, 'a')),
  })
  await writer.close()
  expect(errors).toEqual([expect.stringMatching(expected)])
})
