import type { Change } from '../../live-config/change'
import type { Features } from '../../engine/features'
import { nextTurn } from '../../runtime/timers'
import type { ServerDatabase } from '../database'
import { StoredMap } from '../stored-map'

interface Since {
  readonly revision: string
  /** Since when the entry has it: milliseconds since 1970. */
  readonly at: number
  /** False when it was first seen then, and may be older. */
  readonly isChange: boolean
}

/** Entries that are compared at once. */
const SLICE = 100

/** Since when each entry has been as it is, as far as this server, or one before it, has seen. */
export class EntryHistory {
  private readonly stored: StoredMap<Since>
  private isClosed = false
  readonly ready: Promise<void>

  constructor(
    private readonly features: Pick<Features, 'snapshot' | 'revision' | 'on' | 'off' | 'now'>,
    private readonly database: ServerDatabase | undefined,
  ) {
    this.stored = new StoredMap(database, 'entries')
    features.on('change', this.onChange)
    this.ready = this.compareAll()
  }

  /** Undefined before it has been compared. */
  of(name: string): Since | undefined {
    return this.stored.get(name)
  }

  close(): void {
    this.isClosed = true
    this.features.off('change', this.onChange)
  }

  private async compareAll(): Promise<void> {
    const { names } = this.features.snapshot
    for (let from = 0; from < names.length; from += SLICE) {
      await nextTurn()
      if (this.isClosed) return
      this.compare(names.slice(from, from + SLICE))
    }
  }

  private readonly onChange = ({ added, changed, removed }: Change): void => {
    this.compare([...added, ...changed])
    for (const name of removed) this.stored.delete(name)
  }

  private compare(names: readonly string[]): void {
    const run = (): void => names.forEach((name) => this.compareOne(name))
    if (this.database) this.database.transaction(run)()
    else run()
  }

  private compareOne(name: string): void {
    const revision = this.features.revision(name)
    const known = this.stored.get(name)
    if (revision === undefined || known?.revision === revision) return
    this.stored.set(name, { revision, at: this.features.now(), isChange: known !== undefined })
  }
}
