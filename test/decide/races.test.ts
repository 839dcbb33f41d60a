/**
 * Deciders with connections of their own, as processes have them, and every first question of a
 * subject at once.
 */
import { join } from 'node:path'
import { type Decider, postgresStore, sqliteStore } from '../../src/decide/decide'
import type { Store } from '../../src/recording/store'
import { closeDeciders, experiment, openDecider } from '../support/deciding'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { tempDir } from '../support/temp-dir'
import { PATIENCE, sized } from '../support/long-run'

afterEach(closeDeciders)

const AT_ONCE = 64
const ROUNDS = sized(5, 200)
const IN_DOMAIN = ['d0', 'd1', 'd2', 'd3']
const FREE = ['f0', 'f1', 'f2', 'f3']
const FLAGS = [...IN_DOMAIN, ...FREE]
// The holders of a domain differ by subject, so that not always the same one may have it.
const TEXT =
  IN_DOMAIN.map((name, i) => experiment(name, `domains: [d], targeting: turn == ${i}.0`)).join('') +
  FREE.map((name) => experiment(name)).join('')

async function race(stores: readonly Store[]): Promise<readonly string[]> {
  const deciders: Decider[] = []
  for (const store of stores)
    deciders.push(
      (await openDecider(TEXT, { store, timeoutMs: 30_000, cacheTtlSeconds: 0 })).decider,
    )
  const wrong: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const subject = `subject-${round}`
    const turns = Array.from({ length: AT_ONCE }, (_, i) => i)
    const asked = turns.flatMap(
      (i) =>
        deciders[i % deciders.length]?.decide(FLAGS[i % FLAGS.length] ?? '', subject, {
          turn: Math.floor(i / FLAGS.length) % IN_DOMAIN.length,
        }) ?? [],
    )
    const results = await Promise.all(asked)
    const assigned = new Set(
      results.flatMap(({ reason, flag }) => (reason === 'experiment_assigned' ? [flag] : [])),
    )
    const inDomain = [...assigned].filter((flag) => IN_DOMAIN.includes(flag))
    const [history] = (await stores[0]?.histories([subject])) ?? []
    const recorded = history?.assigned.map(({ experimentId }) => experimentId).join()
    if (assigned.size !== 3 || inDomain.length > 1 || recorded !== [...assigned].sort().join())
      wrong.push(`${subject}: answered ${[...assigned].join()}, recorded ${recorded}`)
  }
  return wrong
}

test(
  '64 first questions of one subject at once: never more than three experiments, never two of a domain, and the answers are what is recorded: SQLite',
  async () => {
    const path = join(tempDir(), 'decisions.db')
    expect(await race([sqliteStore(path), sqliteStore(path), sqliteStore(path)])).toEqual([])
  },
  PATIENCE,
)

describe('in PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.end())

  test(
    'the same',
    async () => {
      const url = await server.database()
      expect(await race([postgresStore(url), postgresStore(url), postgresStore(url)])).toEqual([])
    },
    PATIENCE,
  )
})
