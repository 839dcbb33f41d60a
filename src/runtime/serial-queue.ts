/**
 * Does one piece of work at a time, in the order in which they were added. One that fails does not
 * stop the next.
 */
export class SerialQueue {
  private last: Promise<void> = Promise.resolve()

  /** Settles as `work` does, which begins when all that was added before has settled. */
  add<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.last.then(work)
    const settled = (): void => undefined
    this.last = result.then(settled, settled)
    return result
  }

  /** Resolves when all that was added before this call has settled. */
  idle(): Promise<void> {
    return this.last
  }
}
