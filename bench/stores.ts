// `npm run bench:stores -- [--rows 50000]`: rows per second into stores, beside what the database
// does bare. On one thread: what bench/decide measures is the other.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { bufferedWriter } from '../src/recording/buffered'
import { memoryStore } from '../src/recording/memory'
import { postgresStore } from '../src/recording/postgres'
import { sqliteStore } from '../src/recording/sqlite'
import { ASSIGNED, type DecisionRow, type Store } from '../src/recording/store'
import { startPostgres } from '../test/support/postgres'

const BATCH = 500
const COLUMNS = [
  'decision_id',
  'flag_key',
  'subject_id',
  'experiment_id',
  'variant_id',
  'value',
  'reason',
  'created_at',
]

function rowsOf(count: number, reason: string): DecisionRow[] {
  return Array.from({ length: count }, (_, i) => ({
    decisionId: randomUUID(),
    flag: `flag_${i % 20}`,
    subject: `user-${i}`,
    experimentId: `exp_${i % 5}`,
    variantId: i % 2 ? 'a' : 'b',
    value: 'blue',
    reason,
    at: Date.now(),
  }))
}

const batchesOf = <Row>(rows: readonly Row[]): Row[][] =>
  Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, i) =>
    rows.slice(i * BATCH, (i + 1) * BATCH),
  )
const valuesOf = (row: DecisionRow): unknown[] => [
  row.decisionId,
  row.flag,
  row.subject,
  row.experimentId,
  row.variantId,
  row.value,
  row.reason,
  row.at,
]

async function rate(name: string, count: number, work: () => Promise<void> | void): Promise<void> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  await work()
  const perSecond = Math.round((count / (performance.now() - started)) * 1000).toLocaleString('en')
  const { user, system } = process.cpuUsage(before)
  console.log(
    `${name.padEnd(58)} ${perSecond.padStart(9)} /s ${((user + system) / count).toFixed(1).padStart(7)} µs of this process for one`,
  )
}

async function written(store: Store, rows: readonly DecisionRow[]): Promise<void> {
  for (const decisions of batchesOf(rows)) await store.write({ decisions })
}

async function buffered(store: Store, rows: readonly DecisionRow[]): Promise<void> {
  const writer = bufferedWriter(store, { whenFull: 'block', flushRows: BATCH, timeoutMs: 60_000 })
  for (const row of rows) await writer.put({ decisions: [row] })
  await writer.close()
}

async function admitted(store: Store, rows: readonly DecisionRow[], atOnce: number): Promise<void> {
  const asks = rows.map((decision) => ({
    subject: decision.subject,
    decide: () => [
      { decision, assignment: { experimentId: 'exp', variantId: 'a', domains: ['d'] } },
    ],
  }))
  for (let i = 0; i < asks.length; i += atOnce) await store.admit(asks.slice(i, i + atOnce))
}

async function measure(name: string, store: Store, count: number): Promise<void> {
  await store.open()
  await rate(`${name}: write, not assigned`, count, () =>
    written(store, rowsOf(count, 'targeting_mismatch')),
  )
  await rate(`${name}: write, assigned`, count, () => written(store, rowsOf(count, ASSIGNED)))
  await rate(`${name}: row by row through the writer`, count, () =>
    buffered(store, rowsOf(count, 'targeting_mismatch')),
  )
  const few = rowsOf(Math.min(count, 2000), ASSIGNED)
  await rate(`${name}: admissions one by one`, few.length, () =>
    admitted(
      store,
      few.map((row) => ({ ...row, subject: randomUUID() })),
      1,
    ),
  )
  await rate(`${name}: admissions 50 in a call`, few.length, () =>
    admitted(
      store,
      few.map((row) => ({ ...row, subject: randomUUID() })),
      50,
    ),
  )
  await store.close()
}

/** The same table with the same index, and nothing between the driver and us. */
const BARE = [
  `create table bare (${COLUMNS.map((name) => `${name} ${name === 'created_at' ? 'bigint' : 'text'}`).join()}, primary key (decision_id))`,
  'create index bare_by_experiment on bare (experiment_id, created_at)',
]

function bareSqlite(path: string, rows: readonly DecisionRow[]): Promise<void> {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = full')
  database.exec(BARE.join(';'))
  const insert = database.prepare(`insert into bare values (${COLUMNS.map(() => '?').join()})`)
  return rate('SQLite: bare inserts, prepared, 500 in a transaction', rows.length, () => {
    for (const batch of batchesOf(rows))
      database.transaction(() => batch.forEach((row) => insert.run(...valuesOf(row)))).immediate()
    database.close()
  })
}

async function barePostgres(url: string, rows: readonly DecisionRow[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(BARE.join(';'))
  const lists = COLUMNS.map(
    (name, i) => `$${i + 1}::${name === 'created_at' ? 'bigint' : 'text'}[]`,
  )
  await rate('PostgreSQL: bare inserts, 500 in a statement by unnest', rows.length, async () => {
    for (const batch of batchesOf(rows.map(valuesOf)))
      await client.query(
        `insert into bare select * from unnest(${lists.join()})`,
        COLUMNS.map((_, at) => batch.map((values) => values[at])),
      )
  })
  await client.end()
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string', default: '50000' } } })
  const count = Number(values.rows)
  const dir = mkdtempSync(join(tmpdir(), 'liveflag-bench-'))
  const server = await startPostgres()
  try {
    await measure('memory', memoryStore(), count)
    await bareSqlite(join(dir, 'bare.db'), rowsOf(count, ASSIGNED))
    await measure(
      'SQLite',
      sqliteStore(join(dir, 'records.db'), { threadFromRows: Infinity }),
      count,
    )
    await barePostgres(await server.database(), rowsOf(count, ASSIGNED))
    await measure(
      'PostgreSQL',
      postgresStore(await server.database(), { threadFromRows: Infinity }),
      count,
    )
  } finally {
    await server.end()
    rmSync(dir, { recursive: true, force: true })
  }
}

void main()
