import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type * as Threads from 'node:worker_threads'
import Database from 'better-sqlite3'
import { bufferedWriter } from '../../src/recording/buffered'
import type { Store } from '../../src/recording/store'
import { sqliteStore, type SqliteStoreOptions } from '../../src/recording/sqlite'
import { postgresStore } from '../../src/recording/postgres'
import { eventually } from '../support/eventually'
import { assignedRow, exposureRow, usageRow } from '../support/rows'
import { tempDir } from '../support/temp-dir'

/**
 * Every thread that was started, what keeps the next from starting, and whether it ends at once.
 */
const threads: Threads.Worker[] = []
let refusal: Error | undefined
let isDoomed = false

jest.mock('node:worker_threads', () => {
  const actual = jest.requireActual<typeof Threads>('node:worker_threads')
  class Watched extends actual.Worker {
    constructor(...given: ConstructorParameters<typeof actual.Worker>) {
      if (refusal) throw refusal
      super(...given)
      threads.push(this)
      if (isDoomed) void this.terminate()
    }
  }
  return { ...actual, Worker: Watched }
})

const ends: (() => Promise<void>)[] = []
beforeEach(() => {
  threads.length = 0
  refusal = undefined
  isDoomed = false
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function storeOf(options: SqliteStoreOptions = {}): { store: Store; path: string } {
  const path = join(tempDir(), `${randomUUID()}.db`)
  const store = sqliteStore(path, { synchronous: 'normal', ...options })
  ends.push(() => store.close())
  return { store, path }
}

const unitsIn = async (store: Store): Promise<number> =>
  (await store.exposedUnits('exp')).reduce((sum, { units }) => sum + units, 0)
const units = (count: number, name = 'u') => ({
  exposures: Array.from({ length: count }, (_, i) => exposureRow(`${name}${i}`, 'a')),
})
const admission = (subject: string) => [
  { subject, decide: () => [{ decision: assignedRow(subject, 'exp', 'a') }] },
]

test('a thread starts with the first write of threadFromRows rows of any kinds, and does those that follow', async () => {
  const { store } = storeOf({ threadFromRows: 3 })
  await store.write(units(2))
  await store.admit(['s1', 's2', 's3'].flatMap(admission))
  expect(threads).toHaveLength(0)
  await Promise.all([
    store.write({ ...units(2, 'v'), usages: [usageRow()] }),
    store.write(units(500, 'w')),
  ])
  await store.write(units(500, 'x'))
  expect(threads).toHaveLength(1)
  expect(await unitsIn(store)).toBe(1004)
})

test('no thread starts with threadFromRows: Infinity', async () => {
  const { store } = storeOf({ threadFromRows: Infinity })
  await store.write(units(5000))
  expect(threads).toHaveLength(0)
  expect(await unitsIn(store)).toBe(5000)
})

test('a thread ends with its store', async () => {
  const { store } = storeOf({ threadFromRows: 1 })
  await store.write(units(1))
  const ended = new Promise((gone) => threads[0]?.once('exit', gone))
  await store.close()
  await ended
  await expect(store.write(units(1))).rejects.toMatchObject({ code: 'LIVEFLAG_CLOSED' })
})

test('a thread that dies fails its writes, and the next write starts another', async () => {
  const { store } = storeOf({ threadFromRows: 1 })
  await store.write(units(1))
  const writing = store.write(units(20_000, 'v'))
  const [settled] = await Promise.allSettled([writing, threads[0]?.terminate()])
  expect(settled).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
      message: expect.stringContaining('the thread that writes has ended'),
    },
  })
  // All of it or nothing.
  expect([1, 20_001]).toContain(await unitsIn(store))
  await store.write(units(20_000, 'v'))
  expect(threads).toHaveLength(2)
  expect(await unitsIn(store)).toBe(20_001)
})

test('rows in progress when a thread dies are written again by the buffered writer, each once', async () => {
  const { store } = storeOf({ threadFromRows: 1 })
  const errors: Error[] = []
  const writer = bufferedWriter(store, {
    flushRows: 100,
    capacity: 10_000,
    timeoutMs: 60_000,
    onError: (error) => errors.push(error),
  })
  ends.push(() => writer.close())
  writer.offer(units(5000))
  await eventually('some are written', () => writer.stats.written > 0, 20_000)
  await threads[0]?.terminate()
  await writer.written()
  expect(writer.stats).toMatchObject({
    received: 5000,
    written: 5000,
    dropped: 0,
    refused: 0,
    buffered: 0,
  })
  expect(await unitsIn(store)).toBe(5000)
  expect(errors.length).toBe(Math.min(1, writer.stats.failures))
}, 60_000)

describe('where no thread can be started', () => {
  const warned = async (store: Store): Promise<unknown[]> => {
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue()
    await Promise.all([store.write(units(500)), store.write(units(500, 'v'))])
    await store.write(units(500, 'w'))
    const warnings = warn.mock.calls.map(([warning]) => warning as unknown)
    warn.mockRestore()
    return warnings
  }

  test('rows are written on the main thread, and a warning reports that once', async () => {
    const { store, path } = storeOf()
    refusal = new Error('threads are not allowed here')
    expect(await warned(store)).toEqual([
      expect.objectContaining({
        code: 'LIVEFLAG_NO_THREAD',
        message: expect.stringContaining(
          `SQLite ${path}: no thread can be started (threads are not allowed here)`,
        ),
      }),
    ])
    expect(await unitsIn(store)).toBe(1500)
  })

  test('a thread that ends before it is ready counts as one that cannot be started', async () => {
    const { store } = storeOf()
    isDoomed = true
    expect(await warned(store)).toHaveLength(1)
    expect(await unitsIn(store)).toBe(1500)
  })
})

test('options that cannot be sent to a thread, such as functions of TLS, cost only a warning', async () => {
  const store = postgresStore('postgres://127.0.0.1:1/x', {
    threadFromRows: 1,
    ssl: { checkServerIdentity: () => undefined },
  })
  ends.push(() => store.close())
  await expect(store.write(units(1))).rejects.toMatchObject({ code: 'LIVEFLAG_STORE_UNAVAILABLE' })
})

test('an admission takes its turn among writes of the thread', async () => {
  const { store } = storeOf({ threadFromRows: 1 })
  await store.write(units(1))
  const order: string[] = []
  const noted = (name: string, work: Promise<void>): Promise<unknown> =>
    work.then(() => order.push(name))
  const writes = (name: string) =>
    Array.from({ length: 10 }, (_, i) => noted(name, store.write(units(1000, `${name}${i}-`))))
  const before = writes('before')
  await Promise.race(before)
  await Promise.all([
    ...before,
    noted('admission', store.admit(admission('s1'))),
    ...writes('after'),
  ])
  expect(order.indexOf('admission')).toBeLessThan(order.indexOf('after'))
  expect(await store.histories(['s1'])).toMatchObject([{ assigned: [{ experimentId: 'exp' }] }])
})

test('a thread waits for another process that writes', async () => {
  const { store, path } = storeOf({ threadFromRows: 1 })
  await store.write(units(1))
  const other = new Database(path)
  other.exec('begin immediate')
  const started = performance.now()
  const writing = store.write(units(10, 'v'))
  // Longer than the thread waits by itself.
  await eventually(
    'it has been tried more than once',
    () => performance.now() - started > 300,
    5000,
  )
  expect(await unitsIn(store)).toBe(1)
  other.exec('commit')
  other.close()
  await writing
  expect(await unitsIn(store)).toBe(11)
})

test('a lock that is never released is given up in bounded time', async () => {
  const { store, path } = storeOf({ threadFromRows: 1, busyTimeoutMs: 50 })
  await store.write(units(1))
  const other = new Database(path)
  other.exec('begin immediate')
  const writes = Array.from({ length: 5 }, (_, i) => store.write(units(1, `v${i}`)))
  expect(
    (await Promise.allSettled([...writes, store.admit(admission('s1'))])).map(
      (one) => one.status === 'rejected' && (one.reason as object),
    ),
  ).toEqual(
    Array.from({ length: 6 }, () =>
      expect.objectContaining({
        code: 'LIVEFLAG_STORE_UNAVAILABLE',
        message: expect.stringContaining('was locked for 50 ms'),
      }),
    ),
  )
  other.exec('commit')
  other.close()
  await store.write(units(1, 'w'))
  expect(await unitsIn(store)).toBe(2)
})

test.each([0, NaN, -1, '100' as unknown as number])(
  'refuses threadFromRows: %j',
  (threadFromRows) => {
    const wrong = expect.objectContaining({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining('threadFromRows'),
    })
    expect(() => sqliteStore('x.db', { threadFromRows })).toThrow(wrong)
    expect(() => postgresStore('postgres://localhost/x', { threadFromRows })).toThrow(wrong)
  },
)
