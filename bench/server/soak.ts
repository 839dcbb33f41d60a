// `npm run soak:server [-- --minutes 10]`: questions, decisions, streams that come and go, and an edit
// a second. The heap after a collection must be flat once the server is warm; else it exits with 1.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { start } from './running'
import { streams } from './streams'
import { WORKLOADS } from './workloads'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
/** Samples of the heap in all; the first fifth is the warm-up. */
const SAMPLES = 50
const SECONDS = (Number(values.minutes) * 60) / SAMPLES
/** The heap of the second half over that of the first, after the warm-up, that is still flat. */
const FLAT = 1.1

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, n) => sum + n, 0) / numbers.length

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

async function soak(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'liveflag-soak-'))
  const server = await start(undefined, join(directory, 'liveflag.db'))
  const edits = setInterval(server.edit, 1000)
  const heaps: number[] = []
  for (let sample = 0; sample < SAMPLES; sample++) {
    const open = await streams(server.url, 100)
    const workload = WORKLOADS[sample % WORKLOADS.length]
    if (workload === undefined) continue
    const { path, method, body } = workload
    await autocannon({
      url: server.url + path,
      method,
      ...(body !== undefined && { body }),
      connections: 16,
      duration: Math.max(1, SECONDS),
    })
    open.close()
    const { heap, rss } = await server.memory()
    heaps.push(heap)
    console.log(`${sample + 1} of ${SAMPLES}: heap ${mib(heap)}, RSS ${mib(rss)}`)
  }
  clearInterval(edits)
  server.stop()
  rmSync(directory, { recursive: true, force: true })
  const warm = heaps.slice(SAMPLES / 5)
  const half = Math.floor(warm.length / 2)
  return mean(warm.slice(half)) / mean(warm.slice(0, half))
}

void soak().then((growth) => {
  console.log(`the heap is ${growth.toFixed(2)} times what it was in the first half`)
  process.exit(growth <= FLAT ? 0 : 1)
})
