import { LiveflagError } from '../../core/errors'
import { ROLES } from '../../server/roles'
import { TokenStore, type TokenRow } from '../../server/token-store'
import { complain, Output } from '../output'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { USUAL_DB } from '../server-settings'
import { table } from '../table'

export interface TokenFlags {
  readonly db?: string
  readonly json?: boolean
}

export interface CreateFlags extends TokenFlags {
  readonly scope?: string
  readonly role?: string
  readonly client?: boolean
  readonly environment?: string
}

/** `liveflag token create`: prints the token, once. */
export async function createToken(
  name: string,
  { scope, role, client = false, environment, ...flags }: CreateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const scopes = scopesIn(scope ?? (role === undefined ? 'evaluate' : ''), role)
  return withStore(flags, terminal, (store, output) => {
    const made = store.create({ name, scopes, client, environment }, terminal.now().getTime())
    if (flags.json) output.document({ id: made.id, name, scopes, client, token: made.token })
    else output.line(made.token)
    return OK
  })
}

function scopesIn(scope: string, role: string | undefined): readonly string[] {
  if (role !== undefined && !ROLES.some((one) => one === role))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `token: --role is ${JSON.stringify(role)}; give one of ${ROLES.join(', ')}`,
    )
  const scopes = scope === '' ? [] : scope.split(',').map((one) => one.trim())
  return role === undefined ? scopes : [...scopes, role]
}

/** `liveflag token list`: everything but the tokens. */
export async function listTokens(flags: TokenFlags, terminal: Terminal): Promise<ExitCode> {
  return withStore(flags, terminal, (store, output) => {
    const rows = store.rows()
    if (flags.json) output.document(rows.map(shown))
    else if (rows.length === 0) output.line('there is no token')
    else
      output.lines(
        table(
          [['ID', 'NAME', 'SCOPES', 'ENVIRONMENT', 'CREATED', 'REVOKED'], ...rows.map(cells)],
          [0, 1, 2, 3, 4, 5],
        ),
      )
    return OK
  })
}

/** `liveflag token revoke`: from now on it is refused, by servers that run, too. */
export async function revokeToken(
  nameOrId: string,
  flags: TokenFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  return withStore(flags, terminal, (store, output) => {
    const isRevoked = store.revoke(nameOrId, terminal.now().getTime())
    if (flags.json) output.document({ revoked: isRevoked })
    else if (isRevoked) output.line(`${nameOrId} is revoked`)
    else complain(terminal, `there is no token ${nameOrId}; see liveflag token list`)
    return isRevoked ? OK : PROBLEMS
  })
}

function withStore(
  { db }: TokenFlags,
  terminal: Terminal,
  use: (store: TokenStore, output: Output) => ExitCode,
): ExitCode {
  const path = db ?? terminal.env['LIVEFLAG_DB'] ?? USUAL_DB
  if (path === ':memory:')
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'token: --db is :memory:, which ends with this command; give a file',
    )
  const store = new TokenStore(path, 'token')
  try {
    return use(store, new Output(terminal))
  } finally {
    store.close()
  }
}

const scopesOf = ({ scopes, client }: TokenRow): string =>
  `${scopes.join(',')}${client ? ' (client)' : ''}`

const cells = (row: TokenRow): string[] => [
  row.id,
  row.name,
  scopesOf(row),
  row.environment ?? '',
  date(row.createdAt) ?? '',
  date(row.revokedAt) ?? '',
]

const shown = ({
  id,
  name,
  scopes,
  client,
  environment,
  createdAt,
  revokedAt,
}: TokenRow): object => ({
  id,
  name,
  scopes,
  client,
  environment: environment ?? null,
  created_at: date(createdAt),
  revoked_at: date(revokedAt) ?? null,
})

const date = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString()
