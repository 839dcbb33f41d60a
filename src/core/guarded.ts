interface Thenable {
  then(done: undefined, failed: (error: unknown) => void): unknown
}

/** Calls code of the application. What it throws goes to `failed`, and so does what a promise that it gives rejects with. */
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

/** An answer does not depend on the application's own code; and what that throws, there is nobody here to report to. */
export const quietly = (call: () => unknown): void => void guarded(call, () => undefined)

/** Asks once; what was answered or thrown then is the answer from then on. */
export function once<T>(ask: () => T): () => T {
  let settled: (() => T) | undefined
  return () => (settled ??= attempt(ask))()
}

/** The same for a question about something. Of objects it keeps nothing alive: a request may be asked about anybody, and may last. */
export function onceFor<K, T>(ask: (about: K) => T): (about: K) => T {
  let ofObjects: WeakMap<object, () => T> | undefined
  let ofOthers: Map<unknown, () => T> | undefined
  return (about) => {
    const isObject = typeof about === 'object' && about !== null
    const known = isObject ? ofObjects?.get(about) : ofOthers?.get(about)
    if (known) return known()
    const answer = attempt(() => ask(about))
    if (isObject) (ofObjects ??= new WeakMap()).set(about, answer)
    else (ofOthers ??= new Map()).set(about, answer)
    return answer()
  }
}

function attempt<T>(ask: () => T): () => T {
  try {
    const answer = ask()
    return () => answer
  } catch (error) {
    return () => {
      throw error
    }
  }
}
