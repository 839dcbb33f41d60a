import { join } from 'node:path'
import { race } from '../../scripts/store-races'
import { PATIENCE, sized } from '../support/long-run'
import { startPostgres } from '../support/postgres'
import { tempDir } from '../support/temp-dir'

const ROUNDS = sized(5, 200)

test(
  '64 admissions of one subject at once, from two processes, never go past the limit or into two of a domain: SQLite',
  async () => {
    expect(await race(join(tempDir(), 'records.db'), ROUNDS, 2)).toMatchObject({
      rounds: ROUNDS,
      wrong: [],
    })
  },
  PATIENCE,
)

test(
  'the same in PostgreSQL',
  async () => {
    const server = await startPostgres()
    try {
      expect(await race(await server.database(), ROUNDS, 2)).toMatchObject({
        rounds: ROUNDS,
        wrong: [],
      })
    } finally {
      await server.end()
    }
  },
  PATIENCE,
)
