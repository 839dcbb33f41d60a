import type * as PromClient from 'prom-client'
import type { Registry } from 'prom-client'
import { LiveflagError } from '../core/errors'
import type { Decider } from '../decide/decider'
import type { DeciderOptions } from '../decide/settings'
import type { Features } from '../engine/features'
import type { FeaturesOptions } from '../engine/options'
import { promMetrics, type PromMetrics } from '../metrics/prom'
import { loadOptional } from '../runtime/optional-package'

/** What a process counts that is a server; nothing, when prom-client is not installed. */
export class ServerMetrics {
  readonly registry = newRegistry()
  private readonly metrics: PromMetrics | undefined

  constructor() {
    this.metrics = this.registry && promMetrics({ registry: this.registry })
  }

  get forFeatures(): Pick<FeaturesOptions, 'onMetric'> {
    return this.metrics ? { onMetric: this.metrics.features } : {}
  }

  get forDecider(): Pick<DeciderOptions, 'onMetric' | 'log'> {
    const { metrics } = this
    return metrics ? { onMetric: metrics.decider, log: { onMetric: metrics.writer } } : {}
  }

  watch(features: Features, decider: Decider): void {
    this.metrics?.watch({ features, decider })
  }

  readonly answered = (route: string, status: number, seconds: number): void =>
    this.metrics?.server.answered(route, status, seconds)
}

function newRegistry(): Registry | undefined {
  try {
    const { Registry: Made } = loadOptional('createServer', 'prom-client', () => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first scrape
      return require('prom-client') as typeof PromClient
    })
    return new Made()
  } catch (error) {
    if (error instanceof LiveflagError) return undefined
    throw error
  }
}
