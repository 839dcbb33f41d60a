import type { SeenRow, SignInRow } from './sql/tables'
import type { ConfigRow, ConversionRow, DecisionRow, DropRow, History, UsageRow } from './store'

/** The rows that reports read. */
export interface StoredRows {
  readonly configRows: ReadonlyMap<string, ConfigRow>
  readonly decisions: ReadonlyMap<string, DecisionRow>
  readonly exposures: ReadonlyMap<string, SeenRow>
  readonly signIns: ReadonlyMap<string, SignInRow>
  readonly usages: ReadonlyMap<string, UsageRow>
  readonly conversionRows: ReadonlyMap<string, ConversionRow>
  readonly dropRows: ReadonlyMap<string, DropRow>
  readonly subjects: ReadonlyMap<string, History>
  /** How often each experiment was looked at, by the beginnings of days. */
  readonly lookCounts: ReadonlyMap<string, ReadonlyMap<number, number>>
}

/** Rows by their keys; with more than `most`, the one that was added first goes. */
export class NewestRows<Row> extends Map<string, Row> {
  /** Goes on where it was: from the start it would pass every row that is gone. */
  private readonly oldest = this.keys()

  constructor(private readonly most: number) {
    super()
  }

  override set(key: string, row: Row): this {
    super.set(key, row)
    if (this.size > this.most) this.delete(this.oldest.next().value ?? key)
    return this
  }
}
