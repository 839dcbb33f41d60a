/**
 * Calls `close` when the process gets one of the signals. Afterwards a signal that nobody else
 * listens for ends the process, as it would have done by itself.
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
