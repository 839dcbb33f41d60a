import { LiveflagError, messageOf } from '../core/errors'
import { withinTime } from '../runtime/wait'

/** Calls a sticky service, which belongs to the application. Rejects when the call throws. */
export async function called<T>(call: () => T | PromiseLike<T>): Promise<T> {
  return call()
}

/** How long to wait for a sticky service, and what it does meanwhile. */
interface Deadline {
  readonly ms: number
  /** For messages: "the service failed to …". */
  readonly what: string
  /** Whether the process stays alive meanwhile. */
  readonly keepAlive: boolean
}

/**
 * Resolves to the answer of a sticky service.
 *
 * @throws {LiveflagError} when the service fails (with its error as `cause`) or does not answer in time.
 * LiveflagErrors of the service pass unchanged.
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
    `the sticky service ${what}; check its store`,
    cause === undefined ? undefined : { cause },
  )
}

/** Whether a second try can help. Other errors of liveflag are permanent. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof LiveflagError) || error.code === 'LIVEFLAG_STORE_UNAVAILABLE'
