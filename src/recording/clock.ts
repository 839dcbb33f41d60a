import { clearTimeout, performance, setImmediate, setTimeout } from '../runtime/timers'

/** Time, for tests to put in their own. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number
  /** Gives what takes it back. A timer keeps the process alive only when somebody waits for it. */
  after(ms: number, run: () => void, keepAlive?: boolean): () => void
  /** After what runs now. */
  soon(run: () => void): void
  /** From 0 to 1, without 1. */
  random(): number
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
