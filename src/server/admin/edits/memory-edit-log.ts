import type { LastEdit } from '../contract'
import type { AuditLog, AuditRow } from './contract'
import type { EditLog, NewEdit, PendingEdit, SeenFile } from './edit-log'

/** More are forgotten, the oldest first. */
const MOST_EDITS = 10_000

/** The log of a server without a database: it ends with the process. */
export class MemoryEditLog implements EditLog {
  private readonly rows = new Map<number, AuditRow>()
  private readonly pending = new Map<number, NewEdit>()
  private readonly newest = new Map<string, AuditRow>()
  private readonly files = new Map<string, SeenFile>()
  private last = 0

  constructor(private readonly mostEdits = MOST_EDITS) {}

  begin(edit: NewEdit): number {
    const id = ++this.last
    this.pending.set(id, edit)
    return id
  }

  confirm(edit: PendingEdit, text: string | null): AuditRow {
    this.pending.delete(edit.id)
    this.files.set(edit.source, { hash: edit.hashAfter, text })
    return this.rows.get(edit.id) ?? this.add(edit)
  }

  cancel({ id }: PendingEdit): void {
    this.pending.delete(id)
  }

  pendingOf(source: string): readonly PendingEdit[] {
    return [...this.pending]
      .map(([id, edit]) => ({ id, ...edit }))
      .filter((edit) => edit.source === source)
  }

  seen(source: string): SeenFile | undefined {
    return this.files.get(source)
  }

  see(source: string, file: SeenFile): void {
    this.files.set(source, file)
  }

  addOutside(edit: NewEdit, seen: SeenFile, isCurrent: () => boolean): boolean {
    if (this.files.get(edit.source)?.hash !== edit.hashBefore || !isCurrent()) return false
    this.files.set(edit.source, seen)
    this.add({ id: ++this.last, ...edit })
    return true
  }

  get(id: number): AuditRow | undefined {
    return this.rows.get(id)
  }

  list(feature: string | undefined, before: number, limit: number): AuditLog {
    const all = [...this.rows.values()]
      .filter(
        ({ id, entries }) =>
          id < before && (feature === undefined || entries.some((one) => one.feature === feature)),
      )
      .sort((a, b) => b.id - a.id)
    return { edits: all.slice(0, limit), hasMore: all.length > limit }
  }

  lastOf(feature: string): LastEdit | undefined {
    return this.newest.get(feature)
  }

  causeOf(source: string, hash: string): Pick<AuditRow, 'by' | 'reason'> | undefined {
    for (const edit of [...this.rows.values(), ...this.pending.values()].reverse()) {
      if (edit.source !== source) continue
      if (edit.kind === 'outside') return undefined
      if (edit.hashAfter === hash) return edit
    }
    return undefined
  }

  private add(edit: PendingEdit): AuditRow {
    const row: AuditRow = { ...edit, rolledBackBy: null }
    this.rows.set(row.id, row)
    for (const { feature } of row.entries)
      if ((this.newest.get(feature)?.id ?? 0) < row.id) this.newest.set(feature, row)
    const rolledBack = row.rollsBack === null ? undefined : this.rows.get(row.rollsBack)
    if (rolledBack) this.rows.set(rolledBack.id, { ...rolledBack, rolledBackBy: row.id })
    for (const [id, oldest] of this.rows) {
      if (this.rows.size <= this.mostEdits) break
      this.rows.delete(id)
      for (const { feature } of oldest.entries)
        if (this.newest.get(feature)?.id === id) this.newest.delete(feature)
    }
    return row
  }
}
