import type { Batch } from './store'

/** Takes rows from requests and writes them behind them, in batches. No method throws or rejects but `written`. */
export interface BufferedWriter {
  /** Takes rows without waiting. False: there was no room, and the rows that were not taken are counted as dropped. */
  offer(batch: Batch): boolean
  /** Takes rows; with `whenFull: 'block'` it waits for room, at most `timeoutMs`. False as with `offer`. */
  put(batch: Batch): Promise<boolean>
  /**
   * Resolves when all that was taken before is durable: in the store, or in the spill file. What waits is written at
   * once. Rejects with `LIVEFLAG_NOT_RECORDED` when `timeoutMs` have passed, or when some of it was dropped or refused;
   * rows that still wait are tried on.
   */
  written(): Promise<void>
  /** Taken at this moment; cheap. */
  readonly stats: WriterStats
  /** Takes no more, writes what waits, for at most `timeoutMs`; what is then left is spilled, or dropped and counted. Idempotent. Leaves the store open. */
  close(): Promise<void>
}

/** Rows, since the writer was made. taken = written + dropped + refused + buffered + spilled, but for rows found in the spill file at the start. */
export interface WriterStats {
  readonly taken: number
  /** In the store. */
  readonly written: number
  /** For want of room, or left over at the end. */
  readonly dropped: number
  /** The store cannot hold them, however often they are tried. */
  readonly refused: number
  /** In memory now, those under way included. */
  readonly buffered: number
  /** In the spill file now. */
  readonly spilled: number
  /** Calls of the store that failed or took longer than `timeoutMs`. */
  readonly failures: number
}
