/** Asks once; what was answered or thrown then is the answer from then on. */
export function once<T>(ask: () => T): () => T {
  let settled: (() => T) | undefined
  return () => (settled ??= attempt(ask))()
}

/** The same for a question about something; few such things are asked about in one request. */
export function onceFor<K, T>(ask: (about: K) => T): (about: K) => T {
  let settled: Map<K, () => T> | undefined
  return (about) => {
    settled ??= new Map()
    let answer = settled.get(about)
    if (answer === undefined) settled.set(about, (answer = attempt(() => ask(about))))
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
