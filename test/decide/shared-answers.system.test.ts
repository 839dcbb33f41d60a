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

const ASSIGNED = 'experiment_assigned'
const UNITS = sized(200, 5000)
const CONFIG = `
feature_exp: {default: none, experiment: {variants: [{name: a, weight: 50}, {name: b, weight: 50}], domains: [d], priority: 1}}
feature_other: {default: none, experiment: {variants: [{name: a, weight: 50}, {name: b, weight: 50}], domains: [d], priority: 2, traffic: 50}}
feature_first: {default: none, experiment: {variants: [{name: a, weight: 50}, {name: b, weight: 50}]}}
feature_second: {default: none, experiment: {variants: [{name: a, weight: 50}, {name: b, weight: 50}]}}
`

const config = (): string => {
  const path = join(tempDir(), 'deciding.yaml')
  writeFileSync(path, CONFIG)
  return path
}

type Answer = readonly [variant: string | null, value: unknown, reason: string]
/** Of each subject, to each name. */
type Answers = readonly (readonly Answer[])[]

interface Processes {
  /** What one of them answers. */
  ask(one: number, names: string): Promise<string>
  end(): Promise<void>
}

async function processes(count: number, store: string, redis = '', most = 3): Promise<Processes> {
  const args = [
    ...['test/support/deciding-process.ts', config(), store, redis],
    ...[UNITS, most].map(String),
  ]
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, [...typeScript, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const all = children.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]())
  const said = async (one: number): Promise<string> => String((await all[one]?.next())?.value)
  const end = async (): Promise<void> => {
    for (const { stdin } of children) stdin.end()
    await Promise.all(children.map(async (child) => child.exitCode ?? once(child, 'exit')))
  }
  process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')))
  expect(await Promise.all(all.map((_, one) => said(one)))).toEqual(children.map(() => 'ready'))
  const ask = (one: number, names: string): Promise<string> => {
    children[one]?.stdin.write(`${names}\n`)
    return said(one)
  }
  return { ask, end }
}

/** What four processes answered that were asked at once, each as one text. */
async function answered(store: string, redis = ''): Promise<readonly string[]> {
  const four = await processes(4, store, redis)
  const answers = await Promise.all([0, 1, 2, 3].map((one) => four.ask(one, 'exp other')))
  await four.end()
  return answers
}

/**
 * What two processes with stores of their own answer, the second of which has each subject in
 * `second` before it is asked for `first`: an experiment is all that a subject may be in.
 */
async function oneAfterTheOther(redis?: string): Promise<readonly (readonly Answer[])[]> {
  const two = await processes(2, 'memory', redis, 1)
  const given = [
    await two.ask(0, 'first'),
    await two.ask(1, 'second'),
    await two.ask(1, 'first'),
  ] as const
  await two.end()
  return given.map((text) => (JSON.parse(text) as Answers).flat())
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
    'who is asked second gives the answer of who was asked first, which it would not give by itself',
    async () => {
      const server = await startRedis(program)
      const [first = [], , last] = await oneAfterTheOther(server.url)
      expect(new Set(first.map(([, , reason]) => reason))).toEqual(new Set([ASSIGNED]))
      expect(last).toEqual(first)
      const [, second = [], alone = []] = await oneAfterTheOther()
      expect(new Set(second.map(([, , reason]) => reason))).toEqual(new Set([ASSIGNED]))
      expect(new Set(alone.map(([, , reason]) => reason))).toEqual(new Set(['participation_limit']))
      await server.end()
    },
    PATIENCE,
  )

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
