import { withinTime } from '../../../runtime/wait'
import type { AuditRow } from '../edits/contract'
import type { FleetStore, FleetStores } from './fleet-stores'

/** Who changed a text, and why. */
export type Signed = Pick<AuditRow, 'by' | 'reason'>

/** A store that hangs holds up an event no longer. */
const MOST_READING_MS = 2000
/** So many generations may come before it is asked who published one. */
const LOOKED_AT = 20
const NOBODY: Signed = { by: null, reason: null }

/** Says who published what came from a store, whether here, by a command or on another server. */
export class Publishers {
  constructor(private readonly stores: Pick<FleetStores, 'all'>) {}

  /** Whether a source is in a store. */
  knows(source: string): boolean {
    return this.find(source) !== undefined
  }

  /**
   * Does not reject.
   *
   * @returns undefined where the store cannot say it now; nobody's name where another tool wrote the text
   */
  async of(source: string, hash: string): Promise<Signed | undefined> {
    const fleet = this.find(source)
    const asked = fleet && this.read(fleet, hash).catch(() => undefined)
    return asked && withinTime(asked, MOST_READING_MS, () => undefined)
  }

  private async read({ reader }: FleetStore, hash: string): Promise<Signed | undefined> {
    const page = await reader.page({ limit: LOOKED_AT })
    if (page.isOutside && page.hash === hash) return NOBODY
    const found = page.generations.find((one) => one.hash === hash)
    return found && { by: found.by, reason: found.reason }
  }

  private find(source: string): FleetStore | undefined {
    return this.stores.all().find((one) => one.source === source)
  }
}
