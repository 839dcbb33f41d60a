import type { Batch } from './store'

/**
 * Takes rows from requests and writes them behind them, in batches. No method throws, and only
 * `record` and `written` reject. Rows that were given must not be changed afterwards.
 */
export interface BufferedWriter {
  /** Takes rows without waiting. False: some were dropped for want of room, and counted. */
  offer(batch: Batch): boolean
  /** The same, but with `whenFull: 'block'` it waits for room, for at most `timeoutMs`. */
  put(batch: Batch): Promise<boolean>
  /**
   * Takes rows as `put` does, and resolves when they are durable: in the store, or in the spill
   * file. They are written at once, with whatever else waits. Rejects with `LIVEFLAG_NOT_RECORDED`
   * after `timeoutMs`, while rows that wait are tried on, or when some of them were dropped or
   * refused.
   */
  record(batch: Batch): Promise<void>
  /**
   * As `record`, for all rows that wait at this moment. Rows that were lost before are in `stats`.
   */
  written(): Promise<void>
  /** As of this moment; cheap. */
  readonly stats: WriterStats
  /**
   * Takes no more and writes what waits, for at most `timeoutMs`; what is then left is spilled, or
   * dropped and counted. Idempotent. The store stays open.
   */
  close(): Promise<void>
}

/** Rows. received + found = written + dropped + refused + buffered + spilled, always. */
export interface WriterStats {
  /** Given to the writer. */
  readonly received: number
  /** In the spill file when the writer was made. */
  readonly found: number
  /** In the store. */
  readonly written: number
  /** For want of room, or left over at the end. */
  readonly dropped: number
  /** The store cannot hold them, however often they are tried. */
  readonly refused: number
  /** In memory now: waiting, waiting for room, or under way. */
  readonly buffered: number
  /** In the spill file now. */
  readonly spilled: number
  /** Not rows: calls of the store that failed or took longer than `storeTimeoutMs`. */
  readonly failures: number
}

/**
 * What is counted as it happens. `seconds` is how long a call of the store took; the others are
 * numbers of rows, or of failed calls.
 */
export type WriterMetric =
  'written' | 'dropped' | 'refused' | 'spilled' | 'replayed' | 'failures' | 'seconds'
