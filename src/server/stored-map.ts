import type { Statement } from 'better-sqlite3'
import type { ServerDatabase } from './database'

interface Row {
  readonly key: string
  readonly value: string
}

/**
 * Values by key, as JSON in a table of their own. Without a database they live as long as the
 * process. What another process writes into the same file is seen at the next read.
 */
export class StoredMap<Value extends object> {
  private values = new Map<string, Value>()
  private version = -1
  private readonly table: Table | undefined

  /** @param name of the table: letters and `_` */
  constructor(database: ServerDatabase | undefined, name: string) {
    this.table = database && tableIn(database, `liveflag_${name}`)
  }

  get(key: string): Value | undefined {
    return this.current.get(key)
  }

  /** In the order in which keys were set first. */
  entries(): readonly (readonly [key: string, value: Value])[] {
    return [...this.current]
  }

  get size(): number {
    return this.current.size
  }

  set(key: string, value: Value): void {
    // Before it is there for readers: it is not, when this throws.
    this.table?.put.run(key, JSON.stringify(value))
    this.current.set(key, value)
  }

  delete(key: string): boolean {
    this.table?.remove.run(key)
    return this.current.delete(key)
  }

  private get current(): Map<string, Value> {
    const { table } = this
    if (table === undefined) return this.values
    const version = table.version.get()?.data_version ?? 0
    if (version !== this.version) {
      // Where data comes in: written by `set`.
      this.values = new Map(
        table.all.all().map(({ key, value }) => [key, JSON.parse(value) as Value]),
      )
      this.version = version
    }
    return this.values
  }
}

interface Table {
  readonly version: Statement<[], { readonly data_version: number }>
  readonly all: Statement<[], Row>
  readonly put: Statement<[string, string]>
  readonly remove: Statement<[string]>
}

function tableIn(database: ServerDatabase, name: string): Table {
  database.exec(`CREATE TABLE IF NOT EXISTS ${name} (key TEXT PRIMARY KEY, value TEXT NOT NULL)`)
  return {
    version: database.prepare('PRAGMA data_version'),
    all: database.prepare(`SELECT key, value FROM ${name} ORDER BY rowid`),
    put: database.prepare(
      `INSERT INTO ${name} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ),
    remove: database.prepare(`DELETE FROM ${name} WHERE key = ?`),
  }
}
