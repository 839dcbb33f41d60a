import type { LiveflagError } from '../../core/errors'
import type { WriterMetric } from '../buffered-writer'
import type { Clock } from '../../runtime/clock'

/** The options of a writer with every default filled in. */
export interface WriterSettings {
  readonly flushRows: number
  readonly flushMs: number
  readonly capacity: number
  readonly whenFull: 'block' | 'spill' | 'drop'
  readonly spill: string | undefined
  readonly maxSpillRows: number
  readonly timeoutMs: number
  readonly storeTimeoutMs: number
  readonly onError: (error: LiveflagError) => void
  readonly errorsEveryMs: number
  readonly onMetric: (metric: WriterMetric, amount: number) => void
  readonly closeOn: readonly NodeJS.Signals[]
  readonly clock: Clock
}
