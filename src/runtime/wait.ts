import { clearInterval, delay, setInterval } from './timers'

/** How to wait. */
export interface Waiting {
  /** The process does not end meanwhile. Default false. */
  readonly keepAlive?: boolean
  /** When it is aborted, the waiting is over. */
  readonly signal?: AbortSignal
}

/** Resolves after `ms` milliseconds, or as soon as `signal` is aborted. Never rejects. */
export async function sleep(ms: number, { keepAlive, signal }: Waiting = {}): Promise<void> {
  await delay(ms, undefined, { ref: keepAlive === true, signal }).catch(() => undefined)
}

/**
 * Settles as `work` does when that takes at most `ms` milliseconds, otherwise as `late` does: what
 * it returns, or throws. `work` itself goes on.
 */
export async function withinTime<T>(
  work: Promise<T>,
  ms: number,
  late: () => T,
  { keepAlive }: Pick<Waiting, 'keepAlive'> = {},
): Promise<T> {
  const settled = new AbortController()
  const timeout = delay(ms, undefined, { ref: keepAlive === true, signal: settled.signal })
  try {
    return await Promise.race([work, timeout.then(late)])
  } finally {
    settled.abort()
  }
}

/** Keeps the process alive until `work`, whose own timers do not, has settled. */
export async function keepAliveDuring<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, 60_000)
  try {
    return await work
  } finally {
    clearInterval(hold)
  }
}
