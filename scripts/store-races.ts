// `node -r ./scripts/register-typescript.js scripts/store-races.ts [--rounds 200] [--processes 4]`
// Admissions of one subject, 64 at once from several processes, into eight experiments of which
// four share a domain: never more than three experiments, and never two of the domain. In SQLite
// and in PostgreSQL.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { postgresStore } from '../src/recording/postgres'
import { sqliteStore } from '../src/recording/sqlite'
import {
  ASSIGNED,
  type Admission,
  type Ask,
  type History,
  type Store,
} from '../src/recording/store'
import { startPostgres } from '../test/support/postgres'

const AT_ONCE = 64
const LIMIT = 3
const EXPERIMENTS = ['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']
const IN_DOMAIN = EXPERIMENTS.slice(0, 4)

export interface Races {
  readonly rounds: number
  /** Rounds in which a subject was let into too many experiments, or into too few. */
  readonly wrong: readonly string[]
  readonly milliseconds: number
}

/** `where`: the path of a SQLite file, or the URL of a PostgreSQL database. */
export async function race(where: string, rounds: number, processes: number): Promise<Races> {
  const racers = Array.from({ length: processes }, () => start(where, AT_ONCE / processes))
  const store = storeAt(where)
  const wrong: string[] = []
  try {
    await Promise.all([store.open(), ...racers.map(hasSaid)])
    const started = performance.now()
    for (let round = 0; round < rounds; round++) {
      const subject = `subject-${round}`
      await Promise.all(racers.map((racer) => told(racer, subject)))
      const [history] = await store.histories([subject])
      const fault = history && faultOf(history)
      if (fault !== undefined) wrong.push(`${subject}: ${fault}`)
    }
    return { rounds, wrong, milliseconds: performance.now() - started }
  } finally {
    for (const racer of racers) racer.kill()
    await store.close()
  }
}

const storeAt = (where: string): Store =>
  where.startsWith('postgres:')
    ? postgresStore(where, { connectTimeoutMs: 60_000, statementTimeoutMs: 60_000 })
    : sqliteStore(where, { busyTimeoutMs: 60_000 })

function faultOf({ assigned, domains }: History): string | undefined {
  const names = assigned.map(({ experimentId }) => experimentId)
  const shared = names.filter((name) => IN_DOMAIN.includes(name))
  if (names.length !== LIMIT) return `assigned in ${names.join()}`
  if (shared.length > 1 || shared.join() !== domains.map(({ experimentId }) => experimentId).join())
    return `${shared.join()} in a domain of ${JSON.stringify(domains)}`
  return undefined
}

function ask(subject: string, experimentId: string): Ask {
  const domain = IN_DOMAIN.includes(experimentId) ? ['shared'] : []
  const row = {
    decisionId: randomUUID(),
    flag: 'flag',
    subject,
    experimentId,
    variantId: 'a',
    value: 'x',
    at: Date.now(),
  }
  return {
    subject,
    decide({ assigned, domains }): Admission[] {
      const held =
        domain.length > 0 && domains.some((holder) => holder.experimentId !== experimentId)
      const full = assigned.filter((one) => one.experimentId !== experimentId).length >= LIMIT
      if (held || full)
        return [
          {
            decision: {
              ...row,
              variantId: null,
              reason: held ? 'domain_conflict' : 'participation_limit',
            },
          },
        ]
      return [
        {
          decision: { ...row, reason: ASSIGNED },
          assignment: { experimentId, variantId: 'a', domains: domain },
        },
      ]
    },
  }
}

function start(where: string, atOnce: number): ChildProcess {
  const compilerOptions = JSON.stringify({
    module: 'commonjs',
    moduleResolution: 'node10',
    ignoreDeprecations: '5.0',
  })
  return spawn(
    process.execPath,
    [
      '-r',
      './scripts/register-typescript.js',
      __filename,
      '--race',
      where,
      '--at-once',
      String(atOnce),
    ],
    {
      cwd: resolve(__dirname, '..'),
      env: {
        ...process.env,
        TS_NODE_PROJECT: 'tsconfig.json',
        TS_NODE_COMPILER_OPTIONS: compilerOptions,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  )
}

function hasSaid(racer: ChildProcess): Promise<void> {
  return new Promise((said, failed) => {
    const ended = (code: number | null): void =>
      failed(new Error(`a racer ended by itself with ${code}`))
    racer.once('exit', ended)
    racer.once('message', () => {
      racer.removeListener('exit', ended)
      said()
    })
  })
}

function told(racer: ChildProcess, subject: string): Promise<void> {
  const done = hasSaid(racer)
  racer.send(subject)
  return done
}

/** In a process of its own: at each subject it is told, admissions all at once. */
async function raceWhenTold(where: string, atOnce: number): Promise<void> {
  const store = storeAt(where)
  await store.open()
  const offset = process.pid
  process.on('message', (subject: string) => {
    const admissions = Array.from({ length: atOnce }, (_, i) =>
      store.admit([ask(subject, EXPERIMENTS[(i + offset) % EXPERIMENTS.length] ?? '')]),
    )
    void Promise.all(admissions).then(() => process.send?.('done'))
  })
  process.send?.('ready')
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      race: { type: 'string' },
      'at-once': { type: 'string', default: '16' },
      rounds: { type: 'string', default: '200' },
      processes: { type: 'string', default: '4' },
    },
  })
  if (values.race !== undefined) return raceWhenTold(values.race, Number(values['at-once']))
  const dir = mkdtempSync(join(tmpdir(), 'liveflag-races-'))
  const server = await startPostgres()
  try {
    for (const [name, where] of [
      ['SQLite', join(dir, 'records.db')],
      ['PostgreSQL', await server.database()],
    ] as const) {
      const { rounds, wrong, milliseconds } = await race(
        where,
        Number(values.rounds),
        Number(values.processes),
      )
      console.log(
        `${name}: ${rounds} rounds of ${AT_ONCE} admissions at once from ${values.processes} processes, ${wrong.length} wrong; ${(milliseconds / rounds).toFixed(1)} ms a round`,
      )
      for (const fault of wrong) console.error(fault)
      if (wrong.length > 0) process.exitCode = 1
    }
  } finally {
    await server.end()
    rmSync(dir, { recursive: true, force: true })
  }
}

if (require.main === module) void main()
