// `node -r ./scripts/register-typescript.js scripts/crash-log.ts [--kills 200] [--at-once 2]` Kills
// processes that record rows, at random moments. Every row that was acknowledged must be there, and
// none twice: in the database, or in the spill file, which takes what the database, made to fail
// now and then, does not.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { bufferedWriter } from '../src/recording/buffered'
import { sqliteStore } from '../src/recording/sqlite'
import type { Batch, Store } from '../src/recording/store'

/** Rows that are acknowledged together. */
const ROWS = 20

export interface LogCrashes {
  readonly kills: number
  readonly acknowledged: number
  /** Acknowledged, and not there. */
  readonly lost: readonly string[]
  readonly twice: number
  /** Rows that were in the spill file after a kill, and were replayed. */
  readonly replayed: number
}

interface Files {
  readonly records: string
  readonly spill: string
}

const filesIn = (dir: string): Files => ({
  records: join(dir, 'records.db'),
  spill: join(dir, 'spill.db'),
})

/**
 * `atOnce` processes share the database and the spill file; each is killed soon after its first
 * row, and replaced.
 */
export async function crashLog(kills: number, atOnce: number): Promise<LogCrashes> {
  const dir = mkdtempSync(join(tmpdir(), 'liveflag-crash-log-'))
  const acknowledged: string[] = []
  let left = kills
  const recordAndKill = async (): Promise<void> => {
    while (left-- > 0) acknowledged.push(...(await killed(start(dir))))
  }
  await Promise.all(Array.from({ length: atOnce }, recordAndKill))
  const replayed = await drain(filesIn(dir))
  const { lost, twice } = judge(filesIn(dir), acknowledged)
  rmSync(dir, { recursive: true, force: true })
  return { kills, acknowledged: acknowledged.length, lost, twice, replayed }
}

function start(dir: string): ChildProcess {
  const compilerOptions = JSON.stringify({
    module: 'commonjs',
    moduleResolution: 'node10',
    ignoreDeprecations: '5.0',
  })
  return spawn(
    process.execPath,
    ['-r', './scripts/register-typescript.js', __filename, '--record', dir],
    {
      cwd: resolve(__dirname, '..'),
      env: {
        ...process.env,
        TS_NODE_PROJECT: 'tsconfig.json',
        TS_NODE_COMPILER_OPTIONS: compilerOptions,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
}

/** Gives the rows it had acknowledged. */
function killed(recorder: ChildProcess): Promise<string[]> {
  return new Promise((done, failed) => {
    let said = ''
    recorder.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (said === '') setTimeout(() => recorder.kill('SIGKILL'), Math.random() * 200)
      said += text
    })
    recorder.once('close', (code, signal) => {
      // A line that is not whole was cut by the kill.
      if (signal === 'SIGKILL') done(said.split('\n').slice(0, -1).flatMap(rowsOf))
      else failed(new Error(`the recorder ended by itself with ${code}`))
    })
  })
}

const rowsOf = (batch: string): string[] => Array.from({ length: ROWS }, (_, i) => `${batch}-${i}`)

const batchOf = (batch: string): Batch => ({
  usages: rowsOf(batch).map((id) => ({
    id,
    feature: 'button',
    user: 'u1',
    value: true,
    reason: null,
    generation: null,
    at: 1000,
  })),
})

/** The next start of the application: what the spill file has goes to the database. */
async function drain({ records, spill }: Files): Promise<number> {
  const store = sqliteStore(records)
  const writer = bufferedWriter(store, { whenFull: 'spill', spill })
  const { found } = writer.stats
  while (writer.stats.spilled > 0) await new Promise((again) => setTimeout(again, 5))
  await writer.close()
  await store.close()
  return found
}

function judge(
  { records }: Files,
  acknowledged: readonly string[],
): { lost: string[]; twice: number } {
  const database = new Database(records, { readonly: true })
  const ids = database.prepare<[], string>('select id from liveflag_usages').pluck().all()
  database.close()
  const there = new Set(ids)
  return { lost: acknowledged.filter((id) => !there.has(id)), twice: ids.length - there.size }
}

/** Fails before or after it has written, in phases, so that kills find every state. */
function failing(store: Store): Pick<Store, 'name' | 'write'> {
  return {
    name: store.name,
    async write(batch) {
      const mood = Math.random()
      if (mood < 0.03) throw new Error('not now')
      await store.write(batch)
      if (mood < 0.06) throw new Error('the answer is lost')
    },
  }
}

async function recordForEver(dir: string): Promise<void> {
  const { records, spill } = filesIn(dir)
  // Half of them write in a thread, however few the rows.
  const store = sqliteStore(records, { threadFromRows: process.pid % 2 ? 1 : Infinity })
  await store.open()
  const writer = bufferedWriter(failing(store), {
    whenFull: 'spill',
    spill,
    onError: () => undefined,
  })
  const run = randomUUID()
  const recorder = async (which: number): Promise<void> => {
    for (let n = 0; ; n++) {
      const batch = `${run}-${which}-${n}`
      await writer.record(batchOf(batch))
      process.stdout.write(`${batch}\n`)
    }
  }
  await Promise.all([1, 2, 3].map(recorder))
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      record: { type: 'string' },
      kills: { type: 'string', default: '200' },
      'at-once': { type: 'string', default: '2' },
    },
  })
  if (values.record !== undefined) return recordForEver(values.record)
  const { kills, acknowledged, lost, twice, replayed } = await crashLog(
    Number(values.kills),
    Number(values['at-once']),
  )
  console.log(
    `${kills} kills: ${acknowledged} rows acknowledged, ${lost.length} lost, ${twice} there twice; ${replayed} came out of the spill file at the end`,
  )
  if (lost.length > 0 || twice > 0) process.exitCode = 1
}

if (require.main === module) void main()
