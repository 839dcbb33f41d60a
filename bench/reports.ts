// `npm run bench:reports -- [--units 200000] [--store sqlite|postgres|memory] [--explain]`: how long a
// report takes, and for how long it holds up the process that reads it.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { experimentReport, type ReportQuestion } from '../src/analysis/experiment-report'
import { hundredthOf } from '../src/hash/sha256'
import type { Metric } from '../src/live-config/read-entries'
import { memoryStore } from '../src/recording/memory'
import { postgresStore } from '../src/recording/postgres'
import { sqliteStore } from '../src/recording/sqlite'
import type { Reports, Store } from '../src/recording/store'
import { startPostgres } from '../test/support/postgres'

const { values: flags } = parseArgs({
  options: {
    units: { type: 'string', default: '200000' },
    store: { type: 'string', default: 'sqlite' },
    explain: { type: 'boolean', default: false },
  },
})
const UNITS = Number(flags.units)
const DAY = 86_400_000
const START = 40 * DAY
const DAYS = 30
const BATCH = 10_000

/** The experiment before and after an edit that moves a tenth of its people. */
const TEXTS = [50, 60].map((share) =>
  JSON.stringify({
    experiment: {
      experiment_id: 'exp',
      variants: [
        { name: 'control', weight: share },
        { name: 'new', weight: 100 - share },
      ],
    },
  }),
)
const revisionOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const timeOf = (n: number): number => START + Math.floor((n / UNITS) * DAYS * DAY)

/** Everybody is seen once and views, a quarter buys twice, a third clicks. */
async function fill(store: Store): Promise<number> {
  const configs = TEXTS.map((text) => ({
    revision: revisionOf(text),
    feature: 'f',
    text,
    at: START,
  }))
  await store.write({ configs })
  let conversions = 0
  for (let first = 0; first < UNITS; first += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, UNITS - first) }, (_, k) => first + k)
    const rows = ids.flatMap(eventsOf)
    conversions += rows.length
    await store.write({ exposures: ids.flatMap(exposuresOf), conversions: rows })
  }
  return conversions
}

function exposuresOf(n: number) {
  const unit = `u${n}`
  const row = (edit: 0 | 1, at: number) => ({
    ...{ unit, kind: 'user', experiment: 'exp', feature: 'f', source: 'backend' as const },
    variant: hundredthOf(unit, 'exp', 'variant') < (edit === 0 ? 5000 : 6000) ? 'control' : 'new',
    ...{ bucket: null, generation: 1, hash: 'sha256', user: unit, loid: n % 3 ? `l${n}` : null },
    revision: revisionOf(TEXTS[edit] ?? ''),
    attributes: { country: `C${n % 7}`, device: n % 2 ? 'phone' : 'web' },
    at,
  })
  if (n >= UNITS / 2) return [row(1, timeOf(n))]
  // A tenth of those of before come back.
  return n % 10 === 0 ? [row(0, timeOf(n)), row(1, timeOf(n) + 15 * DAY)] : [row(0, timeOf(n))]
}

function eventsOf(n: number) {
  const row = (key: string, name: string, value: number | null, at: number) => ({
    ...{ eventId: `${key}${n}`, name, decisionId: null, unit: `u${n}`, value, at: timeOf(n) + at },
  })
  return [
    row('v', 'view', null, 5),
    ...(n % 4 === 0 ? [row('c', 'buy', n % 10, DAY), row('b', 'buy', n % 7, -5 * DAY)] : []),
    ...(n % 3 === 0 ? [row('k', 'click', null, 9)] : []),
  ]
}

const base = {
  type: 'rate',
  direction: 'up',
  windowMs: null,
  role: 'secondary',
  margin: 0,
} as const
const METRICS: readonly Metric[] = [
  { ...base, name: 'buyers', event: 'buy' },
  {
    ...base,
    name: 'revenue',
    event: 'buy',
    type: 'value',
    cupedMs: 14 * DAY,
    winsorize: [0, 0.99],
  },
  {
    ...{ ...base, name: 'ctr', event: 'click', type: 'ratio' },
    ratio: {
      numerator: { event: 'click', aggregation: 'count' },
      denominator: { event: 'view', aggregation: 'count' },
    },
  },
]
const EXPERIMENT: ReportQuestion['experiment'] = {
  ...{ feature: 'f', id: 'exp', status: 'running', shares: undefined },
}

/** Prints how long something takes, and its longest hold of this thread. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const holds = monitorEventLoopDelay({ resolution: 1 })
  holds.enable()
  await new Promise((resolve) => setTimeout(resolve, 50))
  holds.reset()
  const before = process.memoryUsage().heapUsed
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().heapUsed)), 10)
  const cpu = process.cpuUsage()
  const since = performance.now()
  const found = await work()
  const took = performance.now() - since
  const { user, system } = process.cpuUsage(cpu)
  await new Promise((resolve) => setTimeout(resolve, 20))
  clearInterval(watch)
  holds.disable()
  const columns = [
    what.padEnd(24),
    `${Math.round(took)} ms`.padStart(10),
    `cpu ${Math.round((user + system) / 1000)} ms`.padStart(14),
    `longest hold ${(holds.max / 1e6).toFixed(0)} ms`.padStart(22),
    `heap +${Math.round(Math.max(0, most - before) / 1e6)} MB`.padStart(14),
  ]
  console.log(columns.join('  '))
  return found
}

/** Those that read many rows; `explain` of PostgreSQL says how each was read. */
const STATEMENTS: readonly (readonly [string, (reports: Reports) => Promise<unknown>])[] = [
  ['exposedUnits', (reports) => reports.exposedUnits('exp')],
  ['exposuresOverTime', (reports) => reports.exposuresOverTime('exp', DAY)],
  ['conversions', (reports) => reports.conversions({ experiment: 'exp', name: 'buy', by: 'unit' })],
  ['conversionNames', (reports) => reports.conversionNames('exp')],
  ['conversionCounts', (reports) => reports.conversionCounts()],
  ['recorded', (reports) => reports.recorded('exp')],
  ['decisionsByReason', (reports) => reports.decisionsByReason('exp')],
  ['experiments', (reports) => reports.experiments()],
  ['recentUnits', async (reports) => reports.recentUnits?.(100)],
]

async function measure(store: Store): Promise<void> {
  const since = performance.now()
  const conversions = await fill(store)
  const seconds = ((performance.now() - since) / 1000).toFixed(1)
  console.log(
    `${UNITS} units and ${conversions} conversions in ${store.name}, written in ${seconds} s`,
  )
  const now = START + 60 * DAY
  const asked = { experiment: EXPERIMENT, now, metrics: METRICS }
  const report = await timed('report', () => experimentReport(store, asked))
  const moved = report.phases.map((phase) => phase.moved).join(', ')
  console.log(`  moved by phase: ${moved}; ${report.conversions.length} metrics`)
  await timed('report, again', () => experimentReport(store, asked))
  await timed('report, 2 segments', () =>
    experimentReport(store, {
      ...asked,
      experiment: { ...EXPERIMENT, reportBy: ['country', 'device'] },
    }),
  )
  for (const [name, read] of STATEMENTS) await timed(name, () => store.snapshot(read))
}

/** How PostgreSQL reads what a report reads. */
async function explain(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const text of [
    `select unit, variant, created_at, attributes from liveflag_exposures where experiment = 'exp' and created_at < 99999999999`,
    `select done.name, done.unit, made.subject_id from liveflag_conversions as done left join liveflag_decisions as made on made.decision_id = done.decision_id where done.created_at >= 0`,
    `select done.name, made.subject_id from liveflag_conversions as done left join liveflag_decisions as made on made.decision_id = done.decision_id where done.created_at >= ${START + 29 * DAY}`,
  ]) {
    const { rows } = await client.query<Record<string, string>>(
      `explain (analyze, buffers) ${text}`,
    )
    console.log([text, ...rows.map((row) => `    ${row['QUERY PLAN']}`)].join('\n'))
  }
  await client.end()
}

async function main(): Promise<void> {
  if (flags.store === 'postgres') {
    const server = await startPostgres()
    try {
      const url = await server.database()
      const store = postgresStore(url)
      await measure(store)
      await store.close()
      if (flags.explain) await explain(url)
    } finally {
      await server.end()
    }
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'reports-'))
  const store =
    flags.store === 'memory'
      ? memoryStore()
      : sqliteStore(join(folder, 'records.db'), { synchronous: 'normal' })
  await measure(store)
  await store.close()
  rmSync(folder, { recursive: true })
}

void main()
