import type { Pool, PoolConfig } from 'pg'
import {
  badOption,
  checkOptions,
  objectWith,
  type OptionKind,
  type OptionKinds,
  TEXT,
} from '../core/options'
import type { Source } from '../core/source'
import { POSTGRES_OPTIONS, type PostgresOptions } from '../runtime/postgres-options'
import { openPostgresPool, postgresPool } from '../runtime/postgres-package'
import type { KeyStore } from './key-store'
import { KEYED_OPTIONS, type KeyedOptions, pickOptions } from './keyed/options'
import { openedSource } from './keyed/source'
import { QUERY_TEXT, type QueryKinds, readStoreUrl, shownWithKey } from './store-url'
import { listenerLogin } from './stores/postgres-login'
import { PostgresKeyStore } from './stores/postgres-store'

export { postgresMigration } from './stores/postgres-schema'

export interface PostgresKeyStoreOptions extends PostgresOptions {
  /** Which live config of the table. Default what the URL says by `?key=`, otherwise `live`. */
  readonly key?: string
  /** The schema of the table. Default the first of the search path that has one. */
  readonly schema?: string
  /**
   * The URL of the connection that listens, where the other one leads through a pooler that does not
   * keep sessions. Without a login it has that of the other one. Default the same.
   */
  readonly listenUrl?: string
}

export type PostgresSourceOptions = PostgresKeyStoreOptions & KeyedOptions

const NOT_EMPTY: OptionKind = {
  fits: (value) => typeof value === 'string' && value !== '',
  wanted: 'a text that is not empty',
}

const STORE_OPTIONS: OptionKinds<PostgresKeyStoreOptions> = {
  ...POSTGRES_OPTIONS,
  key: NOT_EMPTY,
  schema: NOT_EMPTY,
  listenUrl: TEXT,
}
const POOL = objectWith(
  ['connect', 'query', 'end'],
  'the URL of a PostgreSQL database, or a Pool of pg',
)
const SCHEMES = ['postgres', 'postgresql']
const EXAMPLE = 'postgres://user:password@host:5432/database?key=live'
/** Of libpq, and of pg. */
const PARAMETERS = [
  ...['host', 'hostaddr', 'port', 'dbname', 'user', 'password', 'passfile', 'options'],
  ...['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslpassword', 'sslnegotiation'],
  ...['sslcrl', 'sslsni', 'ssl_min_protocol_version', 'ssl_max_protocol_version'],
  ...['uselibpqcompat', 'channel_binding', 'require_auth', 'gssencmode', 'krbsrvname'],
  ...['application_name', 'fallback_application_name', 'client_encoding', 'encoding'],
  ...['connect_timeout', 'statement_timeout', 'query_timeout', 'lock_timeout'],
  ...['idle_in_transaction_session_timeout', 'keepalives', 'keepalives_idle'],
  ...['keepalives_interval', 'keepalives_count', 'tcp_user_timeout', 'target_session_attrs'],
  ...['load_balance_hosts', 'binary', 'replication'],
]
const QUERY: QueryKinds = Object.fromEntries(
  ['key', 'schema', ...PARAMETERS].map((name) => [name, QUERY_TEXT]),
)

/**
 * A live config in a table of a PostgreSQL database, version 12 or newer. Needs the package pg. A
 * reader needs the right to select, and creates nothing.
 *
 * @param database its URL, or a Pool of pg, which your application ends
 * @example
 * const source = postgres('postgres://app:secret@db.example:5432/shop?key=live', {
 *   cache: { path: '/var/cache/my-app/live.json' },
 * })
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function postgres(database: string | Pool, options: PostgresSourceOptions = {}): Source {
  checkOptions<PostgresSourceOptions>('postgres', options, { ...KEYED_OPTIONS, ...STORE_OPTIONS })
  const store = pickOptions<PostgresKeyStoreOptions>(options, STORE_OPTIONS)
  return openedSource(
    'postgres',
    () => opened('postgres', database, store),
    pickOptions<KeyedOptions>(options, KEYED_OPTIONS),
  )
}

/**
 * The store behind `postgres`, to publish to. It connects with the first call. The first write
 * creates the table when its role may; otherwise run the SQL of `postgresMigration()`.
 *
 * @example const store = postgresKeyStore('postgres://app:secret@db.example:5432/shop?key=live')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function postgresKeyStore(
  database: string | Pool,
  options: PostgresKeyStoreOptions = {},
): KeyStore {
  checkOptions('postgresKeyStore', options, STORE_OPTIONS)
  return opened('postgresKeyStore', database, options)
}

function opened(call: string, database: string | Pool, options: PostgresKeyStoreOptions): KeyStore {
  const { key, schema, listenUrl } = options
  if (typeof database !== 'string') {
    if (!POOL.fits(database)) throw badOption(call, 'database', database, POOL.wanted)
    const { options: pool } = database
    const listener = {
      ...pool,
      // pg hides it from whoever enumerates its options.
      ...(pool.password !== undefined && { password: pool.password }),
      ...(listenUrl !== undefined && listenerLogin(pool, listenUrl)),
      keepAlive: true,
    }
    const config = key ?? 'live'
    const { host = 'localhost', database: named = '' } = pool
    const name = `postgres://${host}/${named}?key=${encodeURIComponent(config)}`
    return new PostgresKeyStore({ name, config, schema, pool: database, listener, ownsPool: false })
  }
  const url = readStoreUrl(call, database, SCHEMES, EXAMPLE, QUERY)
  const config = key ?? url.query.get('key') ?? 'live'
  const settings = poolFor(database, options)
  return new PostgresKeyStore({
    name: shownWithKey(url, config),
    config,
    schema: schema ?? url.query.get('schema') ?? undefined,
    pool: openPostgresPool(call, settings),
    listener: listenerFor(settings, listenUrl),
    ownsPool: true,
  })
}

/** Without the parameters of the query that are ours. */
function poolFor(database: string, options: PostgresKeyStoreOptions): PoolConfig {
  const [address = '', query] = database.split('?', 2)
  const rest = new URLSearchParams(query)
  rest.delete('key')
  rest.delete('schema')
  const text = String(rest)
  return postgresPool(text === '' ? address : `${address}?${text}`, { poolSize: 2, ...options })
}

/** It waits for notices, so only its questions have a limit. */
const listenerFor = (pool: PoolConfig, listenUrl: string | undefined): PoolConfig => ({
  ...pool,
  ...(listenUrl !== undefined && listenerLogin(pool, listenUrl)),
})
