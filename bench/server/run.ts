// `npm run bench:server [-- --quick] [--streams]`: requests a second of the server beside bare routes of Fastify
// that return constants of the same size, and how soon thousands of streams hear of an edit.
import { cpus, loadavg } from 'node:os'
import autocannon from 'autocannon'
import type { Bare } from './child'
import { pin, start } from './running'
import { storm, streams } from './streams'
import { type Workload, WORKLOADS } from './workloads'

const quick = process.argv.includes('--quick')
/** Turns that the two take, one after the other, so that neither has the quieter machine. */
const TURNS = quick ? 2 : 5
const SECONDS = quick ? 1 : 3
const CONNECTIONS = 32
const STREAMS = quick ? [200] : [1000, 5000, 10_000]

interface Rate {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

interface Turn {
  readonly ours: Rate
  readonly bare: Rate
}

const requestOf = ({ method, body }: Workload) => ({
  method,
  ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
})

async function rateOf(url: string, workload: Workload): Promise<Rate> {
  const result = await autocannon({
    url: url + workload.path,
    ...requestOf(workload),
    connections: CONNECTIONS,
    duration: SECONDS,
  })
  const failed = result.non2xx + result.errors
  if (failed > 0) throw new Error(`${workload.path}: ${failed} requests failed`)
  const { requests, latency } = result
  return { perSecond: requests.average, p50: latency.p50, p99: latency.p99 }
}

/** What the server answers, as a bare route. */
async function bareOf(url: string, workload: Workload): Promise<Bare> {
  const { method, path } = workload
  const answer = await fetch(url + path, requestOf(workload))
  const type = answer.headers.get('content-type') ?? 'application/json'
  return { method, path, type, body: await answer.text() }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

function print(...cells: readonly (string | number)[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

async function compareRates(): Promise<void> {
  const ours = await start()
  const routes = await Promise.all(WORKLOADS.map((workload) => bareOf(ours.url, workload)))
  const bare = await start(routes)
  print('request', 'bytes', 'bare, a second', 'liveflag, a second', 'ratio', 'goal', 'p50', 'p99')
  print('---', ...Array.from({ length: 7 }, () => '---:'))
  for (const [i, workload] of WORKLOADS.entries()) {
    const turns: Turn[] = []
    for (let turn = 0; turn < TURNS; turn++)
      turns.push({
        bare: await rateOf(bare.url, workload),
        ours: await rateOf(ours.url, workload),
      })
    const of = (pick: (turn: Turn) => number): number => median(turns.map(pick))
    print(
      workload.name,
      routes[i]?.body.length ?? 0,
      of((turn) => turn.bare.perSecond).toFixed(0),
      of((turn) => turn.ours.perSecond).toFixed(0),
      `${(100 * of((turn) => turn.ours.perSecond / turn.bare.perSecond)).toFixed(0)} %`,
      `${100 * workload.goal} %`,
      `${of((turn) => turn.ours.p50)} ms`,
      `${of((turn) => turn.ours.p99)} ms`,
    )
  }
  console.log(`\nRSS of the server afterwards: ${mib((await ours.memory()).rss)}\n`)
  ours.stop()
  bare.stop()
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

async function measureStreams(): Promise<void> {
  print(
    'streams',
    'an edit reaches half',
    '99 %',
    'all',
    'memory for each',
    'all come back at once',
  )
  print(...Array.from({ length: 6 }, () => '---:'))
  for (const count of STREAMS) {
    const server = await start()
    const before = await server.memory()
    const open = await streams(server.url, count)
    const each = ((await server.memory()).rss - before.rss) / count
    const waits = await open.waitsFor(server.edit)
    const at = (share: number): string =>
      `${(waits[Math.ceil(share * waits.length) - 1] ?? NaN).toFixed(0)} ms`
    open.close()
    const back = await storm(server.url, count)
    print(count, at(0.5), at(0.99), at(1), `${(each / 1024).toFixed(1)} KiB`, back)
    server.stop()
  }
}

async function main(): Promise<void> {
  pin(process.pid, 0)
  console.log(
    `Node ${process.version}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}; ${CONNECTIONS} connections, the median of ${TURNS} turns of ${SECONDS} s each\n`,
  )
  if (!process.argv.includes('--streams')) await compareRates()
  await measureStreams()
}

void main().then(() => process.exit(0))
