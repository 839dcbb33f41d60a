import type { Batch } from './store'

/**
 * Takes rows from requests and writes them in batches, after the requests. No method throws, and
 * only `record` and `written` reject. Do not change rows after you passed them in.
 */
export interface BufferedWriter {
  /** Takes rows without waiting. Returns false when rows were dropped because there is no room. */
  offer(batch: Batch): boolean
  /** The same, but with `whenFull: 'block'` it waits for room, for at most `timeoutMs`. */
  put(batch: Batch): Promise<boolean>
  /**
   * Takes rows as `put` does, and resolves when they are durable: in the store, or in the spill
   * file. They are written at once, with everything else that waits. Rejects with
   * `LIVEFLAG_NOT_RECORDED` when some of them were dropped or refused, or after `timeoutMs`; the
   * writer then still tries to write them.
   */
  record(batch: Batch): Promise<void>
  /**
   * As `record`, for all rows that wait at this moment. Rows that were lost before are in `stats`.
   */
  written(): Promise<void>
  /** The counts of this moment. Cheap to read. */
  readonly stats: WriterStats
  /**
   * Takes no more rows and writes those that wait, for at most `timeoutMs`. Rows that are left then
   * are spilled, or dropped and counted. Idempotent. The store stays open.
   */
  close(): Promise<void>
}

/** Rows. received + found = written + dropped + refused + buffered + spilled, always. */
export interface WriterStats {
  /** Passed to the writer. */
  readonly received: number
  /** In the spill file when the writer was made. */
  readonly found: number
  /** In the store. */
  readonly written: number
  /** There was no room for them, or they were left when the writer closed. */
  readonly dropped: number
  /** The store can never hold them. */
  readonly refused: number
  /** In memory now: waiting, waiting for room, or under way. */
  readonly buffered: number
  /** In the spill file now. */
  readonly spilled: number
  /** Calls of the store, not rows, that failed or took longer than `storeTimeoutMs`. */
  readonly failures: number
}

/**
 * What `onMetric` receives. `seconds` is how long a call of the store took, `failures` a number of
 * calls, and the others are numbers of rows.
 */
export type WriterMetric =
  'written' | 'dropped' | 'refused' | 'spilled' | 'replayed' | 'failures' | 'seconds'
