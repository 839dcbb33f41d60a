import { rmSync, statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { codeOf } from '../core/errors'

/**
 * The files of an open SQLite database. A file that is deleted, moved or replaced stays usable for
 * whoever has it open, so that what is written to it is lost to everybody else: only a comparison
 * with the path shows that.
 */
export class OpenedFile {
  private readonly database: string | undefined
  private log: string | undefined

  /** `path` is absolute, and the database is open. */
  constructor(private readonly path: string) {
    this.database = identityOf(path)
    this.log = this.identityOfLog()
  }

  /** Whether the files at the path are still those that were opened. */
  isAtPath(): boolean {
    const log = this.identityOfLog()
    // The write-ahead log appears with the first write, and stays while the database is open.
    this.log ??= log
    return log === this.log && identityOf(this.path) === this.database
  }

  /**
   * Closes the database. When its files are not at the path any more, what the log has is copied to
   * the file that was moved, and the log does not stay behind: a new file would take it for its own.
   */
  close(database: Pick<Database, 'pragma' | 'close'>): void {
    if (this.isAtPath()) return void database.close()
    try {
      database.pragma('wal_checkpoint(TRUNCATE)')
    } catch {
      // Then nothing that the log had can be saved.
    }
    database.close()
    const log = this.identityOfLog()
    if (log === undefined || log !== this.log || identityOf(this.path) === this.database) return
    for (const end of ['-wal', '-shm']) rmSync(this.path + end, { force: true })
  }

  private identityOfLog(): string | undefined {
    return identityOf(`${this.path}-wal`)
  }
}

/**
 * Whether another connection may not fail in this way: this one may have been opened read-only, its
 * disk may have gone away, or its tables.
 */
export const isOfConnection = (error: unknown): boolean =>
  error instanceof TypeError ||
  (codeOf(error).startsWith('SQLITE_') &&
    !/^SQLITE_(BUSY|LOCKED|FULL|CONSTRAINT|MISMATCH|TOOBIG)/.test(codeOf(error)))

/** Undefined when there is no file, or when this process may not ask. */
function identityOf(path: string): string | undefined {
  try {
    // Inode numbers of some file systems are larger than a double can hold.
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats && `${stats.dev}:${stats.ino}`
  } catch {
    return undefined
  }
}
