import { join } from 'node:path'
import { Client } from 'pg'
import { bufferedWriter, type BufferedWriterOptions } from '../../src/recording/buffered'
import type { BufferedWriter } from '../../src/recording/buffered-writer'
import { postgresStore, type PostgresStoreOptions } from '../../src/recording/postgres'
import type { Store } from '../../src/recording/store'
import { eventually } from '../support/eventually'
import { PATIENCE, sized } from '../support/long-run'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { assignedRow, exposureRow, usageRow } from '../support/rows'
import { tempDir } from '../support/temp-dir'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.end())

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function storeOf(options: PostgresStoreOptions = {}): Promise<{ store: Store; url: string }> {
  const url = await server.database()
  const store = postgresStore(url, { connectTimeoutMs: 500, statementTimeoutMs: 500, ...options })
  ends.push(() => store.close())
  // Connects and, if there is one, starts the thread: neither is a call without an answer when the
  // load begins.
  await store.write({ usages: [usageRow()] })
  return { store, url }
}

const quick: BufferedWriterOptions = {
  flushRows: 20,
  flushMs: 5,
  capacity: 100,
  timeoutMs: 1000,
  onError: () => undefined,
}

/** How long the server is away at least. */
const AWAY_MS = sized(0, 30_000)
const CATCHING_UP_MS = sized(15_000, 120_000)

/**
 * Offers rows while the server is there, while it is away until `suffered`, and after it is back.
 */
async function outageUnderLoad(writer: BufferedWriter, suffered: () => boolean): Promise<number> {
  let count = 0
  const load = setInterval(() => {
    for (let i = 0; i < 5; i++) writer.offer({ exposures: [exposureRow(`u${count++}`, 'a')] })
  }, 1)
  await eventually('rows get through', () => writer.stats.written > 0, 10_000)
  await server.crash()
  const since = performance.now()
  const isOver = (): boolean => suffered() && performance.now() - since >= AWAY_MS
  await eventually('the outage is felt', isOver, 10_000 + AWAY_MS)
  await server.start()
  const before = writer.stats.written
  await eventually('rows get through again', () => writer.stats.written > before, 10_000)
  clearInterval(load)
  return count
}

const unitsIn = async (store: Store): Promise<number> =>
  (await store.exposedUnits('exp')).reduce((sum, { units }) => sum + units, 0)

describe.each([
  ['on the main thread', Infinity],
  ['in a thread', 1],
])('written %s,', (_, threadFromRows) => {
  test(
    'with spill, a database that is away for a while under load costs no row',
    async () => {
      const { store } = await storeOf({ threadFromRows })
      const writer = bufferedWriter(store, {
        ...quick,
        whenFull: 'spill',
        spill: join(tempDir(), 'spill.db'),
      })
      ends.push(() => writer.close())
      const given = await outageUnderLoad(
        writer,
        () => writer.stats.spilled > 200 && writer.stats.failures > 2,
      )
      await eventually(
        'all is in the database',
        () => writer.stats.written >= given,
        CATCHING_UP_MS,
      )
      expect(writer.stats).toMatchObject({
        received: given,
        written: given,
        dropped: 0,
        refused: 0,
        buffered: 0,
        spilled: 0,
      })
      expect(await unitsIn(store)).toBe(given)
    },
    PATIENCE,
  )

  test(
    'with drop, it costs exactly the rows that are counted',
    async () => {
      const { store } = await storeOf({ threadFromRows })
      const writer = bufferedWriter(store, { ...quick, whenFull: 'drop' })
      ends.push(() => writer.close())
      const given = await outageUnderLoad(writer, () => writer.stats.dropped > 100)
      await eventually('nothing waits', () => writer.stats.buffered === 0, CATCHING_UP_MS)
      const { written, dropped } = writer.stats
      expect(written + dropped).toBe(given)
      // A write whose answer was lost with its connection may be there, and is then counted by
      // neither more nor less than a batch.
      const there = await unitsIn(store)
      expect(there).toBeGreaterThanOrEqual(written)
      expect(there).toBeLessThanOrEqual(written + 20)
      await writer.close()
      const drops = (await store.drops?.('exp')) ?? []
      expect(drops.reduce((sum, { rows }) => sum + rows, 0)).toBe(dropped)
    },
    PATIENCE,
  )

  test('a server that hangs is given up in bounded time, and used again when it goes on', async () => {
    const { store } = await storeOf({ threadFromRows })
    await store.write({ exposures: [exposureRow('u0', 'a')] })
    server.pause()
    const started = performance.now()
    await expect(store.write({ exposures: [exposureRow('u1', 'a')] })).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
    })
    await expect(store.histories(['u1'])).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
    })
    expect(performance.now() - started).toBeLessThan(6000)
    server.resume()
    await store.write({ exposures: [exposureRow('u1', 'a')] })
    expect(await unitsIn(store)).toBe(2)
  }, 60_000)
})

test('connections that break while nobody uses them are replaced', async () => {
  const { store, url } = await storeOf()
  await Promise.all(
    Array.from({ length: 4 }, (_, i) => store.write({ exposures: [exposureRow(`u${i}`, 'a')] })),
  )
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'liveflag' and datname = current_database()",
  )
  await client.end()
  await eventually(
    'the store works again',
    () =>
      store.write({ exposures: [exposureRow('u9', 'a')] }).then(
        () => true,
        () => false,
      ),
    10_000,
  )
  expect(await unitsIn(store)).toBe(5)
})

/** Runs statements as the owner of the database, which may be read-only for others. */
async function asOwner(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({
    connectionString: `${url}?options=-c%20default_transaction_read_only%3Doff`,
  })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

interface Change {
  /** What was so when the store connected. */
  readonly before?: readonly string[]
  readonly then: readonly string[]
  /** What happens after a call that failed. */
  readonly afterwards?: readonly string[]
  /** What became of the writes of u0, before; of u1, then; and of u2, afterwards. */
  readonly writes: readonly ('written' | 'LIVEFLAG_STORE_UNAVAILABLE')[]
  /** Those that are there at the end: the others went with their tables. */
  readonly units: number
}

const AWAY = 'LIVEFLAG_STORE_UNAVAILABLE'
const LOST = { writes: ['written', AWAY, 'written'], units: 1 } as const
const alter = (what: string): string =>
  `do $$ begin execute format('alter database %I ${what}', current_database()); end $$`

const changes: Readonly<Record<string, Change>> = {
  'a database that was read-only when the store connected': {
    before: [alter('set default_transaction_read_only = on')],
    then: [alter('reset default_transaction_read_only')],
    writes: [AWAY, 'written', 'written'],
    units: 2,
  },
  'tables that were dropped': {
    then: [
      `do $$ declare name text; begin for name in select tablename from pg_tables where schemaname = 'public' loop execute 'drop table ' || name; end loop; end $$`,
    ],
    ...LOST,
  },
  'a schema that was dropped and came back': {
    then: ['drop schema public cascade'],
    afterwards: ['create schema public'],
    ...LOST,
  },
  'a search path that was changed': {
    before: ['create schema later', alter('set search_path = later')],
    then: ['drop schema later cascade', alter('reset search_path')],
    ...LOST,
  },
}

describe.each([
  ['on the main thread', Infinity],
  ['in a thread', 1],
])('without a restart, written %s, a store recovers from', (_, threadFromRows) => {
  test.each(Object.entries(changes))(
    '%s',
    async (_what, { before = [], then, afterwards = [], writes, units }) => {
      const url = await server.database()
      const store = postgresStore(url, {
        connectTimeoutMs: 500,
        statementTimeoutMs: 500,
        threadFromRows,
      })
      ends.push(() => store.close())
      const others = postgresStore(url)
      ends.push(() => others.close())
      await others.open()
      await asOwner(url, ...before)
      const tried = (unit: string): Promise<string> =>
        store.write({ exposures: [exposureRow(unit, 'a')] }).then(
          () => 'written',
          (error: { code: string }) => error.code,
        )
      const became = [await tried('u0')]
      await asOwner(url, ...then)
      became.push(await tried('u1'))
      await asOwner(url, ...afterwards)
      became.push(await tried('u2'))
      expect(became).toEqual(writes)
      expect(await unitsIn(store)).toBe(units)
      const subject = { subject: 'u1', decide: () => [{ decision: assignedRow('u1', 'e1', 'a') }] }
      await store.admit([subject])
      expect(await store.decisionsByReason('e1')).toHaveLength(1)
    },
  )

  test('rights that were taken away and granted again', async () => {
    const url = await server.database()
    await postgresStore(url).open()
    const granted = 'grant select, insert, update, delete on all tables in schema public to app'
    await asOwner(url, 'drop role if exists app', 'create role app login', granted)
    ends.push(() => asOwner(url, 'drop owned by app', 'drop role app'))
    const store = postgresStore(url.replace('postgres@', 'app@'), { threadFromRows })
    ends.push(() => store.close())
    await store.write({ exposures: [exposureRow('u0', 'a')] })
    await asOwner(url, 'revoke all on all tables in schema public from app')
    await expect(store.write({ exposures: [exposureRow('u1', 'a')] })).rejects.toMatchObject({
      code: 'LIVEFLAG_STORE_UNAVAILABLE',
    })
    await asOwner(url, granted)
    await store.write({ exposures: [exposureRow('u1', 'a')] })
    expect(await unitsIn(store)).toBe(2)
  })
})

test('an admission that waits for a subject too long fails alone, and holds nothing', async () => {
  const { store, url } = await storeOf()
  const blocker = new Client({ connectionString: url })
  await blocker.connect()
  await store.write({ decisions: [assignedRow('u1', 'e1', 'a')] })
  await blocker.query('begin')
  await blocker.query('select * from liveflag_assignments for update')
  const admit = (subject: string) =>
    store.admit([
      { subject, decide: () => [{ decision: assignedRow(subject, 'e1', 'a', { at: 2000 }) }] },
    ])
  const [held] = await Promise.allSettled([admit('u1'), admit('u2')])
  expect(held).toMatchObject({ status: 'rejected', reason: { code: 'LIVEFLAG_STORE_UNAVAILABLE' } })
  await blocker.query('rollback')
  await blocker.end()
  await admit('u1')
  expect((await store.histories(['u1', 'u2'])).map(({ assigned }) => assigned[0]?.lastAt)).toEqual([
    2000, 2000,
  ])
})
