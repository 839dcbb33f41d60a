import type { LiveflagError } from '../core/errors'
import {
  ANYTHING,
  badOption,
  checkOptions,
  FUNCTION,
  oneOf,
  type OptionKinds,
} from '../core/options'
import { IN_MEMORY, sqlitePath } from '../runtime/sqlite-package'
import type { BufferedWriter, WriterMetric } from './buffered-writer'
import { type Clock, systemClock } from '../runtime/clock'
import { POSITIVE_INTEGER, POSITIVE_MS, STORE } from './option-kinds'
import type { Store } from './store'
import { warn } from './writer/at-end'
import type { WriterSettings } from './writer/settings'
import { Writer } from './writer/writer'

export interface BufferedWriterOptions {
  /**
   * Rows of one write at most; when so many wait, they are written. Default 2000, or `capacity` if
   * that is less.
   */
  readonly flushRows?: number
  /** How long a row waits for others, at most, before it is written. Default 1000. */
  readonly flushMs?: number
  /** Rows in memory at most, those under way included. Default 10,000. */
  readonly capacity?: number
  /**
   * What happens to rows when there is no room. `drop`, the default: the oldest are dropped and
   * counted. `block`: the caller waits, for at most `timeoutMs`; then the rows are dropped and
   * counted. `spill`: they go to the spill file, and so do all rows while the store fails.
   */
  readonly whenFull?: 'block' | 'spill' | 'drop'
  /**
   * With `whenFull: 'spill'`: the path of a SQLite file. Rows that an earlier process left in it
   * are written first. Needs better-sqlite3.
   */
  readonly spill?: string
  /** Rows in the spill file at most. Default 10,000,000. */
  readonly maxSpillRows?: number
  /** How long a caller of `put`, `record`, `written` or `close` waits at most. Default 5000. */
  readonly timeoutMs?: number
  /**
   * A call of the store that takes longer counts as failed and is repeated. Default half of
   * `timeoutMs`.
   */
  readonly storeTimeoutMs?: number
  /**
   * Receives errors, of one kind at most one every `errorsEveryMs`. Default: each becomes a process
   * warning.
   */
  readonly onError?: (error: LiveflagError) => void
  /** Default 60,000. */
  readonly errorsEveryMs?: number
  /** Receives counts as they happen; `stats` has the sums. */
  readonly onMetric?: (metric: WriterMetric, amount: number) => void
  /**
   * Signals, such as SIGTERM, that close the writer. The signal then ends the process, unless
   * somebody else listens for it. Default none.
   */
  readonly closeOn?: readonly `SIG${string}`[]
  /** For tests. */
  readonly clock?: Clock
}

/**
 * Creates a writer that takes rows from requests and writes them to the store afterwards. The store
 * may be slow or unavailable: memory and waiting are bounded. The writer opens the store and does
 * not close it; close the writer first, then the store.
 *
 * @example
 * const writer = bufferedWriter(sqliteStore('records.db'), { closeOn: ['SIGTERM'] })
 * writer.offer({ exposures: [exposure] })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function bufferedWriter(
  store: Pick<Store, 'name' | 'write' | 'writeAtExit'>,
  options: BufferedWriterOptions = {},
): BufferedWriter {
  if (!STORE.fits(store)) throw badOption(CALL, 'the store', store, STORE.wanted)
  return new Writer(store, settingsOf(options))
}

const CALL = 'bufferedWriter'

const KINDS: OptionKinds<BufferedWriterOptions> = {
  spill: ANYTHING,
  onError: FUNCTION,
  onMetric: FUNCTION,
  closeOn: ANYTHING,
  clock: ANYTHING,
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
  checkOptions(CALL, options, KINDS)
  const { whenFull = 'drop', timeoutMs = 5000, capacity = 10_000 } = options
  const spill = sqlitePath(options.spill)
  const flushRows = options.flushRows ?? Math.min(2000, capacity)
  if (whenFull === 'spill' ? !spill || spill === IN_MEMORY : options.spill !== undefined)
    throw badOption(
      CALL,
      'spill',
      options.spill,
      "the path of a file together with whenFull: 'spill', and only then",
    )
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
    onError: options.onError ?? warn,
    errorsEveryMs: options.errorsEveryMs ?? 60_000,
    onMetric: options.onMetric ?? (() => undefined),
    // A signal that this system lacks is refused by Node.
    closeOn: (options.closeOn ?? []) as readonly NodeJS.Signals[],
    clock: options.clock ?? systemClock,
  }
}
