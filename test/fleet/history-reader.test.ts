import { history, prune, publish, publishStaged, rollback } from '../../src/fleet/fleet'
import { HistoryReader } from '../../src/fleet/history-reader'
import { abortStages } from '../../src/fleet/abort'
import { historyKey } from '../../src/sources/fleet-records'
import { memoryKeyStore } from '../../src/sources/memory-key-store'
import { atomicStore, serialStore, setOutside } from '../support/key-stores'
import { fleetOf } from '../support/fleet-process'

const text = (n: number) => `feature_a: {percent_loggedin: ${n % 100}}\n# ${n}\n`

async function publishAll(count: number, store = memoryKeyStore()) {
  for (let n = 1; n <= count; n++)
    await publish(store, text(n), { by: 'ann', reason: `number ${n}` })
  return store
}

/** Every page, one after another. */
async function pages(reader: HistoryReader, limit: number) {
  const all = []
  let before: number | undefined
  for (;;) {
    const page = await reader.page({ limit, ...(before !== undefined && { before }) })
    all.push(...page.generations)
    if (!page.hasMore) return all
    before = all.at(-1)?.generation
  }
}

/** A store with all that a history can have. */
async function eventful() {
  const store = await publishAll(4)
  await setOutside(store, text(5))
  await publish(store, text(6), { by: 'bob' })
  await fleetOf(store, 2)
  const stopped = publishStaged(store, text(7), {
    stages: [1, 100],
    ackWithinMs: 60_000,
    eachMs: 60_000,
  })
  while ((await history(store)).staged === undefined) await new Promise(setImmediate)
  await abortStages(store, { by: 'ann', reason: 'not today' })
  await stopped
  await rollback(store, 3, { by: 'ann', reason: 'back' })
  return store
}

test.each([1, 2, 3, 7, 50])(
  'pages of %d say together what the whole history says',
  async (limit) => {
    const store = await eventful()
    const { generations } = await history(store)
    expect(generations.map(({ state }) => state)).toContain('withdrawn')
    expect(await pages(new HistoryReader(store), limit)).toEqual(generations)
    const serial = serialStore(store)
    expect(await pages(new HistoryReader(serial), limit)).toEqual(
      (await history(serial)).generations,
    )
  },
)

test('a page reads its own entries and those after it, and each of them once', async () => {
  const read: string[] = []
  const inner = await publishAll(60)
  const store = atomicStore(
    inner,
    async (what) => void (what.startsWith('get hist') && read.push(what)),
  )
  const reader = new HistoryReader(store)
  const first = await reader.page({ limit: 10 })
  expect(first.generations.map(({ generation }) => generation)).toEqual([
    60, 59, 58, 57, 56, 55, 54, 53, 52, 51,
  ])
  expect([first.hasMore, new Set(read).size]).toEqual([true, 10])
  read.length = 0
  const second = await reader.page({ limit: 10, before: 51 })
  expect(second.generations.at(0)?.generation).toBe(50)
  expect(new Set(read).size).toBe(11)
  read.length = 0
  await publish(inner, text(61))
  await reader.page({ limit: 10 })
  expect([...new Set(read)].length).toBeLessThanOrEqual(2)
})

test('what is in force is found however old it is', async () => {
  const store = await publishAll(30)
  await setOutside(store, text(2))
  const page = await new HistoryReader(store).page({ limit: 3 })
  expect(page).toMatchObject({ isOutside: true, isEmpty: false })
  const { generations } = await new HistoryReader(store).page({ limit: 3, before: 4 })
  expect(generations.map(({ state }) => state)).toEqual(['replaced', 'in force', 'replaced'])
})

test('a store that lost its data, and one that was pruned, are not taken for what they were', async () => {
  const store = await publishAll(5)
  const reader = new HistoryReader(store)
  await reader.page({ limit: 10 })
  await prune(store, { keep: 2 })
  expect(
    (await reader.page({ limit: 10 })).generations.map(({ generation }) => generation),
  ).toEqual([5, 4])
  for (const n of [4, 5]) await store.write([{ key: historyKey(n), bytes: undefined }])
  await store.write([{ key: '', bytes: undefined }])
  expect(await reader.page({ limit: 10 })).toMatchObject({ generations: [], isEmpty: true })
  for (let n = 1; n <= 5; n++) await publish(store, text(n + 10), { by: 'bob' })
  const { generations } = await reader.page({ limit: 10 })
  expect(generations.map(({ by }) => by)).toEqual(['bob', 'bob', 'bob', 'bob', 'bob'])
})

test('an empty store has an empty history', async () => {
  expect(await new HistoryReader(memoryKeyStore()).page({ limit: 5 })).toMatchObject({
    generations: [],
    hasMore: false,
    isEmpty: true,
  })
})

test('a page before the first generation is empty, and the last one', async () => {
  const reader = new HistoryReader(await publishAll(3))
  expect(await reader.page({ limit: 3, before: 1 })).toMatchObject({
    generations: [],
    hasMore: false,
  })
  expect(await reader.page({ limit: 2, before: 3 })).toMatchObject({ hasMore: false })
})
