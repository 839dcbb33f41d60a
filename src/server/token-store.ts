import type BetterSqlite3 from 'better-sqlite3'
import { LiveflagError, shown } from '../core/errors'
import { isText } from '../core/options'
import { newToken, SCOPES, type TokenScope } from './auth/token'
import { openDatabase, type ServerDatabase } from './database'

/** A token as it is stored: everything but the token. */
export interface TokenRow {
  /** By which it is revoked, too. */
  readonly id: string
  readonly name: string
  /** SHA-256 of the token. */
  readonly hash: Buffer
  readonly scopes: readonly TokenScope[]
  /**
   * True: it is sent to browsers, so it sees entries with `client: true` alone, and what protocols
   * have for browsers.
   */
  readonly client: boolean
  /** Undefined: it is for every environment. */
  readonly environment: string | undefined
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly revokedAt: number | undefined
}

export interface TokenRequest {
  readonly name: string
  /** Default `evaluate`. */
  readonly scopes?: readonly string[]
  readonly client?: boolean
  readonly environment?: string | undefined
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS liveflag_tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    scopes TEXT NOT NULL,
    client INTEGER NOT NULL,
    environment TEXT,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
  )`

interface Stored {
  readonly id: string
  readonly name: string
  readonly hash: Buffer
  readonly scopes: string
  readonly client: number
  readonly environment: string | null
  readonly created_at: number
  readonly revoked_at: number | null
}

/**
 * Tokens in a SQLite file that processes may share. Needs the package better-sqlite3. The token
 * itself is stored nowhere.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when the file cannot be opened
 */
export class TokenStore {
  readonly database: ServerDatabase
  private readonly version: BetterSqlite3.Statement<[], { readonly data_version: number }>
  private cached: { readonly version: number; readonly rows: readonly TokenRow[] } | undefined

  constructor(path: string, neededBy: string) {
    this.database = openDatabase(path, neededBy)
    this.database.exec(TABLE)
    this.version = this.database.prepare('PRAGMA data_version')
  }

  /**
   * Every token, revoked ones included, in the order in which they were made. Reads the table only
   * when the database has changed since the last call, so a revoked token is refused at once.
   */
  rows(): readonly TokenRow[] {
    const version = this.version.get()?.data_version ?? 0
    if (this.cached?.version !== version)
      this.cached = {
        version,
        rows: this.database
          .prepare<[], Stored>('SELECT * FROM liveflag_tokens ORDER BY created_at, rowid')
          .all()
          .map(rowOf),
      }
    return this.cached.rows
  }

  /**
   * @returns the token, which cannot be read again
   * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
   */
  create(
    { name, scopes = ['evaluate'], client = false, environment }: TokenRequest,
    now: number,
  ): { readonly id: string; readonly token: string } {
    checkRequest(name, scopes, client)
    if (this.active(name))
      throw bad(`there is a token ${shown(name)} already; revoke it, or give another name`)
    const { id, token, hash } = newToken()
    this.database
      .prepare('INSERT INTO liveflag_tokens VALUES (?, ?, ?, ?, ?, ?, ?, NULL)')
      .run(id, name, hash, JSON.stringify(scopes), client ? 1 : 0, environment ?? null, now)
    this.cached = undefined
    return { id, token }
  }

  /** By name or id. False when there is no such token that is not revoked. */
  revoke(nameOrId: string, now: number): boolean {
    const found = this.active(nameOrId)
    if (found === undefined) return false
    this.database
      .prepare('UPDATE liveflag_tokens SET revoked_at = ? WHERE id = ?')
      .run(now, found.id)
    this.cached = undefined
    return true
  }

  close(): void {
    this.database.close()
  }

  private active(nameOrId: string): TokenRow | undefined {
    return this.rows().find(
      ({ id, name, revokedAt }) =>
        revokedAt === undefined && (name === nameOrId || id === nameOrId),
    )
  }
}

function rowOf(stored: Stored): TokenRow {
  const { id, name, hash, environment, client } = stored
  return {
    id,
    name,
    hash,
    // Where data comes in: written by `create`.
    scopes: JSON.parse(stored.scopes) as readonly TokenScope[],
    client: client === 1,
    environment: environment ?? undefined,
    createdAt: stored.created_at,
    revokedAt: stored.revoked_at ?? undefined,
  }
}

function checkRequest(name: string, scopes: readonly string[], client: boolean): void {
  if (!isText(name) || !/^[\w.@-]{1,64}$/.test(name))
    throw bad(`the name is ${shown(name)}; give up to 64 letters, digits and . _ @ -`)
  const unknown = scopes.find((scope) => !SCOPES.some((known) => known === scope))
  if (unknown !== undefined || scopes.length === 0)
    throw bad(`the scope is ${shown(unknown ?? 'empty')}; give some of ${SCOPES.join(', ')}`)
  const forbidden = client && scopes.find((scope) => scope !== 'evaluate' && scope !== 'read')
  if (forbidden)
    throw bad(`a client-side token is public, so it cannot have the scope ${forbidden}`)
}

const bad = (message: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_BAD_OPTION', `token: ${message}`)
