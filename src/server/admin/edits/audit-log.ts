import type { ServerDatabase } from '../../database'
import { StoredMap } from '../../stored-map'
import type { AuditLog, AuditRow } from './contract'

/** Without a database, and with one: more are forgotten, the oldest first. */
const MOST_EDITS = 10_000

/** What was edited here, by whom and why. */
export class EditLog {
  private readonly stored: StoredMap<AuditRow>

  constructor(database: ServerDatabase | undefined) {
    this.stored = new StoredMap(database, 'edits')
  }

  add(edit: Omit<AuditRow, 'id' | 'rolledBackBy'>): AuditRow {
    const keys = this.stored.entries().map(([key]) => key)
    const id = Number(keys.at(-1) ?? 0) + 1
    const row: AuditRow = { id, ...edit, rolledBackBy: null }
    this.stored.set(String(id), row)
    const rolledBack = edit.rollsBack === null ? undefined : this.get(edit.rollsBack)
    if (rolledBack) this.stored.set(String(rolledBack.id), { ...rolledBack, rolledBackBy: id })
    for (const key of keys.slice(0, -MOST_EDITS)) this.stored.delete(key)
    return row
  }

  get(id: number): AuditRow | undefined {
    return this.stored.get(String(id))
  }

  /** The newest first. */
  list(feature: string | undefined, before: number, limit: number): AuditLog {
    const all = this.stored
      .entries()
      .map(([, edit]) => edit)
      .filter(
        ({ id, entries }) =>
          id < before && (feature === undefined || entries.some((one) => one.feature === feature)),
      )
      .reverse()
    return { edits: all.slice(0, limit), hasMore: all.length > limit }
  }
}
