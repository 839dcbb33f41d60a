/** Metrics as prom-client's own registry gives them to a scrape. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { register, Registry } from 'prom-client'
import { type Features, http, openFeatures, worldOf } from '../../src'
import { bufferedWriter, createDecider, memoryStore } from '../../src/decide/decide'
import { promMetrics, type PromMetricsOptions } from '../../src/metrics/metrics'
import { METRICS } from '../../src/metrics/prom-factory'
import { closeEngines, openEngine } from '../support/engine'
import { FlagServer, serving, status } from '../support/flag-server'
import { decisionRow } from '../support/rows'
import { tempDir } from '../support/temp-dir'

afterEach(closeEngines)

const text = `
feature_on: on
feature_size: { default: 25 }
feature_lived: { default: blue, experiment: { status: running, variants: [{ name: red, value: red }] } }
`

const registered = (options: PromMetricsOptions = {}) => {
  const registry = new Registry()
  return { registry, metrics: promMetrics({ registry, ...options }) }
}

/** The samples of one metric, without its help, in order. */
async function scraped(registry: Registry, name: string): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n')
  return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)).sort()
}

test('reads are a counter by feature, source and value', async () => {
  const { registry, metrics } = registered()
  const { features } = await openEngine(text, { onMetric: metrics.features })
  const request = features.for(worldOf({ user: { id: 'a' } }))
  request.isEnabled('on')
  request.isEnabled('on')
  request.getNumberValue('size', 1)
  request.getStringValue('nowhere', 'x'.repeat(40))
  request.isEnabled('visitors-guess')
  const all = [
    'liveflag_reads_total{feature="<unknown>",source="unknownFeature",value="<string>"} 1',
    'liveflag_reads_total{feature="<unknown>",source="unknownFeature",value="false"} 1',
    'liveflag_reads_total{feature="on",source="force",value="true"} 2',
    'liveflag_reads_total{feature="size",source="defaultValue",value="25"} 1',
  ]
  expect(await scraped(registry, 'liveflag_reads_total')).toEqual(all)
  // A scrape takes nothing away, and adds nothing.
  expect(await scraped(registry, 'liveflag_reads_total')).toEqual(all)
})

test('names and values with quotes, ends of lines and markup stay within their labels', async () => {
  const nasty = 'a"} 5\nliveflag_forged{x="\\ <b>'
  const { registry, metrics } = registered({ knownFeatures: [nasty] })
  metrics.features.read?.(nasty, 'force', nasty.slice(0, 20))
  const lines = (await registry.metrics()).split('\n')
  expect(lines.filter((line) => line.startsWith('liveflag_forged'))).toEqual([])
  expect(lines.filter((line) => line.startsWith('liveflag_reads_total{'))).toEqual([
    expect.stringContaining('feature="a\\"} 5\\nliveflag_forged{x=\\"\\\\ <b>"'),
  ])
})

test('the age of what is in force is computed when it is scraped', async () => {
  let now = 1_000_000
  const { registry, metrics } = registered()
  const { features } = await openEngine(text, { now: () => now })
  metrics.watch({ features })
  expect(await scraped(registry, 'liveflag_staleness_seconds')).toEqual([
    'liveflag_staleness_seconds 0',
  ])
  now += 90_500
  expect(await scraped(registry, 'liveflag_staleness_seconds')).toEqual([
    'liveflag_staleness_seconds 90.5',
  ])
})

test('a cluster takes the greatest age of its workers', async () => {
  const { registry, metrics } = registered()
  const { features } = await openEngine(text)
  metrics.watch({ features })
  expect(await registry.getMetricsAsJSON()).toContainEqual(
    expect.objectContaining({ name: 'liveflag_staleness_seconds', aggregator: 'max' }),
  )
})

test('an age that nobody knows is 0', async () => {
  const { registry, metrics } = registered()
  metrics.watch({
    features: {
      snapshot: { ageMs: undefined, hash: '', status: 'NOT_READY', problems: [] },
    } as unknown as Features,
  })
  expect(await scraped(registry, 'liveflag_staleness_seconds')).toEqual([
    'liveflag_staleness_seconds 0',
  ])
})

test('which content is in force, and what is wrong with it', async () => {
  const { registry, metrics } = registered()
  const { features, set } = await openEngine(text)
  metrics.watch({ features })
  await set(`${text}feature_broken: 5\n`)
  expect(await scraped(registry, 'liveflag_config_info')).toEqual([
    `liveflag_config_info{hash="${features.snapshot.hash.slice(0, 12)}",status="READY"} 1`,
  ])
  expect(await scraped(registry, 'liveflag_problems')).toEqual([
    'liveflag_problems{severity="error"} 1',
    'liveflag_problems{severity="warning"} 0',
  ])
})

test('attempts to fetch are counted by result, with their seconds, from the first at the start', async () => {
  const { registry, metrics } = registered()
  const server = await FlagServer.start()
  const label = `source="${server.url}"`
  server.answer = serving('{"feature_on": "on"}')
  const features = await openFeatures({
    source: http(server.url, { stream: false, refreshMs: 2 ** 31 - 1 }),
    onMetric: metrics.features,
  })
  features.on('problem', () => undefined)
  await features.reload()
  server.answer = status(500)
  await features.reload()
  await features.close()
  await server.close()
  expect(await scraped(registry, 'liveflag_fetches_total')).toEqual(
    ['content', 'failed', 'unchanged'].map(
      (result) => `liveflag_fetches_total{${label},result="${result}"} 1`,
    ),
  )
  expect(await scraped(registry, 'liveflag_fetch_seconds_count')).toEqual([
    `liveflag_fetch_seconds_count{${label}} 3`,
  ])
  expect(await scraped(registry, 'liveflag_cache_write_failures_total')).toEqual([])
})

test('a last good that cannot be kept is counted', async () => {
  const { registry, metrics } = registered()
  const server = await FlagServer.start()
  const label = `source="${server.url}"`
  server.answer = serving('{"feature_on": "on"}')
  // A directory stands where the file should be.
  const path = join(tempDir(), 'kept.json')
  mkdirSync(path)
  const features = await openFeatures({
    source: http(server.url, { stream: false, startup: 'fail', cache: { path } }),
    onMetric: metrics.features,
  })
  features.on('problem', () => undefined)
  await features.close()
  await server.close()
  expect(await scraped(registry, 'liveflag_cache_write_failures_total')).toEqual([
    `liveflag_cache_write_failures_total{${label}} 1`,
  ])
})

test('decisions are counted by reason, with the seconds of the store, and the queue of the writer is watched', async () => {
  const { registry, metrics } = registered({ names: { decisions: 'lotty_decide_requests_total' } })
  const { features } = await openEngine(text)
  const decider = createDecider({
    features,
    store: memoryStore(),
    onMetric: metrics.decider,
    log: { onMetric: metrics.writer },
  })
  metrics.watch({ features, decider })
  for (const flag of ['lived', 'lived', 'on', 'nowhere']) await decider.decide(flag, 'u1')
  await decider.writer.written()
  expect(await scraped(registry, 'lotty_decide_requests_total')).toEqual([
    'lotty_decide_requests_total{reason="experiment_assigned"} 2',
    'lotty_decide_requests_total{reason="flag_not_found"} 1',
    'lotty_decide_requests_total{reason="no_active_experiment"} 1',
  ])
  const { received, written } = decider.writer.stats
  expect(await scraped(registry, 'liveflag_writer_rows_total')).toEqual([
    'liveflag_writer_rows_total{outcome="dropped"} 0',
    `liveflag_writer_rows_total{outcome="received"} ${received}`,
    'liveflag_writer_rows_total{outcome="refused"} 0',
    `liveflag_writer_rows_total{outcome="written"} ${written}`,
  ])
  expect(await scraped(registry, 'liveflag_writer_queue_rows')).toEqual([
    'liveflag_writer_queue_rows{place="memory"} 0',
    'liveflag_writer_queue_rows{place="spill"} 0',
  ])
  expect(await scraped(registry, 'liveflag_store_seconds_count')).toEqual([
    expect.stringMatching(/operation="admit"\} [1-9]/),
    expect.stringMatching(/operation="write"\} [1-9]/),
  ])
  await decider.close()
})

test('a writer of its own is watched, with what it dropped', async () => {
  const { registry, metrics } = registered()
  const writer = bufferedWriter(
    { name: 'away', write: () => Promise.reject(new Error('away')) },
    {
      capacity: 2,
      flushRows: 2,
      timeoutMs: 20,
      onError: () => undefined,
      onMetric: metrics.writer,
    },
  )
  metrics.watch({ writer })
  writer.offer({ decisions: [decisionRow(), decisionRow(), decisionRow()] })
  await writer.close()
  expect(await scraped(registry, 'liveflag_writer_rows_total')).toContain(
    'liveflag_writer_rows_total{outcome="dropped"} 3',
  )
  expect(await scraped(registry, 'liveflag_writer_failures_total')).toEqual([
    expect.stringMatching(/^liveflag_writer_failures_total [1-9]$/),
  ])
})

test("without a registry it is prom-client's own, under the prefix that is asked for", async () => {
  promMetrics({ prefix: 'shop_' })
  expect(register.getSingleMetric('shop_decisions_total')).toBeDefined()
  register.clear()
})

test('two of them in one registry need two prefixes', () => {
  const { registry } = registered()
  expect(() => promMetrics({ registry })).toThrow(
    expect.objectContaining({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringContaining('liveflag_reads_total already'),
    }),
  )
  expect(() => promMetrics({ registry, prefix: 'other_' })).not.toThrow()
})

test('everything is registered under the names that the list has', async () => {
  const { registry, metrics } = registered()
  const { features } = await openEngine(text)
  metrics.watch({ features, writer: bufferedWriter(memoryStore()) })
  expect(
    registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(
    Object.values(METRICS)
      .map(([name]) => `liveflag_${name}`)
      .sort(),
  )
})
