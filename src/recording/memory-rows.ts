import type { SeenRow } from './sql/tables'
import type { ConfigRow, ConversionRow, DecisionRow, DropRow, History, UsageRow } from './store'

/** The rows that reports read. */
export interface StoredRows {
  readonly configRows: ReadonlyMap<string, ConfigRow>
  readonly decisions: ReadonlyMap<string, DecisionRow>
  readonly exposures: ReadonlyMap<string, SeenRow>
  readonly usages: ReadonlyMap<string, UsageRow>
  readonly conversionRows: ReadonlyMap<string, ConversionRow>
  readonly dropRows: ReadonlyMap<string, DropRow>
  readonly subjects: ReadonlyMap<string, History>
  /** How often each experiment was looked at, by the beginnings of days. */
  readonly lookCounts: ReadonlyMap<string, ReadonlyMap<number, number>>
}
