/** Processes that decide about the same subjects at once, over servers that run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { PATIENCE, sized } from '../support/long-run'
import { type PostgresServer, startPostgres } from '../support/postgres'
import { startRedis } from '../support/redis'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'
import { describeWith } from '../support/with-program'

const UNITS = sized(200, 5000)
const CONFIG = `
feature_exp: {default: none, experiment: {variants: [{name: a, weight: 50}, {name: b, weight: 50}], domains: [d], priority: 1}}
feature_other: {default: none, experiment: {variants: [{name: a, weight: 50}, {name: b, weight: 50}], domains: [d], priority: 2, traffic: 50}}
`

const config = (): string => {
  const path = join(tempDir(), 'deciding.yaml')
  writeFileSync(path, CONFIG)
  return path
}

/** What four processes answered, each as one text. */
async function answered(store: string, redis = ''): Promise<readonly string[]> {
  const args = ['test/support/deciding-process.ts', config(), store, redis, String(UNITS)]
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [...typeScript, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  try {
    const all = children.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]())
    const said = async (): Promise<readonly string[]> =>
      (await Promise.all(all.map((lines) => lines.next()))).map(({ value }) => String(value))
    expect(await said()).toEqual(children.map(() => 'ready'))
    for (const { stdin } of children) stdin.write('\n')
    const answers = await said()
    await Promise.all(children.map(async (child) => child.exitCode ?? once(child, 'exit')))
    return answers
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}

describe('over one PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  const ends: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const end of ends) await end()
    await server.end()
  })

  test(
    'four processes give the same answers, let nobody into two experiments of a domain, and their exposures are one row each',
    async () => {
      const url = await server.database()
      const [first = '', ...others] = await answered(url)
      expect(JSON.parse(first)).toHaveLength(UNITS)
      expect(others).toEqual([first, first, first])
      const client = new Client({ connectionString: url })
      ends.push(() => client.end())
      await client.connect()
      const count = async (what: string): Promise<unknown> => (await client.query(what)).rows
      const assigned = (JSON.parse(first) as [string | null][][])
        .flat()
        .filter(([variant]) => variant !== null).length
      expect(assigned).toBeGreaterThan(UNITS / 4)
      expect(await count('select count(*)::int as rows from liveflag_exposures')).toEqual([
        { rows: assigned },
      ])
      expect(
        await count(`select subject_id from liveflag_assignments group by 1 having count(*) > 1`),
      ).toEqual([])
      // All four wrote down what they answered.
      expect(
        await count(
          `select count(*)::int as rows from liveflag_decisions where subject_id <> 'warm'`,
        ),
      ).toEqual([{ rows: 4 * 2 * UNITS }])
    },
    PATIENCE,
  )
})

describeWith('redis-server', 'with answers in Redis', (program) => {
  test(
    'four processes whose stores differ give the same answers, and what is stored goes by itself',
    async () => {
      const server = await startRedis(program)
      const client = new Redis(server.url)
      try {
        const [first = '', ...others] = await answered('memory', server.url)
        expect(JSON.parse(first)).toHaveLength(UNITS)
        expect(others).toEqual([first, first, first])
        const keys = await client.keys('*')
        expect(keys.length).toBeGreaterThanOrEqual(UNITS)
        expect(await client.pttl(keys[0] ?? '')).toBeGreaterThan(0)
      } finally {
        client.disconnect()
        await server.end()
      }
    },
    PATIENCE,
  )
})
