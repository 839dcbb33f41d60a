import type BetterSqlite3 from 'better-sqlite3'
import { LiveflagError, messageOf } from '../core/errors'
import type { StickyDocument, StickyService } from '../core/sticky'
import { loadSqlite } from '../runtime/sqlite-package'
import { documentKey } from './documents'
import { merged, validAssignments } from './wanted'

/** Sticky documents in a SQLite database. */
export interface SqliteStickyService extends StickyService {
  getAllAssignments(
    attributes: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, StickyDocument>>>
  /** Writes what waits and closes the database. Idempotent. */
  close(): void
}

/** How long opening waits for another process that creates the table. */
const OPENING_MS = 5000

/**
 * Stores sticky documents in a SQLite file that processes may share. Needs the package
 * better-sqlite3. Assignments are added to those that other processes have written. No call waits
 * for a lock: a write that meets one rejects, and `loadSticky` tries it again.
 *
 * @example const service = sqliteStickyService('/var/lib/my-app/sticky.db')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function sqliteStickyService(path: string): SqliteStickyService {
  const Database = loadSqlite('sqliteStickyService')
  try {
    return new SqliteSticky(new Database(path, { timeout: OPENING_MS }))
  } catch (cause) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `sqliteStickyService: ${path} cannot be opened (${String(cause)}); give the path of a SQLite file, in a directory that is there`,
      { cause },
    )
  }
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS sticky_assignments (
    attribute_name TEXT NOT NULL,
    attribute_value TEXT NOT NULL,
    assignments TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (attribute_name, attribute_value)
  ) WITHOUT ROWID`

const READ = `
  SELECT attribute_name AS name, attribute_value AS value, assignments
  FROM json_each(?) AS wanted
  JOIN sticky_assignments ON attribute_name = wanted.value ->> 0 AND attribute_value = wanted.value ->> 1`

const WRITE = `
  INSERT INTO sticky_assignments (attribute_name, attribute_value, assignments, updated_at)
  VALUES (?, ?, ?, unixepoch())
  ON CONFLICT DO UPDATE SET
    assignments = json_patch(assignments, excluded.assignments),
    updated_at = excluded.updated_at`

interface Row {
  readonly name: string
  readonly value: string
  readonly assignments: string
}

/** Documents that are written together, and the promise of their callers. */
interface Batch {
  readonly documents: Map<string, StickyDocument>
  readonly written: Promise<void>
  readonly settle: (failure?: LiveflagError) => void
}

class SqliteSticky implements SqliteStickyService {
  private readonly rows: BetterSqlite3.Statement<[string], Row>
  private readonly writeAll: BetterSqlite3.Transaction<
    (documents: Iterable<StickyDocument>) => void
  >
  private batch: Batch | undefined

  constructor(private readonly database: BetterSqlite3.Database) {
    database.pragma('journal_mode = WAL')
    // An assignment that a power cut loses is drawn again.
    database.pragma('synchronous = NORMAL')
    database.exec(TABLE)
    database.pragma('busy_timeout = 0')
    this.rows = database.prepare<[string], Row>(READ)
    const write = database.prepare<[string, string, string]>(WRITE)
    this.writeAll = database.transaction((documents: Iterable<StickyDocument>) => {
      for (const { attributeName, attributeValue, assignments } of documents)
        write.run(attributeName, attributeValue, JSON.stringify(assignments))
    })
  }

  async getAssignments(name: string, value: string): Promise<StickyDocument | undefined> {
    return this.read([[name, value]])[0]
  }

  async getAllAssignments(
    attributes: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, StickyDocument>>> {
    const found = this.read(Object.entries(attributes))
    return Object.fromEntries(
      found.map((document) => [
        documentKey(document.attributeName, document.attributeValue),
        document,
      ]),
    )
  }

  /**
   * Written after the requests of this turn of the event loop, in one transaction with everything
   * else that was saved in it.
   */
  async saveAssignments(document: StickyDocument): Promise<void> {
    if (!this.database.open)
      throw new LiveflagError(
        'LIVEFLAG_CLOSED',
        'the sticky assignments in SQLite are closed; close them after the last request',
      )
    this.batch ??= this.newBatch()
    const { documents, written } = this.batch
    const key = documentKey(document.attributeName, document.attributeValue)
    documents.set(key, merged(documents.get(key), document))
    return written
  }

  close(): void {
    if (!this.database.open) return
    this.database.pragma(`busy_timeout = ${OPENING_MS}`)
    this.flush()
    this.database.close()
  }

  private read(wanted: readonly (readonly [name: string, value: string])[]): StickyDocument[] {
    return this.rows.all(JSON.stringify(wanted)).map(({ name, value, assignments }) => ({
      attributeName: name,
      attributeValue: value,
      assignments: validAssignments(JSON.parse(assignments)) ?? {},
    }))
  }

  private newBatch(): Batch {
    let settle: Batch['settle'] = () => undefined
    const written = new Promise<void>((resolve, reject) => {
      settle = (failure) => (failure ? reject(failure) : resolve())
    })
    setImmediate(() => this.flush())
    return { documents: new Map(), written, settle }
  }

  private flush(): void {
    const { batch } = this
    this.batch = undefined
    if (!batch) return
    try {
      this.writeAll.immediate(batch.documents.values())
      batch.settle()
    } catch (cause) {
      batch.settle(
        new LiveflagError(
          'LIVEFLAG_STORE_UNAVAILABLE',
          `sticky assignments could not be written to SQLite (${messageOf(cause)}); check the file and its disk`,
          { cause },
        ),
      )
    }
  }
}
