import { badOption, checkValues, oneOf, type OptionKind } from '../core/options'
import type { BufferedWriter, WriterMetric } from './buffered-writer'
import { type Clock, systemClock } from './clock'
import { POSITIVE_INTEGER, POSITIVE_MS } from './option-kinds'
import type { Store } from './store'
import type { WriterSettings } from './writer/settings'
import { Writer } from './writer/writer'

export interface BufferedWriterOptions {
  /**
   * Rows of one write at most; when so many wait, they are written. Default 2000, or `capacity` if
   * that is less.
   */
  readonly flushRows?: number
  /** No row waits longer for the others of its write. Default 1000. */
  readonly flushMs?: number
  /** Rows in memory at most, those under way included. Default 10,000. */
  readonly capacity?: number
  /**
   * What becomes of rows that there is no room for. `drop`, the default: the oldest are dropped and
   * counted. `block`: whoever gives them waits, for at most `timeoutMs`; then they are dropped and
   * counted. `spill`: they go to the spill file; that goes for all rows, too, while the store
   * fails.
   */
  readonly whenFull?: 'block' | 'spill' | 'drop'
  /**
   * With `whenFull: 'spill'`: the path of a SQLite file. What an earlier process left there is
   * written first. Needs better-sqlite3.
   */
  readonly spill?: string
  /** Rows in the spill file at most. Default 10,000,000. */
  readonly maxSpillRows?: number
  /** How long a caller of `put`, `record`, `written` or `close` waits at most. Default 5000. */
  readonly timeoutMs?: number
  /**
   * A call of the store that takes longer has failed, and is made again. Default half of
   * `timeoutMs`.
   */
  readonly storeTimeoutMs?: number
  /**
   * What went wrong. Not called more often than every `errorsEveryMs` for errors of a kind. Left
   * out, it becomes a process warning.
   */
  readonly onError?: (error: Error) => void
  /** Default 60,000. */
  readonly errorsEveryMs?: number
  /** Counts as they happen; `stats` has the sums. */
  readonly onMetric?: (metric: WriterMetric, amount: number) => void
  /**
   * Signals, such as SIGTERM, at which the writer is closed. Without another listener the process
   * then ends as the signal says. Default none.
   */
  readonly closeOn?: readonly NodeJS.Signals[]
  /** For tests. */
  readonly clock?: Clock
}

/**
 * Writes rows behind the requests that make them, to a store that may be slow or away. Bounded in
 * memory and in what a caller waits. Opens the store; whoever closes the writer closes the store
 * after it.
 */
export function bufferedWriter(
  store: Pick<Store, 'name' | 'write'>,
  options: BufferedWriterOptions = {},
): BufferedWriter {
  return new Writer(store, settingsOf(options))
}

const CALL = 'bufferedWriter'

const KINDS: Readonly<Record<string, OptionKind>> = {
  flushRows: POSITIVE_INTEGER,
  flushMs: POSITIVE_MS,
  capacity: POSITIVE_INTEGER,
  whenFull: oneOf(['block', 'spill', 'drop']),
  maxSpillRows: POSITIVE_INTEGER,
  timeoutMs: POSITIVE_MS,
  storeTimeoutMs: POSITIVE_MS,
  errorsEveryMs: POSITIVE_MS,
}

function settingsOf(options: BufferedWriterOptions): WriterSettings {
  checkValues(CALL, options, KINDS)
  const { whenFull = 'drop', spill, timeoutMs = 5000, capacity = 10_000 } = options
  const flushRows = options.flushRows ?? Math.min(2000, capacity)
  if (whenFull === 'spill' ? !spill : spill !== undefined)
    throw badOption(CALL, 'spill', spill, "a path together with whenFull: 'spill', and only then")
  if (capacity < flushRows)
    throw badOption(CALL, 'capacity', capacity, `at least flushRows, ${flushRows}`)
  return {
    flushRows,
    flushMs: options.flushMs ?? 1000,
    capacity,
    whenFull,
    spill,
    maxSpillRows: options.maxSpillRows ?? 10_000_000,
    timeoutMs,
    storeTimeoutMs: options.storeTimeoutMs ?? timeoutMs / 2,
    onError: options.onError ?? ((error) => process.emitWarning(error)),
    errorsEveryMs: options.errorsEveryMs ?? 60_000,
    onMetric: options.onMetric ?? (() => undefined),
    closeOn: options.closeOn ?? [],
    clock: options.clock ?? systemClock,
  }
}
