/**
 * `liveflag/metrics`: reads, fetches, decisions and writes counted, for prom-client or anything
 * else.
 */
export { promMetrics, type PromMetrics, type PromMetricsOptions, type Watched } from './prom'
export type { MetricName } from './prom-factory'
export { type ReadCount, ReadCounts, type ReadCountsOptions } from './read-counts'
export { valueLabel } from './read-counts'
