// `npm run bench:fleet [-- redis etcd --processes 100 --publishes 20]`: 100 processes of one machine that
// read their live config from a store. A line for each store.
import { cpus, loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openKeyStore, publish, publishStaged } from '../../src/fleet/fleet'
import type { KeyStore } from '../../src/sources/key-store'
import { Fleet, now } from './fleet'
import { type BenchStore, STORES } from './stores'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string', default: '100' },
    publishes: { type: 'string', default: '20' },
    idle: { type: 'string', default: '20' },
    staged: { type: 'boolean', default: false },
  },
})
const PROCESSES = Number(values.processes)
const PUBLISHES = Number(values.publishes)
const IDLE_MS = Number(values.idle) * 1000

/** A hundred features, one of which says which text it is. */
const textOf = (marker: number): string =>
  [
    `feature_marker: {default: ${marker}}`,
    ...Array.from({ length: 99 }, (_, i) => `feature_f${i}: {percent_loggedin: ${i}}`),
  ].join('\n')

let marker = 0

async function put(store: KeyStore): Promise<{ marker: number; at: number }> {
  const next = ++marker
  const at = now()
  const result = await publish(store, textOf(next), { by: 'bench' })
  if (result.kind !== 'published') throw new Error(JSON.stringify(result))
  return { marker: next, at }
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
const ascending = (list: readonly number[]): readonly number[] => [...list].sort((a, b) => a - b)
const ms = (value: number): string => `${value.toFixed(0)} ms`

async function deliveries(fleet: Fleet, store: KeyStore): Promise<readonly string[]> {
  const [lasts, all]: [number[], number[]] = [[], []]
  for (let i = 0; i < PUBLISHES; i++) {
    const put_ = await put(store)
    const waits = (await fleet.reach(put_.marker, put_.at)).map((at) => at - put_.at)
    lasts.push(Math.max(...waits))
    all.push(...waits)
    await setTimeout(300)
  }
  const [sorted, each] = [ascending(lasts), ascending(all)]
  return [quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(each, 0.5)].map(ms)
}

async function idle(fleet: Fleet): Promise<readonly string[]> {
  await setTimeout(2000)
  const before = fleet.processorMs()
  await setTimeout(IDLE_MS)
  const share = (fleet.processorMs() - before) / IDLE_MS / PROCESSES
  return [
    `${(share * 100).toFixed(3)} %`,
    `${(fleet.memory() / PROCESSES / 2 ** 20).toFixed(1)} MiB`,
  ]
}

/** What share comes back in the busiest tenth of a second. */
function herd(times: readonly number[]): number {
  const most = times.map((at) => times.filter((other) => other >= at && other < at + 100).length)
  return Math.max(0, ...most) / times.length
}

async function restart(
  fleet: Fleet,
  server: BenchStore,
  store: KeyStore,
): Promise<readonly string[]> {
  await server.stop()
  await setTimeout(5000)
  const down = now()
  await server.start()
  const up = now()
  let put_: { marker: number; at: number } | undefined
  for (let tries = 0; put_ === undefined; tries++) {
    put_ = await put(store).catch(async (error: unknown) => {
      if (tries > 200) throw error
      await setTimeout(50)
      return undefined
    })
  }
  const reached = await fleet.reach(put_.marker, put_.at)
  const back = ascending(fleet.firsts(down, ({ kind }) => kind === 'ready').map((at) => at - up))
  const times = back.length > 0 ? back : ascending(reached.map((at) => at - up))
  return [
    `${ms(quantile(times, 0.01))} to ${ms(quantile(times, 1))}`,
    `${(herd(times) * 100).toFixed(0)} %`,
    ms(Math.max(...reached) - up),
  ]
}

async function measure(name: string): Promise<void> {
  const server = await STORES[name]?.()
  if (server === undefined) return console.log(`| ${name} | not installed |`)
  const store = openKeyStore(server.url)
  const fleet = new Fleet(PROCESSES)
  try {
    await put(store)
    await fleet.start(server.url)
    const cells = [
      ...(await deliveries(fleet, store)),
      ...(await idle(fleet)),
      ...(await restart(fleet, server, store)),
    ]
    console.log(`| ${[name, ...cells].join(' | ')} |`)
  } finally {
    fleet.end()
    await store.close()
    await server.end()
  }
}

const BAD = 1_000_000

/** A text that makes processes ill is published in stages: who ever had it, and for how long. */
async function stage(name: string): Promise<void> {
  const server = await STORES[name]?.()
  if (server === undefined) return console.log(`${name} is not installed`)
  const store = openKeyStore(server.url)
  const fleet = new Fleet(PROCESSES)
  try {
    const good = await put(store)
    await fleet.start(server.url, 'fleet')
    await setTimeout(5000)
    const began = now()
    const result = await publishStaged(store, textOf(BAD), {
      stages: [1, 10, 100],
      eachMs: 10_000,
      by: 'bench',
    })
    const took = now() - began
    await setTimeout(3000)
    const [first = NaN] = ascending(fleet.firsts(began, (said) => said.marker === BAD))
    const served = fleet.firsts(began, (said) => said.marker === BAD).length
    const back = ascending(
      fleet.firsts(first, ({ kind, marker: has }) => kind === 'change' && has === good.marker),
    )
    const reason = JSON.stringify(
      'refusals' in result ? result.refusals : 'reason' in result ? result.reason : '',
    )
    console.log(
      `${name}: ${result.kind} after ${ms(took)} ${reason}; ${served} of ${PROCESSES} ever had it, ${back.length} went back, the last ${ms((back.at(-1) ?? NaN) - first)} after the first had it`,
    )
  } finally {
    fleet.end()
    await store.close()
    await server.end()
  }
}

async function main(): Promise<void> {
  const named = positionals.length > 0 ? positionals : Object.keys(STORES)
  if (values.staged) {
    for (const name of named) await stage(name)
    return
  }

  console.log(
    `Node ${process.version}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}; ${PROCESSES} processes, ${PUBLISHES} publishes\n`,
  )
  console.log(
    '| store | last of all, p50 | p99 | any, p50 | idle: processor of each | memory of each | after a restart: back from … to | in the busiest 100 ms | all have the next |',
  )
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const name of named) await measure(name)
}

void main().then(() => process.exit(0))
