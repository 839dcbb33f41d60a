import { Alarm } from '../../runtime/alarm'
import type { ExchangeError } from './exchange-error'

/**
 * Settles as `work` does, or rejects as soon as `closing` is aborted or `ms` milliseconds are over.
 * `work` is given a signal of that, which it may do without.
 */
export async function withDeadline<T>(
  ms: number,
  late: ExchangeError,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController()
  const ended = new Promise<never>((_, fail) => {
    ending.signal.addEventListener('abort', () => fail(ending.signal.reason as Error))
  })
  ended.catch(() => undefined)
  const end = (): void => ending.abort(closing.reason)
  closing.addEventListener('abort', end)
  const deadline = new Alarm(() => ending.abort(late))
  deadline.set(ms)
  try {
    if (closing.aborted) end()
    return await Promise.race([work(ending.signal), ended])
  } finally {
    deadline.clear()
    closing.removeEventListener('abort', end)
  }
}
