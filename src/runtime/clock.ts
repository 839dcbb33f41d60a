import { clearTimeout, performance, setImmediate, setTimeout } from './timers'

/** Time as a parameter, so that tests can control it. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number
  /** Calls `run` in `ms` milliseconds; returns what cancels that. `keepAlive`: the process waits. */
  after(ms: number, run: () => void, keepAlive?: boolean): () => void
  /** Calls `run` after the current turn of the event loop. */
  soon(run: () => void): void
  /** From 0 to 1, without 1. */
  readonly random: () => number
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run, keepAlive = false) {
    const timer = setTimeout(run, ms)
    if (!keepAlive) timer.unref()
    return () => clearTimeout(timer)
  },
  soon(run) {
    setImmediate(run)
  },
  random: Math.random,
}
