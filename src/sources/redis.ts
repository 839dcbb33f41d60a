import type { Cluster, Redis } from 'ioredis'
import {
  badOption,
  checkOptions,
  isObject,
  objectWith,
  type OptionKind,
  type OptionKinds,
  TIMEOUT_MS,
} from '../core/options'
import type { Source } from '../core/source'
import type { KeyStore } from './key-store'
import { KEYED_OPTIONS, type KeyedOptions, pickOptions } from './keyed/options'
import { openedSource } from './keyed/source'
import {
  QUERY_FLAG,
  QUERY_TEXT,
  type QueryKinds,
  readStoreUrl,
  shownWithKey,
  type StoreUrl,
} from './store-url'
import { GivenConnection, ownConnection } from './stores/redis-connection'
import { RedisKeyStore } from './stores/redis-store'
import { tlsOfQuery } from './stores/tls'

export interface RedisStoreOptions {
  /** The key of the live config. Default what the URL says by `?key=`, otherwise `live`. */
  readonly key?: string
  /** The options of node:tls, for a private certificate authority or a client certificate. */
  readonly tls?: object
  /** The user at the Sentinels, which have users of their own. Default what the URL says, or none. */
  readonly sentinelUser?: string
  /** The password at the Sentinels. Default what the URL says by `?sentinelPassword=`, or none. */
  readonly sentinelPassword?: string
  /** How long to wait for a connection. Default 2000. */
  readonly connectTimeoutMs?: number
  /** How long a command may take. Default 5000. */
  readonly commandTimeoutMs?: number
}

export type RedisSourceOptions = RedisStoreOptions & KeyedOptions

const NOT_EMPTY: OptionKind = {
  fits: (value) => typeof value === 'string' && value !== '',
  wanted: 'a text that is not empty',
}

const STORE_OPTIONS: OptionKinds<RedisStoreOptions> = {
  key: NOT_EMPTY,
  tls: { fits: isObject, wanted: 'the options of node:tls' },
  sentinelUser: NOT_EMPTY,
  sentinelPassword: { ...NOT_EMPTY, isSecret: true },
  connectTimeoutMs: TIMEOUT_MS,
  commandTimeoutMs: TIMEOUT_MS,
}
const QUERY: QueryKinds = {
  key: QUERY_TEXT,
  sentinel: QUERY_TEXT,
  sentinelUser: QUERY_TEXT,
  sentinelPassword: { ...QUERY_TEXT, isSecret: true },
  cluster: QUERY_FLAG,
  tls: QUERY_FLAG,
  ca: QUERY_TEXT,
}
const CLIENT = objectWith(
  ['getBuffer', 'eval', 'duplicate'],
  'the URL of a Redis server, or a client of ioredis',
)
const SCHEMES = ['redis', 'rediss']
const EXAMPLE = 'redis://user:password@host:6379/0?key=live'

/**
 * The live config under a key of Redis: as text, such as `redis-cli get live` shows it. Needs the
 * package ioredis.
 *
 * @param redis the URL of a server, `?sentinel=NAME` or `?cluster=true` behind several hosts; or a
 * client of ioredis, which your application closes
 * @example
 * const source = redis('redis://cache.example:6379/0?key=live', {
 *   cache: { path: '/var/cache/my-app/live.json' },
 * })
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function redis(redis: string | Redis | Cluster, options: RedisSourceOptions = {}): Source {
  checkOptions<RedisSourceOptions>('redis', options, { ...KEYED_OPTIONS, ...STORE_OPTIONS })
  const store = pickOptions<RedisStoreOptions>(options, STORE_OPTIONS)
  return openedSource(
    'redis',
    () => opened('redis', redis, store),
    pickOptions<KeyedOptions>(options, KEYED_OPTIONS),
  )
}

/**
 * The store behind `redis`, to publish to. It connects with the first call.
 *
 * @example const store = redisKeyStore('redis://cache.example:6379/0?key=live')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function redisKeyStore(
  redis: string | Redis | Cluster,
  options: RedisStoreOptions = {},
): KeyStore {
  checkOptions('redisKeyStore', options, STORE_OPTIONS)
  return opened('redisKeyStore', redis, options)
}

function opened(
  call: string,
  redis: string | Redis | Cluster,
  { key, connectTimeoutMs = 2000, commandTimeoutMs = 5000, ...options }: RedisStoreOptions,
): KeyStore {
  if (typeof redis === 'string') {
    const url = readStoreUrl(call, redis, SCHEMES, EXAMPLE, QUERY)
    checkHosts(call, url)
    checkTls(call, url)
    const tls = options.tls ?? tlsOfQuery(call, url.query, ['ca'])
    const connection = ownConnection(call, url, {
      ...options,
      ...(tls && { tls }),
      connectTimeoutMs,
      commandTimeoutMs,
    })
    const named = key ?? url.query.get('key') ?? 'live'
    return new RedisKeyStore(shownWithKey(url, named), named, connection)
  }
  if (!CLIENT.fits(redis)) throw badOption(call, 'redis', redis, CLIENT.wanted)
  const named = key ?? 'live'
  return new RedisKeyStore(nameOfClient(redis, named), named, new GivenConnection(redis))
}

function checkHosts(call: string, { hosts, path, query }: StoreUrl): void {
  if (!/^(?:\/\d*)?$/.test(path))
    throw badOption(call, 'the database', path.slice(1), 'a number, as in /0')
  if (hosts.length === 0) throw badOption(call, 'the host', '', 'one, as in redis://localhost:6379')
  const isCluster = query.get('cluster') === 'true'
  if (isCluster && query.has('sentinel'))
    throw badOption(call, 'cluster in the URL', 'true', 'either it or sentinel')
  if (hosts.length > 1 && !query.has('sentinel') && !isCluster)
    throw badOption(
      call,
      'the host',
      hosts.map(({ host }) => host).join(','),
      'one, or add ?sentinel=NAME or ?cluster=true',
    )
}

/** The scheme alone says whether it is TLS: a parameter that says otherwise is not passed over. */
function checkTls(call: string, { scheme, query }: StoreUrl): void {
  const isSecure = scheme === 'rediss'
  if (query.has('ca') && !isSecure)
    throw badOption(call, 'ca in the URL', query.get('ca'), 'it with rediss:, which is TLS')
  const tls = query.get('tls')
  if (tls !== null && (tls === 'true') !== isSecure)
    throw badOption(call, 'tls in the URL', tls, 'rediss: for TLS, or redis: for none')
}

function nameOfClient(client: Redis | Cluster, key: string): string {
  const suffix = `?key=${encodeURIComponent(key)}`
  if ('nodes' in client) return `redis://cluster/${suffix}`
  const { host = 'localhost', port = 6379, db = 0, name } = client.options
  return `redis://${name ?? `${host}:${port}`}/${db}${suffix}`
}
