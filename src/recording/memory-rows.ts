import type { SeenRow } from './sql/tables'
import type { ConfigRow, ConversionRow, DecisionRow, DropRow, History } from './store'

/** The rows that reports read. */
export interface StoredRows {
  readonly configRows: ReadonlyMap<string, ConfigRow>
  readonly decisions: ReadonlyMap<string, DecisionRow>
  readonly exposures: ReadonlyMap<string, SeenRow>
  readonly conversionRows: ReadonlyMap<string, ConversionRow>
  readonly dropRows: ReadonlyMap<string, DropRow>
  readonly subjects: ReadonlyMap<string, History>
}
