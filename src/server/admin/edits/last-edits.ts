import type { Statement } from 'better-sqlite3'
import { performance } from '../../../runtime/timers'
import type { ServerDatabase } from '../../database'
import type { LastEdit } from '../contract'

/** A list asks for thousands in one go; what others write is seen as late as this. */
const CHECK_MS = 20

interface Row extends LastEdit {
  readonly feature: string
  readonly id: number
}

/**
 * The newest edit of each feature, in memory: a list of thousands asks for all of them. What was
 * written since, by any process, is read when the database has changed.
 */
export class LastEdits {
  private readonly newest = new Map<string, LastEdit>()
  /** Edits up to this one have been read. */
  private read = 0
  private version = -1
  private checkedAt = -Infinity
  private readonly dataVersion: Statement<[], { readonly data_version: number }>
  private readonly since: Statement<[number], Row>
  private readonly firstPending: Statement<[], { readonly id: number | null }>

  constructor(private readonly database: ServerDatabase) {
    this.dataVersion = database.prepare('PRAGMA data_version')
    this.since = database.prepare(`
      SELECT link.feature, max(link.edit) AS id, edit.at, edit.made_by AS "by", edit.reason
      FROM liveflag_edit_log edit JOIN liveflag_edit_features link ON link.edit = edit.id
      WHERE edit.id > ? AND edit.is_pending = 0 GROUP BY link.feature`)
    this.firstPending = database.prepare(
      'SELECT min(id) AS id FROM liveflag_edit_log WHERE is_pending = 1',
    )
  }

  of(feature: string): LastEdit | undefined {
    this.refresh()
    return this.newest.get(feature)
  }

  /** This process has written: `data_version` counts the writes of others. */
  forgetVersion(): void {
    this.version = -1
    this.checkedAt = -Infinity
  }

  private refresh(): void {
    const now = performance.now()
    if (now - this.checkedAt < CHECK_MS) return
    this.checkedAt = now
    const version = this.dataVersion.get()?.data_version ?? 0
    if (version === this.version) return
    this.version = version
    this.database.transaction(() => {
      for (const { feature, id, at, by, reason } of this.since.all(this.read)) {
        this.newest.set(feature, { at, by, reason })
        this.read = Math.max(this.read, id)
      }
      // A pending one may be confirmed later, and is read then.
      const { id: pending = null } = this.firstPending.get() ?? {}
      if (pending !== null) this.read = Math.min(this.read, pending - 1)
    })()
  }
}
