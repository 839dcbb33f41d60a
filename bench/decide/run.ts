// `npm run bench:decide [-- --quick]`: decisions a second of the decide service, with the
// database's own insert rate beside it.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type * as Liveflag from '../../src'
import type * as Decide from '../../src/decide/decide'
import { startPostgres } from '../../test/support/postgres'
import { bareInserts } from './bare-inserts'
import { type Processors, watchProcessors } from './processors'

const dist = resolve(__dirname, '../../dist')
// What users install: the compiled package.
const { memory, openFeatures } = require(join(dist, 'index.js')) as typeof Liveflag
const { createDecider, memoryStore, postgresStore, sqliteStore } = require(
  join(dist, 'decide/decide.js'),
) as typeof Decide

const LOAD = loadavg()[0]?.toFixed(1)
/** Questions that are under way at the same time, as in a server. */
const AT_ONCE = 64
const LIVE_CONFIG = `
feature_outside: {default: blue, experiment: {traffic: 0, targeting: 'country == "AU"', variants: [{name: a}, {name: b}]}}
feature_assigned: {default: blue, experiment: {targeting: 'country == "NZ"', variants: [{name: a, value: red}, {name: b, value: green}]}}
`

/**
 * Turns that what is compared takes, one after the other, so that neither has the quieter machine.
 */
const TURNS = 5

interface Measured {
  readonly perSecond: number
  /**
   * Of this thread's processor, for each; it does not matter what else the machine does. NaN where
   * the system does not tell.
   */
  readonly microseconds: number
  readonly p99Ms: number
  readonly processors: Processors | undefined
}

interface Decided extends Measured {
  /** Rows that were not written yet when the last answer was given, and how long they took. */
  readonly behind: number
  readonly behindMs: number
}

/** What this thread has had of a processor, as Linux counts it. */
function threadMicroseconds(): number {
  const path = `/proc/self/task/${process.pid}/schedstat`
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split(' ')[0]) / 1000 : NaN
}

/**
 * Rounds of questions at once, each round a turn of the event loop, for so long; every question is
 * of a new subject unless they `return`.
 */
async function measure(
  decider: Decide.Decider,
  flag: string,
  ms: number,
  subject: (i: number) => string,
): Promise<Measured> {
  const took: number[] = []
  const ask = async (i: number): Promise<void> => {
    const start = performance.now()
    await decider.decide(flag, subject(i), { country: 'NZ', age: 30 })
    took.push(performance.now() - start)
  }
  const run = async (until: number, from: number): Promise<number> => {
    let i = from
    while (performance.now() < until) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => ask(i++)))
      await setImmediate()
    }
    return i
  }
  const warm = await run(performance.now() + ms / 3, 0)
  took.length = 0
  const processorsHad = watchProcessors()
  const [start, before] = [performance.now(), threadMicroseconds()]
  const end = await run(start + ms, warm)
  const seconds = (performance.now() - start) / 1000
  const microseconds = (threadMicroseconds() - before) / (end - warm)
  const processors = processorsHad()
  took.sort((a, b) => a - b)
  return {
    perSecond: (end - warm) / seconds,
    microseconds,
    p99Ms: took[Math.floor(took.length * 0.99)] ?? NaN,
    processors,
  }
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
const percent = (share: number): string => `${Math.round(share * 100)} %`
const count = (value: number): string => Math.round(value).toLocaleString('en')
const middle = <T>(list: readonly T[], by: (one: T) => number): T =>
  list.toSorted((a, b) => by(a) - by(b))[Math.floor(list.length / 2)] as T

interface Question {
  readonly title: string
  readonly flag: 'outside' | 'assigned'
  readonly subject: (i: number) => string
}

class Bench {
  readonly rows: string[] = []
  readonly shares: string[] = []

  constructor(
    private readonly features: Liveflag.Features,
    private readonly ms: number,
  ) {}

  /** One turn. Fails when a row was dropped, or a call of the store failed. */
  private async decided(
    { title, flag, subject }: Question,
    options: Omit<Decide.DeciderOptions, 'features'>,
  ): Promise<Decided> {
    const decider = createDecider({
      features: this.features,
      ...options,
      log: { capacity: 1_000_000 },
      timeoutMs: 20_000,
    })
    const measured = await measure(decider, flag, this.ms, subject)
    const { buffered: behind } = decider.writer.stats
    const ended = performance.now()
    await decider.writer.close()
    const behindMs = performance.now() - ended
    const { dropped, refused, failures } = decider.writer.stats
    await decider.close()
    if (dropped + refused + failures > 0)
      throw new Error(
        `${title}: ${dropped} rows dropped, ${refused} refused, ${failures} calls failed`,
      )
    return { ...measured, behind, behindMs }
  }

  async alone(question: Question, store: Decide.Store): Promise<void> {
    process.stderr.write(`${question.title}\n`)
    this.note(question.title, await this.decided(question, { store }))
  }

  /**
   * Evaluating alone, and writing behind answers, in turns. What is told is the turn in the middle
   * of the shares that the rate keeps.
   */
  async inTurns(
    name: string,
    question: Question,
    open: () => Promise<Decide.Store>,
  ): Promise<void> {
    process.stderr.write(`${name}: ${question.title}\n`)
    const turns: { readonly only: Decided; readonly behind: Decided; readonly share: number }[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      const only = await this.decided(question, { store: memoryStore(), writeMode: 'disabled' })
      const behind = await this.decided(question, { store: await open(), writeMode: 'async' })
      turns.push({ only, behind, share: behind.perSecond / only.perSecond })
    }
    const { only, behind, share } = middle(turns, (turn) => turn.share)
    this.note(`${question.title}, written nowhere`, only)
    this.note(`${name}, async: ${question.title}, written behind them`, behind)
    const shares = turns.map((turn) => turn.share)
    const ofThread = middle(
      turns.map((turn) => turn.only.microseconds / turn.behind.microseconds),
      (one) => one,
    )
    this.shares.push(
      row([
        `${name}, ${question.title}`,
        percent(share),
        `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`,
        percent(ofThread),
        ...(['main', 'threads', 'database'] as const).map((part) =>
          percent(behind.processors?.[part] ?? NaN),
        ),
        count(behind.behind),
        count(behind.behindMs),
        '0',
      ]),
    )
  }

  private note(title: string, { perSecond, p99Ms }: Measured): void {
    this.rows.push(row([title, count(perSecond), p99Ms.toFixed(2)]))
  }
}

async function main(): Promise<void> {
  const ms = process.argv.includes('--quick') ? 300 : 2000
  const dir = mkdtempSync(join(tmpdir(), 'liveflag-bench-'))
  const server = await startPostgres({ fsync: true })
  const features = await openFeatures({ source: memory(LIVE_CONFIG) })
  const bench = new Bench(features, ms)
  const fresh: Question = { title: 'new subjects', flag: 'outside', subject: (i) => `subject-${i}` }
  // A thousand subjects who come again and again.
  const kept: Question = {
    title: 'kept answers',
    flag: 'outside',
    subject: (i) => `subject-${i % 1000}`,
  }
  try {
    const stores = [
      ['SQLite', async () => sqliteStore(join(dir, `${randomUUID()}.db`))],
      ['PostgreSQL', () => server.database().then((url) => postgresStore(url))],
    ] as const
    for (const [name, open] of stores) {
      await bench.inTurns(name, fresh, open)
      await bench.inTurns(name, kept, open)
      await bench.alone(
        { ...kept, title: `${name}, sync: kept answers, each written before it is given` },
        await open(),
      )
      await bench.alone(
        {
          ...fresh,
          flag: 'assigned',
          title: `${name}: first questions that are assigned, with lock, history and reservation`,
        },
        await open(),
      )
    }
    const bare = await bareInserts({
      sqlite: join(dir, 'bare.db'),
      postgres: await server.database(),
      ms,
    })
    const text = [
      '# The decide service\n\nWritten by `npm run bench:decide`; all figures are from this one run.\n\n',
      `- ${new Date().toISOString().slice(0, 10)}; ${cpus()[0]?.model.trim()}, ${cpus().length} cores, the database on the same machine; Node ${process.versions.node}; durable writes: SQLite with \`synchronous = full\`, PostgreSQL with \`fsync\`. Load average ${LOAD} before the run.\n`,
      `- ${AT_ONCE} questions at a time; the time of a question is from its call to its answer. Each turn is ${ms} ms.\n\n`,
      `## What async keeps of the rate of evaluating alone\n\nOf ${TURNS} turns each, the one in the middle. What was behind is what waited in memory when the last answer had been given. The third figure does not count the processors that the thread, the database and other work of the machine take; the three after it are what each had of one processor while answers were given.\n\n`,
      row([
        '',
        'share',
        'all turns',
        'by the time of the main thread alone',
        'main thread',
        'other threads',
        'database',
        'rows behind',
        'written after, ms',
        'rows dropped',
      ]),
      row(['---', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '--:']),
      ...bench.shares,
      '\n## Decisions\n\n',
      row(['', 'decisions a second', 'p99, ms']),
      row(['---', '--:', '--:']),
      ...bench.rows,
      '\n## The databases alone\n\n',
      row(['the same rows by the bare driver', 'rows a second']),
      row(['---', '--:']),
      ...bare.map(([title, perSecond]) => row([title, count(perSecond)])),
    ].join('')
    process.stdout.write(text)
    if (!process.argv.includes('--quick')) writeFileSync(join(__dirname, 'results.md'), text)
  } finally {
    await features.close()
    await server.end()
    rmSync(dir, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `bench: ${error.message}` : error)
  process.exit(1)
})
