import { badOption, checkOptions, isText, objectWith, TEXT, TIMEOUT_MS } from '../core/options'
import type { Source } from '../core/source'
import type { KeyStore } from './key-store'
import type { KeyedOptions } from './keyed/options'
import { EtcdKeyStore } from './stores/etcd'
import { type EtcdClient, type EtcdSettings, ownEtcd } from './stores/etcd-client'
import { addressOf, readStoreUrl } from './store-url'
import { storeSource } from './stores/store-source'
import { type StoreTls, TLS, TLS_QUERY, tlsOfQuery } from './stores/tls'

export type { EtcdClient } from './stores/etcd-client'
export type { StoreTls } from './stores/tls'

export interface EtcdStoreOptions {
  /** The key of the text. Default: the path of the URL, without its first `/`. */
  readonly key?: string
  /** Certificates, or `true` for those that Node trusts. Default: as the URL says. */
  readonly tls?: StoreTls | true
  /** How long a call may take. Default 5000. */
  readonly timeoutMs?: number
}

const EXAMPLE = 'etcd://user:password@host:2379,other:2379/live'
const DEFAULT_TIMEOUT_MS = 5000
const CLIENT = objectWith(['close'], `a URL such as ${EXAMPLE}, or a client of etcd3`)

const KINDS = { key: TEXT, tls: TLS, timeoutMs: TIMEOUT_MS }

/** Options of the source: its store's, and those of every source that reads a store. */
export interface EtcdSourceOptions extends EtcdStoreOptions, KeyedOptions {}

/**
 * A live config in etcd. A change is in force at once; see docs/key-stores.md.
 *
 * @param at its URL, or a client of etcd3, which stays open when the source is closed
 * @example
 * const source = etcd('etcd://localhost:2379/live', { cache: { path: '/var/cache/my-app/live.json' } })
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export const etcd = (at: string | EtcdClient, options: EtcdSourceOptions = {}): Source =>
  storeSource<EtcdStoreOptions>('etcd', options, KINDS, (own) => open('etcd', at, own))

/**
 * The keys of one live config in etcd: its text under `key`, and what liveflag keeps beside it under
 * `key/`. A client that is given stays open when the store is closed.
 *
 * @example
 * const store = etcdKeyStore('etcd://localhost:2379/live')
 * const stored = await store.get('')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function etcdKeyStore(at: string | EtcdClient, options: EtcdStoreOptions = {}): KeyStore {
  checkOptions('etcdKeyStore', options, KINDS)
  return open('etcdKeyStore', at, options)
}

function open(call: string, at: string | EtcdClient, options: EtcdStoreOptions): KeyStore {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  if (isText(at)) {
    const settings = settingsOf(call, at, options, timeoutMs)
    const { name, key } = settings
    return new EtcdKeyStore({ name, key, timeoutMs, client: ownEtcd(call, settings), isOwn: true })
  }
  if (!CLIENT.fits(at)) throw badOption(call, 'the first argument', at, CLIENT.wanted)
  const key = keyOf(call, options.key)
  return new EtcdKeyStore({ name: `etcd:${key}`, key, timeoutMs, client: at, isOwn: false })
}

function settingsOf(
  call: string,
  url: string,
  options: EtcdStoreOptions,
  timeoutMs: number,
): EtcdSettings {
  const read = readStoreUrl(call, url, ['etcd'], EXAMPLE, TLS_QUERY)
  const { hosts, user, password, path, query, shown } = read
  const tls = options.tls ?? tlsOfQuery(call, query)
  return {
    name: shown,
    key: keyOf(call, options.key ?? path.replace(/^\//, '')),
    hosts: hosts.map((host) => addressOf(host, 2379)),
    timeoutMs,
    ...(user !== undefined && { login: { username: user, password: password ?? '' } }),
    ...(tls && { tls: tls === true ? {} : tls }),
  }
}

function keyOf(call: string, key: string | undefined): string {
  if (key) return key
  throw badOption(call, 'key', key ?? '', `the key of the live config, as in ${EXAMPLE}`)
}
