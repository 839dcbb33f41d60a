import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import { Client } from 'pg'

const COLUMNS =
  'decision_id text primary key, flag text, subject text, experiment text, variant text, value text, reason text, at bigint'
const BATCH = 64

const values = (): (string | number)[] => [
  randomUUID(),
  'outside',
  'subject-1',
  'outside',
  'a',
  'blue',
  'outside_traffic_allocation',
  Date.now(),
]

/**
 * What the databases take in by themselves: the columns of a decision, one row or 64 rows a
 * transaction.
 */
export async function bareInserts({
  sqlite,
  postgres,
  ms,
}: {
  sqlite: string
  postgres: string
  ms: number
}): Promise<readonly (readonly [string, number])[]> {
  return [...inSqlite(sqlite, ms), ...(await inPostgres(postgres, ms))]
}

function inSqlite(path: string, ms: number): readonly (readonly [string, number])[] {
  const database = new Database(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(`create table bare (${COLUMNS})`)
  const insert = database.prepare('insert into bare values (?, ?, ?, ?, ?, ?, ?, ?)')
  const batch = database.transaction(() => {
    for (let i = 0; i < BATCH; i++) insert.run(values())
  })
  const one = rate(ms, 1, () => void insert.run(values()))
  const many = rate(ms, BATCH, () => batch())
  database.close()
  return [
    ['SQLite, one row a transaction', one],
    [`SQLite, ${BATCH} rows a transaction`, many],
  ]
}

function rate(ms: number, rows: number, insert: () => void): number {
  const start = performance.now()
  let done = 0
  for (; performance.now() - start < ms; done += rows) insert()
  return done / ((performance.now() - start) / 1000)
}

async function inPostgres(
  url: string,
  ms: number,
): Promise<readonly (readonly [string, number])[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`create table bare (${COLUMNS})`)
  const results: (readonly [string, number])[] = []
  for (const rows of [1, BATCH]) {
    const places = Array.from(
      { length: rows },
      (_, r) => `(${Array.from({ length: 8 }, (_c, c) => `$${r * 8 + c + 1}`).join(', ')})`,
    ).join(', ')
    const start = performance.now()
    let done = 0
    for (; performance.now() - start < ms; done += rows) {
      await client.query({
        name: `insert-${rows}`,
        text: `insert into bare values ${places}`,
        values: Array.from({ length: rows }, values).flat(),
      })
    }
    results.push([
      `PostgreSQL, ${rows === 1 ? 'one row' : `${rows} rows`} a transaction`,
      done / ((performance.now() - start) / 1000),
    ])
  }
  await client.end()
  return results
}
