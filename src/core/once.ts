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
