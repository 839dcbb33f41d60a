interface Thenable {
  then(done: undefined, failed: (error: unknown) => void): unknown
}

/**
 * Calls code of the application. What it throws goes to `failed`, and so does what a promise that
 * it gives rejects with.
 */
export function guarded<T>(call: () => T, failed: (error: unknown) => void): T | undefined {
  try {
    const answer = call()
    if (isThenable(answer)) answer.then(undefined, failed)
    return answer
  } catch (error) {
    failed(error)
    return undefined
  }
}

/** By its shape: a promise may come from another realm, or from a library. */
export const isThenable = (value: unknown): value is Thenable =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

/**
 * An answer does not depend on the application's own code; and what that throws, there is nobody
 * here to report to.
 */
export const quietly = (call: () => unknown): void => void guarded(call, () => undefined)

/** The same of an object that may throw when it is looked at. */
export function isPromise(value: unknown): boolean {
  try {
    return isThenable(value)
  } catch {
    return false
  }
}

/** Why a promise is no answer: nothing here waits. */
export class PromisedAnswer extends Error {
  constructor() {
    super(
      'it returned a promise, and answers are not waited for: await it before the request, and answer with what it resolves with',
    )
  }
}

/** The answer; throws for a promise. What that rejects with is nobody's business any more. */
export function noPromise<T>(answer: T): T {
  if (typeof answer !== 'object' || !isThenable(answer)) return answer
  answer.then(undefined, () => undefined)
  throw new PromisedAnswer()
}
