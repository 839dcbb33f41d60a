import { backOffMs, jitter } from '../../runtime/back-off'
import { type Clock, systemClock } from '../../runtime/clock'
import type { KeyWatch, KeyWatcher, StoreError } from '../key-store'

/**
 * The first pause is drawn from nothing to this, so that a thousand processes whose connections broke
 * together do not come back together.
 */
const SPREAD_MS = 1000
/** The pauses after it are long enough that a restart of some seconds is not the end of patience. */
const AWAY = { firstMs: 500, longestMs: 5000 }
/** Somebody has to do something first. */
const REFUSED = { firstMs: 5000, longestMs: 60_000 }

function pauseMs({ kind }: StoreError, failures: number, random: () => number): number {
  if (kind === 'refused') return backOffMs(REFUSED, failures, random)
  return failures === 1 ? jitter(SPREAD_MS, 0, 1, random) : backOffMs(AWAY, failures, random)
}

/** One way to listen to a store. */
export interface Listening {
  /**
   * Connects, calls `live` when it listens, and rejects when that has ended or was not possible.
   * Ends at once when `signal` is aborted.
   */
  readonly listen: (live: () => void, signal: AbortSignal) => Promise<never>
  readonly errorOf: (error: unknown) => StoreError
}

/** Listens again whenever that ends, after pauses that grow, until the watch is closed. */
export function keepListening(
  listening: Listening,
  watcher: Pick<KeyWatcher, 'live' | 'down'>,
  clock: Clock = systemClock,
): KeyWatch {
  const closing = new AbortController()
  void listenAgain(listening, watcher, closing.signal, clock)
  return { close: () => closing.abort() }
}

async function listenAgain(
  { listen, errorOf }: Listening,
  watcher: Pick<KeyWatcher, 'live' | 'down'>,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  let failures = 0
  const live = (): void => {
    if (signal.aborted) return
    failures = 0
    watcher.live()
  }
  while (!signal.aborted) {
    try {
      await listen(live, signal)
    } catch (thrown) {
      if (signal.aborted) return
      const error = errorOf(thrown)
      watcher.down(error)
      failures += 1
      await pause(pauseMs(error, failures, clock.random), signal, clock)
    }
  }
}

/** Over early when the watch is closed. */
function pause(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}
