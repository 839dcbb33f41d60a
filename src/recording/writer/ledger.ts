import { counted } from '../../core/counted'
import { LiveflagError, withCode } from '../../core/errors'
import type { WriterMetric } from '../buffered-writer'
import type { ErrorReports } from '../error-reports'
import type { Refused } from './delivery'

type Counted = 'received' | 'written' | 'dropped' | 'refused' | 'failures'

/** Counts what happens to rows, and reports errors. */
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
    this.reports.report(
      'dropped',
      new LiveflagError(
        'LIVEFLAG_NOT_RECORDED',
        `${counted(rows, 'row was', 'rows were')} dropped: ${why}`,
      ),
      rows,
    )
  }

  refused(refused: readonly Refused[]): void {
    this.count('refused', refused.length)
    for (const { reason } of refused)
      this.reports.report('refused', withCode(reason, 'LIVEFLAG_BAD_ROW'))
  }

  failed(reason: unknown): void {
    this.count('failures', 1)
    this.reports.report('store', withCode(reason, 'LIVEFLAG_STORE_UNAVAILABLE'))
  }

  /** Reports that rows could not be put into the spill file. */
  notSpilled(reason: unknown): void {
    this.reports.report('spill', withCode(reason, 'LIVEFLAG_NOT_RECORDED'))
  }

  metric(metric: WriterMetric, amount: number): void {
    try {
      this.onMetric(metric, amount)
    } catch (error) {
      this.reports.report('metrics', withCode(error, 'LIVEFLAG_CALLBACK_FAILED'))
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
