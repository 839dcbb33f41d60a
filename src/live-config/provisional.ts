import type { Content } from '../core/source'
import { type InForce, NOTHING_IN_FORCE } from './in-force'
import type { Part } from './part'
import type { Slot } from './slots'

/**
 * Which texts may be taken back, and what there was before them: nothing that is only tried is a last
 * good version, or what a later text is compared with.
 */
export class Provisional {
  /** What was in force last without any of them. */
  inForce = NOTHING_IN_FORCE
  /** The parts that they have replaced. */
  private readonly before = new Map<Slot, Part>()

  has(slot: Slot): boolean {
    return this.before.has(slot)
  }

  /** What a new text is compared with. */
  baseOf(slot: Slot): Part {
    const { part } = slot
    const firm = this.before.get(slot)
    if (firm === undefined) return part
    const { failure: _, ...base } = firm
    return { ...base, ...(part.failure && { failure: part.failure }) }
  }

  /** A content was judged, and the part was this before. */
  judged(slot: Slot, before: Part, { isProvisional }: Content): void {
    if (!isProvisional) this.before.delete(slot)
    else if (!this.before.has(slot)) this.before.set(slot, before)
  }

  /** This is in force, and made of all parts as they are now. */
  installed(inForce: InForce): void {
    if (this.before.size === 0) this.inForce = inForce
  }
}
