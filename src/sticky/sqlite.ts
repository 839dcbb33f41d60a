import type BetterSqlite3 from 'better-sqlite3'
import { LiveflagError, messageOf } from '../core/errors'
import { badOption } from '../core/options'
import type { StickyDocument, StickyService } from '../core/sticky'
import { isOfConnection, OpenedFile } from '../runtime/opened-file'
import { IN_MEMORY, loadSqlite, type SqliteDriver, sqlitePath } from '../runtime/sqlite-package'
import { documentKey } from './documents'
import { merged, mergedSaves, type Save, validAssignments } from './wanted'
import { setImmediate } from '../runtime/timers'

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
  const file = sqlitePath(path)
  if (file === undefined)
    throw badOption('sqliteStickyService', 'path', path, 'the path of a SQLite file, not a URL')
  const Driver = loadSqlite('sqliteStickyService')
  try {
    return new SqliteSticky(() => new StickyDatabase(Driver, file))
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
  ON CONFLICT DO UPDATE SET assignments = excluded.assignments, updated_at = excluded.updated_at`

interface Row {
  readonly name: string
  readonly value: string
  readonly assignments: string
}

/** Documents that are written together, and the promise of their callers. */
interface Batch {
  readonly saves: Map<string, Save>
  readonly written: Promise<void>
  readonly settle: (failure?: LiveflagError) => void
}

/** An open database, and its statements. */
class StickyDatabase {
  private readonly database: BetterSqlite3.Database
  private readonly file: OpenedFile | undefined
  private readonly rows: BetterSqlite3.Statement<[string], Row>
  private readonly writeAll: BetterSqlite3.Transaction<(saves: Iterable<Save>) => void>

  constructor(Driver: SqliteDriver, path: string) {
    const database = new Driver(path, { timeout: OPENING_MS })
    this.database = database
    try {
      database.pragma('journal_mode = WAL')
      // An assignment that a power cut loses is drawn again.
      database.pragma('synchronous = NORMAL')
      database.exec(TABLE)
      database.pragma('busy_timeout = 0')
      this.rows = database.prepare<[string], Row>(READ)
      const write = database.prepare<[string, string, string]>(WRITE)
      this.writeAll = database.transaction((saves: Iterable<Save>) => {
        for (const { document, loaded } of saves) {
          const { attributeName: name, attributeValue: value } = document
          const [stored] = this.read([[name, value]])
          const { assignments } = merged(stored && documentOf(stored), document, loaded)
          write.run(name, value, JSON.stringify(assignments))
        }
      })
    } catch (error) {
      database.close()
      throw error
    }
    this.file = path === IN_MEMORY ? undefined : new OpenedFile(path)
  }

  get isInMemory(): boolean {
    return this.file === undefined
  }

  isAtPath(): boolean {
    return this.file?.isAtPath() ?? true
  }

  read(wanted: readonly (readonly [name: string, value: string])[]): readonly Row[] {
    return this.rows.all(JSON.stringify(wanted))
  }

  write(saves: Iterable<Save>): void {
    this.writeAll.immediate(saves)
  }

  /** From now on, calls wait for a lock. */
  waitForLocks(): void {
    this.database.pragma(`busy_timeout = ${OPENING_MS}`)
  }

  close(): void {
    if (this.file) this.file.close(this.database)
    else this.database.close()
  }
}

class SqliteSticky implements SqliteStickyService {
  /** Undefined when the file was lost, until the next call opens it again. */
  private database: StickyDatabase | undefined
  private batch: Batch | undefined
  private isClosed = false

  constructor(private readonly open: () => StickyDatabase) {
    this.database = open()
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
  async saveAssignments(document: StickyDocument, loaded?: StickyDocument): Promise<void> {
    if (this.isClosed) throw closed()
    this.batch ??= this.newBatch()
    const { saves, written } = this.batch
    const key = documentKey(document.attributeName, document.attributeValue)
    saves.set(key, mergedSaves(saves.get(key), { document, loaded }))
    return written
  }

  close(): void {
    if (this.isClosed) return
    if (this.batch) this.database?.waitForLocks()
    this.flush()
    this.isClosed = true
    this.database?.close()
  }

  private read(wanted: readonly (readonly [name: string, value: string])[]): StickyDocument[] {
    return this.atPath((database) => database.read(wanted)).map(documentOf)
  }

  /**
   * Nothing that was written to a file which is no longer at the path is acknowledged, and nothing
   * that was read from it is returned.
   */
  private atPath<T>(work: (database: StickyDatabase) => T): T {
    if (this.isClosed) throw closed()
    const database = (this.database ??= this.open())
    try {
      const result = work(database)
      if (database.isAtPath()) return result
    } catch (error) {
      if (database.isAtPath()) {
        if (isOfConnection(error)) this.disconnect(database)
        throw error
      }
    }
    this.disconnect(database)
    throw new LiveflagError(
      'LIVEFLAG_STORE_UNAVAILABLE',
      'the SQLite file of sticky assignments was deleted, moved or replaced while it was open; the next call opens it again',
    )
  }

  /** The next call opens it again. A database in memory ends with its connection, so it stays. */
  private disconnect(database: StickyDatabase): void {
    if (database.isInMemory) return
    this.database = undefined
    database.close()
  }

  private newBatch(): Batch {
    let settle: Batch['settle'] = () => undefined
    const written = new Promise<void>((resolve, reject) => {
      settle = (failure) => (failure ? reject(failure) : resolve())
    })
    setImmediate(() => this.flush())
    return { saves: new Map(), written, settle }
  }

  private flush(): void {
    const { batch } = this
    this.batch = undefined
    if (!batch) return
    try {
      this.atPath((database) => database.write(batch.saves.values()))
      batch.settle()
    } catch (cause) {
      batch.settle(cause instanceof LiveflagError ? cause : notWritten(cause))
    }
  }
}

const documentOf = ({ name, value, assignments }: Row): StickyDocument => ({
  attributeName: name,
  attributeValue: value,
  assignments: validAssignments(JSON.parse(assignments)) ?? {},
})

const closed = (): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_CLOSED',
    'the sticky assignments in SQLite are closed; close them after the last request',
  )

const notWritten = (cause: unknown): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_STORE_UNAVAILABLE',
    `sticky assignments could not be written to SQLite (${messageOf(cause)}); check the file and its disk`,
    { cause },
  )
