import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { postgresStore } from '../../src/recording/postgres'
import { sqliteStore } from '../../src/recording/sqlite'
import type { Store } from '../../src/recording/store'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { tempDir } from '../support/temp-dir'
import { scene, spilling } from '../support/buffered-scene'
import { typeScript } from '../support/type-script'

interface Ended {
  readonly code: unknown
  readonly signal: unknown
  /** Recorded in the store. */
  readonly units: number | undefined
  readonly stderr: string
  readonly path: string
}

/** Runs the program, until SIGTERM where it would live on. */
async function ended(
  how: string,
  path = join(tempDir(), 'records.db'),
  open: (path: string) => Store = sqliteStore,
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [...typeScript, 'test/support/recording-process.ts', path, how],
    {
      cwd: resolve(__dirname, '../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  await once(child.stdout, 'data')
  if (how === 'lives' || how === 'listens') child.kill('SIGTERM')
  const [code, signal] = (await once(child, 'close')) as unknown[]
  const store = open(path)
  const [variant] = await store.exposedUnits('exp')
  await store.close()
  return { code, signal, units: variant?.units, stderr, path }
}

test('a signal closes the writer first, and then ends the process as usual', async () => {
  expect(await ended('lives')).toMatchObject({ code: null, signal: 'SIGTERM', units: 50 })
})

test('a process that listens for the signal itself chooses how it ends', async () => {
  expect(await ended('listens')).toMatchObject({ code: 7, signal: null, units: 50 })
})

test('a process that has nothing more to do ends once its rows are written by the thread', async () => {
  expect(await ended('writes')).toMatchObject({ code: 0, signal: null, units: 50 })
})

test.each<[how: string, what: string, code: number]>([
  ['ends', 'that has nothing more to do writes the rows that wait', 0],
  ['exits', 'that calls process.exit writes them while it exits', 3],
  ['throws', 'that ends with an error that nobody catches writes them while it exits', 1],
])('a process (%s) %s', async (how, _, code) => {
  const { stderr, ...rest } = await ended(how)
  expect(rest).toMatchObject({ code, signal: null, units: 50 })
  expect(stderr).not.toContain('LIVEFLAG_')
})

test('a process that exits while the store is away leaves its rows in the spill file', async () => {
  const { code, path } = await ended('spills')
  expect(code).toBe(3)
  const { writer, store, clock } = scene(spilling(`${path}.spill`))
  await clock.pass(1000)
  expect([writer.stats.found, store.names.length]).toEqual([50, 50])
  await writer.close()
})

test('a process that exits with rows which cannot be written warns, with their number', async () => {
  const { code, stderr } = await ended('away')
  expect(code).toBe(3)
  expect(stderr).toContain(
    '[LIVEFLAG_NOT_RECORDED] 50 rows were dropped: the process ended before they were written',
  )
})

describe('with rows for PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.end())

  test.each<[how: string, what: string, code: number]>([
    ['ends', 'that has nothing more to do writes the rows that wait', 0],
    ['exits', 'that calls process.exit writes them while it exits', 3],
    ['throws', 'that ends with an error that nobody catches writes them while it exits', 1],
  ])('a process (%s) %s', async (how, _, code) => {
    const { stderr, path: __, ...rest } = await ended(how, await server.schema(), postgresStore)
    expect({ ...rest, warned: stderr.includes('LIVEFLAG_') }).toEqual({
      code,
      signal: null,
      units: 50,
      warned: false,
    })
  })
})
