import { join } from 'node:path'
import { race } from '../../scripts/store-races'
import { startPostgres } from '../support/postgres'
import { tempDir } from '../support/temp-dir'

test('64 admissions of one subject at once, from two processes, never go past the limit or into two of a domain: SQLite', async () => {
  expect(await race(join(tempDir(), 'records.db'), 5, 2)).toMatchObject({ rounds: 5, wrong: [] })
}, 60_000)

test('the same in PostgreSQL', async () => {
  const server = await startPostgres()
  try {
    expect(await race(await server.database(), 5, 2)).toMatchObject({ rounds: 5, wrong: [] })
  } finally {
    await server.end()
  }
}, 60_000)
