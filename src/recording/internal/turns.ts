/** One at a time, in the order in which they came. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve()

  /** What `work` gives, once all that came before it have settled. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work)
    this.last = turn.catch(() => undefined)
    return turn
  }
}
