import type { Role, User } from './admin/contract'
import type { KnownBy, Principal, Scope } from './principal'

/** In rising order. */
export const ROLES: readonly Role[] = ['viewer', 'editor', 'approver', 'admin']

const EDITOR: readonly Scope[] = ['viewer', 'editor', 'read']

/**
 * What else a scope allows. `write` is for events of applications, and no role of people: an
 * application that may send events cannot edit what is live, and an editor not the figures.
 */
const IMPLIED: Readonly<Record<Scope, readonly Scope[]>> = {
  none: [],
  evaluate: [],
  read: ['viewer'],
  write: [],
  viewer: ['read'],
  editor: EDITOR,
  approver: EDITOR,
  admin: [...EDITOR, 'approver', 'evaluate', 'write'],
}

/** The scopes with all that they imply; `none` is everybody's. */
export const withImplied = (scopes: Iterable<Scope>): ReadonlySet<Scope> =>
  new Set<Scope>(['none', ...[...scopes].flatMap((scope) => [scope, ...(IMPLIED[scope] ?? [])])])

/** Who asks, by name and roles; undefined of somebody who has none. */
export function userOf(
  { name, scopes }: Pick<Principal, 'name' | 'scopes'>,
  knownBy: KnownBy | undefined,
): User | undefined {
  const roles = ROLES.filter((role) => scopes.has(role))
  if (knownBy === undefined || roles.length === 0) return undefined
  return { name: storable(name ?? (scopes.has('admin') ? 'local' : 'anonymous')), roles }
}

const LONGEST_NAME = 200

/** An application may call people anything; names are stored, and shown beside those of others. */
const storable = (name: string): string =>
  name.slice(0, LONGEST_NAME).replace(/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/gu, '\uFFFD')
