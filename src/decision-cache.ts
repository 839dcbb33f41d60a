import type { Decision } from './core/decision'

/**
 * The Decisions of one request, by the feature's index in its snapshot: open addressing over a small array, because a
 * request asks a few dozen features of thousands.
 */
export class DecisionCache {
  private slots: (Decision | undefined)[] = []
  private indexes: number[] = []
  private mask = -1
  private count = 0

  get(index: number): Decision | undefined {
    for (let at = index & this.mask; ; at = (at + 1) & this.mask) {
      const decision = this.slots[at]
      if (decision === undefined || this.indexes[at] === index) return decision
    }
  }

  set(index: number, decision: Decision): void {
    if (this.count * 2 >= this.slots.length) this.grow()
    let at = index & this.mask
    while (this.slots[at] !== undefined) at = (at + 1) & this.mask
    this.slots[at] = decision
    this.indexes[at] = index
    this.count++
  }

  private grow(): void {
    const { slots, indexes } = this
    const size = Math.max(16, slots.length * 4)
    this.slots = new Array<Decision | undefined>(size).fill(undefined)
    this.indexes = new Array<number>(size).fill(0)
    this.mask = size - 1
    this.count = 0
    for (let at = 0; at < slots.length; at++) {
      const decision = slots[at]
      if (decision !== undefined) this.set(indexes[at] ?? 0, decision)
    }
  }
}
