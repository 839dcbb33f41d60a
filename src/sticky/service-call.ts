import { LiveflagError, messageOf } from '../core/errors'
import { withinTime } from '../runtime/wait'

/** A call of a sticky service, which belongs to the application. Rejects when the call throws. */
export async function called<T>(call: () => T | PromiseLike<T>): Promise<T> {
  return call()
}

/** How long to wait for a sticky service, and for what. */
interface Deadline {
  readonly ms: number
  /** For messages: the service failed to do this. */
  readonly what: string
  /** The process does not end while it waits. */
  readonly keepAlive: boolean
}

/**
 * Resolves with what a sticky service answers.
 *
 * @throws {LiveflagError} when the service fails (the cause is kept) or does not answer in time.
 * Its own LiveflagErrors are passed on as they are.
 */
export async function answerInTime<T>(
  answer: Promise<T>,
  { ms, what, keepAlive }: Deadline,
): Promise<T> {
  const late = (): never => {
    throw unavailable(`did not ${what} within ${ms} ms`)
  }
  try {
    return await withinTime(answer, ms, late, { keepAlive })
  } catch (error) {
    if (error instanceof LiveflagError) throw error
    throw unavailable(`failed to ${what} (${messageOf(error)})`, error)
  }
}

function unavailable(what: string, cause?: unknown): LiveflagError {
  return new LiveflagError(
    'LIVEFLAG_STORE_UNAVAILABLE',
    `the sticky service ${what}; look after its store`,
    cause === undefined ? undefined : { cause },
  )
}

/**
 * Whether the store may answer another time. Other errors of liveflag say what no second try can
 * fix.
 */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof LiveflagError) || error.code === 'LIVEFLAG_STORE_UNAVAILABLE'
