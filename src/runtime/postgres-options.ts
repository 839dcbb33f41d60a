import { LiveflagError } from '../core/errors'
import { ANYTHING, type OptionKinds, TEXT, wholeNumberFrom } from '../core/options'
import { isTorn } from './torn-url'

/** How a part of liveflag uses a PostgreSQL database. */
export interface PostgresOptions {
  /** Connections at most. Default 4. */
  readonly poolSize?: number
  /** How long to wait for a new connection, or for a free one. Default 2000. */
  readonly connectTimeoutMs?: number
  /**
   * How long a statement may take, waiting for locks included. A connection that does not answer for
   * a second longer is closed. Default 5000.
   */
  readonly statementTimeoutMs?: number
  /** The options of node:tls. Default: what `sslmode` in the URL says. */
  readonly ssl?: boolean | object
  /** The name in `pg_stat_activity`. Default liveflag. */
  readonly applicationName?: string
}

const POSITIVE_INTEGER_MS = wholeNumberFrom(1, 'whole milliseconds above 0')

export const POSTGRES_OPTIONS: OptionKinds<PostgresOptions> = {
  ssl: ANYTHING,
  applicationName: TEXT,
  poolSize: wholeNumberFrom(1, 'a whole number above 0'),
  connectTimeoutMs: POSITIVE_INTEGER_MS,
  statementTimeoutMs: POSITIVE_INTEGER_MS,
}

/**
 * Host and database of a URL, without its password.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, without the URL
 */
export function postgresName(call: string, url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^postgres(ql)?:$/.test(parsed.protocol) && !isTorn(parsed))
    return `PostgreSQL ${parsed.host}${parsed.pathname}`
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${call}: this is no URL of a PostgreSQL database; give one such as postgres://user:password@host:5432/database`,
  )
}
