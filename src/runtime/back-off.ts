import { sleep } from './wait'

/** Pauses between tries: they double from `firstMs`, up to `longestMs`. */
export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
  /**
   * The shortest a pause may be drawn, as a part of its full length. Default 0.5: from half to the
   * whole.
   */
  readonly least?: number
}

/**
 * `ms` times a random number from `low` to `high`, so that servers that started together do not ask
 * together for ever.
 */
export function jitter(ms: number, low: number, high: number, random = Math.random): number {
  return ms * (low + random() * (high - low))
}

/** How many milliseconds to wait after so many failures in a row, the first of which is 1. */
export function backOffMs(
  { firstMs, longestMs, least = 0.5 }: BackOff,
  failures: number,
  random = Math.random,
): number {
  return jitter(Math.min(firstMs * 2 ** Math.max(failures - 1, 0), longestMs), least, 1, random)
}

/**
 * Does `work` again, after a pause, as long as it fails and `isWorthRetrying` says so; then rejects
 * with its last error. The first try is made before this returns. The process stays alive during
 * pauses.
 *
 * @param isWorthRetrying is called with the error and with how often `work` has failed so far
 */
export async function retry<T>(
  work: () => T | Promise<T>,
  isWorthRetrying: (error: unknown, failures: number) => boolean,
  pauses: BackOff,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!isWorthRetrying(error, failures)) throw error
    }
    await sleep(backOffMs(pauses, failures), { keepAlive: true })
  }
}
