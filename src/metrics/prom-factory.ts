import type * as PromClient from 'prom-client'
import type { Counter, Histogram, Registry } from 'prom-client'
import { LiveflagError } from '../core/errors'
import { loadOptional } from '../runtime/optional-package'

type PromClientPackage = typeof PromClient

/** Loaded by the first who makes these metrics. */
const loadPromClient = (): PromClientPackage =>
  loadOptional('promMetrics', 'prom-client', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first scrape
    return require('prom-client') as PromClientPackage
  })

/**
 * Every metric: its name after the prefix, and what it counts. docs/metrics.md has a row for each,
 * held by a test.
 */
export const METRICS = {
  reads: [
    'reads_total',
    'Reads of features by the code, by where the value came from and which value the caller got',
  ],
  staleness: [
    'staleness_seconds',
    'Seconds since every source was last read or found unchanged; 0 while one never was',
  ],
  configInfo: ['config_info', 'Which live config is in force; always 1'],
  problems: ['problems', 'What is wrong with the live config now'],
  fetches: ['fetches_total', 'Attempts to read a remote source, by result'],
  fetchSeconds: ['fetch_seconds', 'How long an attempt to read a remote source took'],
  cacheWriteFailures: [
    'cache_write_failures_total',
    'How often the last good could not be kept on disk',
  ],
  decisions: ['decisions_total', 'Answers of the decide service, by reason'],
  storeSeconds: ['store_seconds', 'How long a call of the store of records took'],
  writerQueue: [
    'writer_queue_rows',
    'Rows that wait to be written, in memory and in the spill file',
  ],
  writerRows: ['writer_rows_total', 'Rows given to the writer, and what became of them'],
  writerFailures: [
    'writer_failures_total',
    'Calls of the store by the writer that failed or took too long',
  ],
  requests: ['http_requests_total', 'Requests that the server answered, by route and status'],
  requestSeconds: ['http_request_seconds', 'How long the server took to answer'],
} as const

export type MetricName = keyof typeof METRICS
export const METRICS_NAMED = Object.keys(METRICS)

/** Labels with how much; the whole truth at the time of the scrape. */
export type Samples<Label extends string> = readonly (readonly [
  labels: Partial<Record<Label, string>>,
  amount: number,
])[]

/** From a read of a local file to the time-out of a slow server. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Makes metrics in one registry. */
export class PromFactory {
  private readonly client: PromClientPackage
  private readonly registers: Registry[]

  constructor(
    registry: Registry | undefined,
    private readonly prefix: string,
    private readonly names: Partial<Record<MetricName, string>>,
  ) {
    this.client = loadPromClient()
    this.registers = [registry ?? this.client.register]
  }

  counter<Label extends string>(metric: MetricName, labelNames: readonly Label[]): Counter<Label> {
    return this.made(metric, (common) => new this.client.Counter({ ...common, labelNames }))
  }

  histogram<Label extends string>(
    metric: MetricName,
    labelNames: readonly Label[],
  ): Histogram<Label> {
    return this.made(
      metric,
      (common) => new this.client.Histogram({ ...common, labelNames, buckets: BUCKETS }),
    )
  }

  /** A counter whose sums are kept elsewhere, and read when it is scraped. */
  scrapedCounter<Label extends string>(
    metric: MetricName,
    labelNames: readonly Label[],
    samples: () => Samples<Label>,
  ): void {
    this.made(
      metric,
      (common) =>
        new this.client.Counter({
          ...common,
          labelNames,
          collect() {
            this.reset()
            for (const [labels, amount] of samples()) this.inc(labels, amount)
          },
        }),
    )
  }

  /** `aggregator`: what a cluster makes of the values of its workers. */
  scrapedGauge<Label extends string>(
    metric: MetricName,
    labelNames: readonly Label[],
    samples: () => Samples<Label>,
    aggregator: 'sum' | 'max' = 'sum',
  ): void {
    this.made(
      metric,
      (common) =>
        new this.client.Gauge({
          ...common,
          labelNames,
          aggregator,
          collect() {
            this.reset()
            for (const [labels, amount] of samples()) this.set(labels, amount)
          },
        }),
    )
  }

  private made<Metric>(
    metric: MetricName,
    make: (common: { name: string; help: string; registers: Registry[] }) => Metric,
  ): Metric {
    const [own, help] = METRICS[metric]
    const name = this.names[metric] ?? `${this.prefix}${own}`
    if (this.registers.some((registry) => registry.getSingleMetric(name))) {
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `promMetrics: the registry has a metric ${name} already; give another prefix, or a registry of its own`,
      )
    }
    return make({ name, help, registers: this.registers })
  }
}
