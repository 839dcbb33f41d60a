import { Alarm } from '../../runtime/alarm'

/** A connection on which nothing happens is asked so often whether it is still there. */
const EVERY_MS = 15_000
const WITHIN_MS = 5000

/**
 * Calls `dead` once when `ask` fails or does not answer in time: the end of a connection whose other
 * side has gone without a word is noticed by no other means. Ends with `signal`.
 */
export function keepAsking(
  ask: () => Promise<unknown>,
  dead: (error: unknown) => void,
  signal: AbortSignal,
): void {
  const late = new Alarm(() => end(new Error(`it did not answer within ${WITHIN_MS} ms`)))
  const next = new Alarm(() => void beat())
  const stop = (): void => {
    late.clear()
    next.clear()
  }
  const end = (error: unknown): void => {
    stop()
    if (!signal.aborted) dead(error)
  }
  const beat = async (): Promise<void> => {
    late.set(WITHIN_MS)
    try {
      await ask()
      late.clear()
      if (!signal.aborted) next.set(EVERY_MS)
    } catch (error) {
      end(error)
    }
  }
  signal.addEventListener('abort', stop)
  next.set(EVERY_MS)
}
