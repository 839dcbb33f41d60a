import { asError } from '../../core/errors'
import { keepListening } from '../keyed/keep-listening'
import type { KeyWatch, KeyWatcher } from '../key-store'
import type { ReadError } from './calls'

/** One try to listen, and the listening that follows. What comes after it has failed is ignored. */
export interface Listening {
  live(): void
  changed(keys?: readonly string[]): void
  /** It is over, or never began. */
  failed(error: unknown): void
}

/** Begins to listen, and returns what ends it. Whatever goes wrong is reported by `failed`. */
export type Listen = (listening: Listening) => () => void

/** The watches of one store, which end with it. */
export class Watches {
  private readonly open = new Set<KeyWatch>()

  constructor(private readonly errorOf: ReadError) {}

  /** Listens until the watch is closed: after a failure again, with pauses that grow. */
  begin(listen: Listen, watcher: KeyWatcher): KeyWatch {
    const kept = keepListening(
      {
        listen: (live, signal) => listenOnce(listen, live, watcher, signal),
        errorOf: this.errorOf,
      },
      watcher,
    )
    const watch: KeyWatch = {
      close: () => {
        this.open.delete(watch)
        kept.close()
      },
    }
    this.open.add(watch)
    return watch
  }

  close(): void {
    for (const watch of this.open) watch.close()
  }
}

function listenOnce(
  listen: Listen,
  live: () => void,
  watcher: KeyWatcher,
  signal: AbortSignal,
): Promise<never> {
  return new Promise((_, reject) => {
    let isOver = false
    // Empty until it has begun: it may fail before.
    const begun: { end?: () => void } = {}
    const failed = (error: unknown): void => {
      if (isOver) return
      isOver = true
      signal.removeEventListener('abort', aborted)
      begun.end?.()
      reject(asError(error))
    }
    const aborted = (): void => failed(new Error('the watch was closed'))
    signal.addEventListener('abort', aborted)
    begun.end = listen({
      live: () => {
        if (!isOver) live()
      },
      changed: (keys) => {
        if (!isOver) watcher.changed(keys)
      },
      failed,
    })
    if (isOver) begun.end()
    else if (signal.aborted) aborted()
  })
}
