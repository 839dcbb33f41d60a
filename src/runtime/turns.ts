/**
 * Lets a number of works go on at a time; others wait for their turn, first come first served. What
 * ten thousand works wait for would otherwise all be answered in one turn of the event loop.
 */
export class Turns {
  private underWay = 0
  private readonly waiting = new Set<() => void>()

  constructor(private readonly most: number) {}

  /** Does the work when it is its turn. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.underWay < this.most) this.underWay++
    else await new Promise<void>((begin) => this.waiting.add(begin))
    try {
      return await work()
    } finally {
      this.pass()
    }
  }

  /** The turn of one that has ended is that of the first who waits. */
  private pass(): void {
    for (const begin of this.waiting) {
      this.waiting.delete(begin)
      begin()
      return
    }
    this.underWay--
  }
}
