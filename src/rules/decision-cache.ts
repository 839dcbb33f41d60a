import type { Decision } from '../core/decision'

/**
 * The Decisions of one request, by the feature's index in its snapshot: open addressing over a
 * small array, because a request asks a few dozen features of thousands.
 */
export class DecisionCache {
  private slots: (Decision | undefined)[] = []
  private indexes: number[] = []
  private mask = -1
  private count = 0
  private most = 0

  get(index: number): Decision | undefined {
    for (let at = index & this.mask; ; at = (at + 1) & this.mask) {
      const decision = this.slots[at]
      if (decision === undefined || this.indexes[at] === index) return decision
    }
  }

  set(index: number, decision: Decision): void {
    if (this.count >= this.most) this.grow()
    let at = index & this.mask
    while (this.slots[at] !== undefined) at = (at + 1) & this.mask
    this.slots[at] = decision
    this.indexes[at] = index
    this.count++
  }

  private grow(): void {
    const { slots, indexes } = this
    const size = Math.max(32, slots.length * 4)
    // The array keeps its holes, which read as undefined: filling them would cost more than all
    // questions of a small request.
    this.slots = new Array<Decision | undefined>(size)
    this.indexes = new Array<number>(size)
    this.mask = size - 1
    this.most = size * 0.75
    this.count = 0
    for (let at = 0; at < slots.length; at++) {
      const decision = slots[at]
      if (decision !== undefined) this.set(indexes[at] ?? 0, decision)
    }
  }
}
