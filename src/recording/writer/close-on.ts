/**
 * Calls `close` when the process gets one of the signals. Afterwards the signal ends the process, as
 * it would without this listener, unless somebody else listens for it.
 *
 * @returns a function that stops listening
 */
export function closeOn(
  signals: readonly NodeJS.Signals[],
  close: () => Promise<void>,
): () => void {
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
