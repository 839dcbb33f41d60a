import type { Role } from './admin/contract'

/**
 * What a token may do. `none`: a route that needs no token. `write`: sends events, and edits nothing.
 * Roles are those of the dashboard: a token that may `read` is a viewer, too.
 */
export type Scope = 'none' | 'evaluate' | 'read' | 'write' | Role

/**
 * How a caller is known: by a token in a header, a session's cookie, a header of a trusted proxy, the
 * application's `authenticate`, or by nothing but the address.
 */
export type KnownBy = 'token' | 'session' | 'proxy' | 'application' | 'address'

/** Who asks. */
export interface Principal {
  /** The token's name; undefined for the anonymous caller. */
  readonly name: string | undefined
  readonly scopes: ReadonlySet<Scope>
  /** A client-side key: it sees entries with `client: true` only. */
  readonly clientOnly: boolean
  /** The environment that the token is for, when it is for one. */
  readonly environment: string | undefined
}
