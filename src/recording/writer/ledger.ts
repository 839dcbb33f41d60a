import { asError, LiveflagError } from '../../core/errors'
import type { WriterMetric } from '../buffered-writer'
import type { ErrorReports } from '../error-reports'
import type { Refused } from './delivery'

type Counted = 'received' | 'written' | 'dropped' | 'refused' | 'failures'

/** Counts what becomes of rows, and tells what goes wrong. */
export class Ledger {
  readonly counts: Record<Counted, number> = {
    received: 0,
    written: 0,
    dropped: 0,
    refused: 0,
    failures: 0,
  }

  constructor(
    private readonly reports: ErrorReports,
    private readonly onMetric: (metric: WriterMetric, amount: number) => void,
  ) {}

  received(rows: number): void {
    this.counts.received += rows
  }

  written(rows: number, replayed: boolean): void {
    this.count('written', rows)
    if (replayed) this.metric('replayed', rows)
  }

  dropped(rows: number, why: string): void {
    this.count('dropped', rows)
    this.reports.tell(
      'dropped',
      new LiveflagError('LIVEFLAG_NOT_RECORDED', `rows were dropped: ${why}`),
      rows,
    )
  }

  refused(refused: readonly Refused[]): void {
    this.count('refused', refused.length)
    for (const { reason } of refused) this.reports.tell('refused', reason)
  }

  failed(reason: Error): void {
    this.count('failures', 1)
    this.reports.tell('store', reason)
  }

  /** The disk would not have rows that the store could not take. */
  notSpilled(reason: Error): void {
    this.reports.tell('spill', reason)
  }

  metric(metric: WriterMetric, amount: number): void {
    try {
      this.onMetric(metric, amount)
    } catch (error) {
      this.reports.tell('metrics', asError(error))
    }
  }

  end(): void {
    this.reports.end()
  }

  private count(what: Exclude<Counted, 'received'>, amount: number): void {
    if (amount === 0) return
    this.counts[what] += amount
    this.metric(what, amount)
  }
}
