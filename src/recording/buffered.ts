import { LiveflagError } from '../core/errors'
import type { BufferedWriter, WriterMetric } from './buffered-writer'
import { type Clock, systemClock } from './clock'
import type { Store } from './store'
import type { WriterSettings } from './writer/settings'
import { Writer } from './writer/writer'

export interface BufferedWriterOptions {
  /** Rows of one write at most; when so many wait, they are written. Default 2000, or `capacity` if that is less. */
  readonly flushRows?: number
  /** No row waits longer for the others of its write. Default 1000. */
  readonly flushMs?: number
  /** Rows in memory at most, those under way included. Default 10,000. */
  readonly capacity?: number
  /**
   * What becomes of rows that there is no room for. `drop`, the default: the oldest are dropped and counted. `block`:
   * whoever gives them waits, for at most `timeoutMs`; then they are dropped and counted. `spill`: they go to the spill
   * file; that goes for all rows, too, while the store fails.
   */
  readonly whenFull?: 'block' | 'spill' | 'drop'
  /** With `whenFull: 'spill'`: the path of a SQLite file. What an earlier process left there is written first. Needs better-sqlite3. */
  readonly spill?: string
  /** Rows in the spill file at most. Default 10,000,000. */
  readonly maxSpillRows?: number
  /** How long a caller of `put`, `record`, `written` or `close` waits at most. Default 5000. */
  readonly timeoutMs?: number
  /** A call of the store that takes longer has failed, and is made again. Default half of `timeoutMs`. */
  readonly storeTimeoutMs?: number
  /** What went wrong. Not called more often than every `errorsEveryMs` for errors of a kind. Left out, it becomes a process warning. */
  readonly onError?: (error: Error) => void
  /** Default 60,000. */
  readonly errorsEveryMs?: number
  /** Counts as they happen; `stats` has the sums. */
  readonly onMetric?: (metric: WriterMetric, amount: number) => void
  /** Signals, such as SIGTERM, at which the writer is closed. Without another listener the process then ends as the signal says. Default none. */
  readonly closeOn?: readonly NodeJS.Signals[]
  /** For tests. */
  readonly clock?: Clock
}

/**
 * Writes rows behind the requests that make them, to a store that may be slow or away. Bounded in memory and in what a
 * caller waits. Opens the store; whoever closes the writer closes the store after it.
 */
export function bufferedWriter(
  store: Pick<Store, 'name' | 'write'>,
  options: BufferedWriterOptions = {},
): BufferedWriter {
  return new Writer(store, settingsOf(options))
}

function settingsOf(options: BufferedWriterOptions): WriterSettings {
  const { whenFull = 'drop', spill, timeoutMs = 5000 } = options
  const capacity = whole('capacity', options.capacity ?? 10_000)
  const settings: WriterSettings = {
    flushRows: whole('flushRows', options.flushRows ?? Math.min(2000, capacity)),
    flushMs: positive('flushMs', options.flushMs ?? 1000),
    capacity,
    whenFull,
    spill,
    maxSpillRows: whole('maxSpillRows', options.maxSpillRows ?? 10_000_000),
    timeoutMs: positive('timeoutMs', timeoutMs),
    storeTimeoutMs: positive('storeTimeoutMs', options.storeTimeoutMs ?? timeoutMs / 2),
    onError: options.onError ?? ((error) => process.emitWarning(error)),
    errorsEveryMs: positive('errorsEveryMs', options.errorsEveryMs ?? 60_000),
    onMetric: options.onMetric ?? (() => undefined),
    closeOn: options.closeOn ?? [],
    clock: options.clock ?? systemClock,
  }
  if (!['block', 'spill', 'drop'].includes(whenFull))
    throw bad('whenFull', whenFull, 'give block, spill or drop')
  if (whenFull === 'spill' ? !spill : spill !== undefined)
    throw bad('spill', spill, "give a path together with whenFull: 'spill', and only then")
  if (settings.capacity < settings.flushRows)
    throw bad('capacity', settings.capacity, `give at least flushRows, ${settings.flushRows}`)
  return settings
}

const whole = (option: string, value: number): number =>
  Number.isInteger(value) && value > 0
    ? value
    : refuse(option, value, 'give a whole number above 0')

const positive = (option: string, value: number): number =>
  Number.isFinite(value) && value > 0 ? value : refuse(option, value, 'give milliseconds above 0')

function refuse(option: string, value: unknown, remedy: string): never {
  throw bad(option, value, remedy)
}

const bad = (option: string, value: unknown, remedy: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `bufferedWriter: ${option} is ${JSON.stringify(value)}; ${remedy}`,
  )
