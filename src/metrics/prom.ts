import type { Registry } from 'prom-client'
import { ANYTHING, checkOptions, type OptionKind, type OptionKinds, TEXT } from '../core/options'
import type { FeatureMetrics } from '../engine/feature-metrics'
import type { Features } from '../engine/features'
import type { BufferedWriter, WriterMetric } from '../recording/buffered-writer'
import { type MetricName, METRICS_NAMED, PromFactory } from './prom-factory'
import { ReadCounts, type ReadCountsOptions } from './read-counts'

const OUTCOMES = ['received', 'written', 'dropped', 'refused'] as const

/** A writer of records: what waits, and what became of the rest. */
function watchWriter(factory: PromFactory, writer: Pick<BufferedWriter, 'stats'>): void {
  factory.scrapedGauge('writerQueue', ['place'], () => {
    const { buffered, spilled } = writer.stats
    return [
      [{ place: 'memory' }, buffered],
      [{ place: 'spill' }, spilled],
    ]
  })
  factory.scrapedCounter('writerRows', ['outcome'], () => {
    const { stats } = writer
    return OUTCOMES.map((outcome) => [{ outcome }, stats[outcome]])
  })
  factory.scrapedCounter('writerFailures', [], () => [[{}, writer.stats.failures]])
}

/** What is in force: how old it is, which content, and what is wrong with it. */
function watchFeatures(factory: PromFactory, features: Pick<Features, 'snapshot'>): void {
  // Of many workers, the one that is furthest behind is what matters.
  factory.scrapedGauge('staleness', [], () => [[{}, (features.snapshot.ageMs ?? 0) / 1000]], 'max')
  factory.scrapedGauge('configInfo', ['hash', 'status'], () => {
    const { hash, status } = features.snapshot
    return [[{ hash: hash.slice(0, 12), status }, 1]]
  })
  factory.scrapedGauge(
    'problems',
    ['severity'],
    () => {
      const { problems } = features.snapshot
      return (['error', 'warning'] as const).map((severity) => [
        { severity },
        problems.filter((problem) => problem.severity === severity).length,
      ])
    },
    'max',
  )
}

function serverMetrics(factory: PromFactory): PromMetrics['server'] {
  const requests = factory.counter('requests', ['route', 'status'])
  const seconds = factory.histogram('requestSeconds', ['route'])
  return {
    answered(route, status, took) {
      requests.inc({ route, status: String(status) })
      seconds.observe({ route }, took)
    },
  }
}

export interface PromMetricsOptions extends ReadCountsOptions {
  /** Where they are registered; default prom-client's own registry. */
  readonly registry?: Registry
  /** Begins every name that `names` does not give. Default `liveflag_`. */
  readonly prefix?: string
  /**
   * Whole names of your own, such as those of dashboards that there are: `{ decisions:
   * 'lotty_decide_requests_total' }`.
   */
  readonly names?: Partial<Record<MetricName, string>>
}

/** What is looked at whenever the metrics are scraped. */
export interface Watched {
  readonly features?: Features
  /** Its writer is watched. */
  readonly decider?: { readonly writer: Pick<BufferedWriter, 'stats'> }
  readonly writer?: Pick<BufferedWriter, 'stats'>
}

/**
 * Metrics of one process in prom-client. Counting is in memory; nothing is pushed, and no timer
 * runs.
 */
export interface PromMetrics {
  /** For `openFeatures({ onMetric })`: reads and fetches. */
  readonly features: FeatureMetrics
  /** For `createDecider({ onMetric })`: decisions by reason, and how long the store takes. */
  readonly decider: {
    decision(reason: string): void
    storeSeconds(operation: string, seconds: number): void
  }
  /**
   * For `bufferedWriter(store, { onMetric })` and `createDecider({ log: { onMetric } })`: how long
   * writes take.
   */
  readonly writer: (metric: WriterMetric, amount: number) => void
  /** For the server: `route` is a pattern such as `/api/features/:key`. */
  readonly server: { answered(route: string, status: number, seconds: number): void }
  /**
   * Adds gauges: the age of what is in force, problems, and the writer's queue. One of each kind.
   */
  watch(watched: Watched): void
}

const METRIC_NAMES: Readonly<Record<string, OptionKind>> = Object.fromEntries(
  METRICS_NAMED.map((name) => [name, TEXT]),
)

const WATCHED: OptionKinds<Watched> = { features: ANYTHING, decider: ANYTHING, writer: ANYTHING }

const OPTIONS: OptionKinds<PromMetricsOptions> = {
  registry: ANYTHING,
  prefix: TEXT,
  names: ANYTHING,
  knownFeatures: ANYTHING,
  valuesPerFeature: ANYTHING,
}

/**
 * Registers what docs/metrics.md lists. Throws LIVEFLAG_MISSING_PACKAGE without prom-client, and
 * LIVEFLAG_BAD_OPTION when the registry has one of the names already.
 *
 * @example
 * const metrics = promMetrics()
 * const features = await openFeatures({ source: 'live.yaml', onMetric: metrics.features })
 */
export function promMetrics(options: PromMetricsOptions = {}): PromMetrics {
  checkOptions('promMetrics', options, OPTIONS)
  const { registry, prefix = 'liveflag_', names = {}, ...counting } = options
  checkOptions<object>('promMetrics: names', names, METRIC_NAMES)
  const factory = new PromFactory(registry, prefix, names)
  const reads = new ReadCounts(counting)
  factory.scrapedCounter('reads', ['feature', 'source', 'value'], () =>
    [...reads.counts()].map(({ reads: count, ...labels }) => [labels, count]),
  )
  const fetches = factory.counter('fetches', ['source', 'result'])
  const fetchSeconds = factory.histogram('fetchSeconds', ['source'])
  const notKept = factory.counter('cacheWriteFailures', ['source'])
  const decisions = factory.counter('decisions', ['reason'])
  const storeSeconds = factory.histogram('storeSeconds', ['operation'])
  const server = serverMetrics(factory)
  return {
    features: {
      read: (feature, source, value) => reads.read(feature, source, value),
      fetched(source, result, seconds) {
        fetches.inc({ source, result })
        fetchSeconds.observe({ source }, seconds)
      },
      notKept: (source) => notKept.inc({ source }),
    },
    decider: {
      decision: (reason) => decisions.inc({ reason }),
      storeSeconds: (operation, seconds) => storeSeconds.observe({ operation }, seconds),
    },
    writer: (metric, amount) => {
      // Rows are counted by the writer's own sums.
      if (metric === 'seconds') storeSeconds.observe({ operation: 'write' }, amount)
    },
    server,
    watch(watched) {
      checkOptions('watch', watched, WATCHED)
      const { features, decider, writer = decider?.writer } = watched
      if (features) watchFeatures(factory, features)
      if (writer) watchWriter(factory, writer)
    },
  }
}
