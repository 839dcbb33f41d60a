/** Closes at the first of the signals; one that nobody else listens for then does what it always does. Gives what stops listening. */
export function closeOn(signals: readonly NodeJS.Signals[], close: () => Promise<void>): () => void {
  const stop = (): void => {
    for (const signal of signals) process.removeListener(signal, atSignal)
  }
  const atSignal = (signal: NodeJS.Signals): void => {
    void close().then(() => {
      stop()
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    })
  }
  for (const signal of signals) process.on(signal, atSignal)
  return stop
}
