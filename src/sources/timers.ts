/** Timers that end together, and that keep a process alive only when asked to. */
export class Timers {
  private readonly pending = new Map<NodeJS.Timeout, () => void>()

  constructor(private readonly keepAlive: boolean) {}

  /** Gives what takes it back. */
  after(ms: number, run: () => void): () => void {
    return this.start(ms, run, () => undefined)
  }

  every(ms: number, run: () => void): void {
    this.after(ms, () => {
      this.every(ms, run)
      run()
    })
  }

  /** Wakes early when the timers end. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.start(ms, resolve, resolve)
    })
  }

  clear(): void {
    for (const [timer, ended] of this.pending) {
      clearTimeout(timer)
      ended()
    }
    this.pending.clear()
  }

  private start(ms: number, run: () => void, ended: () => void): () => void {
    const timer = setTimeout(() => {
      this.pending.delete(timer)
      run()
    }, ms)
    if (!this.keepAlive) timer.unref()
    this.pending.set(timer, ended)
    return () => {
      clearTimeout(timer)
      this.pending.delete(timer)
    }
  }
}

/** Keeps the process alive while somebody waits for `work`, whose own timers do not. */
export async function keepingAlive<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, 60_000)
  try {
    return await work
  } finally {
    clearInterval(hold)
  }
}
