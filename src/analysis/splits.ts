import { holdoutOf } from '../experiments/holdout'
import { jointShares } from './joint-shares'
import type { Draw } from './phases'
import { type Redraw, splitIn } from './redraw'

/** The split of a draw, opened. */
export interface OpenSplit {
  readonly redraw: Redraw
  /** Whether some units are in no variant by it, whomever `traffic` lets in. */
  readonly leavesOut: boolean
}

/** Opens each split of an experiment once, however many entries have it. */
export class Splits {
  private readonly opened = new Map<string, OpenSplit>()

  constructor(
    private readonly experiment: string,
    /** What is bucketed. */
    private readonly kind: string,
  ) {}

  /** Undefined where it is not known how the draw splits its people. */
  async of({ kept }: Draw): Promise<OpenSplit | undefined> {
    const split = kept && splitIn(kept, this.experiment)
    if (!split) return undefined
    const known = this.opened.get(split.text)
    if (known) return known
    const redraw = await split.open()
    const opened = { redraw, leavesOut: this.leavesOut(redraw) }
    this.opened.set(split.text, opened)
    return opened
  }

  async close(): Promise<void> {
    for (const { redraw } of this.opened.values()) await redraw.close()
  }

  /** A holdout has everybody: whom it does not keep out goes on without an assignment. */
  private leavesOut(redraw: Redraw): boolean {
    if (holdoutOf(this.experiment) !== undefined) return false
    return (
      jointShares([redraw], this.kind)?.some(({ variants: [one] }) => one === undefined) ?? true
    )
  }
}
