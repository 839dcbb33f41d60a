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
import { readStoreUrl, shownWithKey, type StoreUrl } from './store-url'
import { GivenConnection, ownConnection } from './stores/redis-connection'
import { RedisKeyStore } from './stores/redis-store'

export interface RedisStoreOptions {
  /** The key of the live config. Default what the URL says by `?key=`, otherwise `live`. */
  readonly key?: string
  /** The options of node:tls, for a private certificate authority or a client certificate. */
  readonly tls?: object
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
  connectTimeoutMs: TIMEOUT_MS,
  commandTimeoutMs: TIMEOUT_MS,
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
  { key, tls, connectTimeoutMs = 2000, commandTimeoutMs = 5000 }: RedisStoreOptions,
): KeyStore {
  if (typeof redis === 'string') {
    const url = readStoreUrl(call, redis, SCHEMES, EXAMPLE)
    checkHosts(call, url)
    const connection = ownConnection(call, url, { tls, connectTimeoutMs, commandTimeoutMs })
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
  if (hosts.length > 1 && !query.has('sentinel') && !query.has('cluster'))
    throw badOption(
      call,
      'the host',
      hosts.map(({ host }) => host).join(','),
      'one, or add ?sentinel=NAME or ?cluster=true',
    )
}

function nameOfClient(client: Redis | Cluster, key: string): string {
  const suffix = `?key=${encodeURIComponent(key)}`
  if ('nodes' in client) return `redis://cluster/${suffix}`
  const { host = 'localhost', port = 6379, db = 0, name } = client.options
  return `redis://${name ?? `${host}:${port}`}/${db}${suffix}`
}
