import { badOption, checkOptions, type OptionKind, isText, TIMEOUT_MS } from '../core/options'
import type { Source } from '../core/source'
import type { KeyStore } from './key-store'
import type { KeyedOptions } from './keyed/options'
import { QUERY_TEXT, readStoreUrl } from './store-url'
import { storeSource } from './stores/store-source'
import { type StoreTls, TLS, TLS_QUERY, tlsOfQuery } from './stores/tls'
import { type ZooKeeperKeys, ZooKeeperKeyStore } from './stores/zookeeper'
import type { ZooKeeperAcl } from './stores/zookeeper-client'

export type { StoreTls } from './stores/tls'

export interface ZooKeeperStoreOptions {
  /** Certificates, or `true` for those that Node trusts. Default: as the URL says. */
  readonly tls?: StoreTls | true
  /**
   * Of the nodes that are made, as zkCli.sh writes it: `auth::cdrwa,world:anyone:r`. Default: only
   * the user of the URL; without a user, everybody.
   */
  readonly acl?: string
  /** How long a call may take. Default 5000. */
  readonly timeoutMs?: number
  /** After how long without a word ZooKeeper ends a session. Default 30 000. */
  readonly sessionTimeoutMs?: number
}

const EXAMPLE = 'zookeeper://user:password@host:2181,other:2181/config/live'
const ACL_WANTED = 'a list such as auth::cdrwa,world:anyone:r'
const PERMISSIONS = 'rwcda'
const ACL: OptionKind = {
  fits: (value) => isText(value) && readAcl(value) !== undefined,
  wanted: ACL_WANTED,
}

const KINDS = { tls: TLS, acl: ACL, timeoutMs: TIMEOUT_MS, sessionTimeoutMs: TIMEOUT_MS }
const QUERY = { ...TLS_QUERY, acl: QUERY_TEXT }

/** Options of the source: its store's, and those of every source that reads a store. */
export interface ZooKeeperSourceOptions extends ZooKeeperStoreOptions, KeyedOptions {}

/**
 * A live config in a node of ZooKeeper, such as r2's `/config/live`. A change is in force at once; see
 * docs/key-stores.md.
 *
 * @example
 * const source = zooKeeper('zookeeper://localhost:2181/config/live')
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export const zooKeeper = (url: string, options: ZooKeeperSourceOptions = {}): Source =>
  storeSource<ZooKeeperStoreOptions>('zooKeeper', options, KINDS, (own) =>
    open('zooKeeper', url, own),
  )

/**
 * The keys of one live config in ZooKeeper: its text in the node of the URL's path, as in r2's
 * `/config/live`, and what liveflag keeps beside it below a node of the same name with `.liveflag`.
 *
 * @example
 * const store = zooKeeperKeyStore('zookeeper://localhost:2181/config/live')
 * const stored = await store.get('')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function zooKeeperKeyStore(url: string, options: ZooKeeperStoreOptions = {}): KeyStore {
  checkOptions('zooKeeperKeyStore', options, KINDS)
  return open('zooKeeperKeyStore', url, options)
}

const open = (call: string, url: string, options: ZooKeeperStoreOptions): KeyStore =>
  new ZooKeeperKeyStore(settingsOf(call, url, options))

function settingsOf(call: string, url: string, options: ZooKeeperStoreOptions): ZooKeeperKeys {
  const { hosts, user, password, path, query, shown } = readStoreUrl(
    call,
    url,
    ['zookeeper'],
    EXAMPLE,
    QUERY,
  )
  if (!/^(\/[^/\0]+)+$/.test(path) || /\/\.\.?(\/|$)/.test(path))
    throw badOption(call, 'the path', path, `the path of a node, as in ${EXAMPLE}`)
  const { timeoutMs = 5000, sessionTimeoutMs = 30_000 } = options
  const tls = options.tls ?? tlsOfQuery(call, query)
  const acl =
    options.acl ?? query.get('acl') ?? (user === undefined ? 'world:anyone:cdrwa' : 'auth::cdrwa')
  return {
    name: shown,
    path,
    hosts: hosts.length > 0 ? hosts : [{ host: '127.0.0.1' }],
    call,
    timeoutMs,
    sessionTimeoutMs,
    acl: readAcl(acl) ?? wrongAcl(call, acl),
    ...(user !== undefined && { digest: `${user}:${password ?? ''}` }),
    ...(tls && { tls: tls === true ? {} : tls }),
  }
}

function wrongAcl(call: string, acl: string): never {
  throw badOption(call, 'acl in the URL', acl, ACL_WANTED)
}

/** Undefined when it is no list. An id may hold colons. */
function readAcl(text: string): readonly ZooKeeperAcl[] | undefined {
  const parts = text.split(',').map((part) => /^(\w+):(.*):([cdrwa]+)$/.exec(part))
  const read = parts.flatMap((part) => {
    const [, scheme = '', id = '', letters = ''] = part ?? []
    const permission = [...letters].reduce(
      (sum, letter) => sum | (1 << PERMISSIONS.indexOf(letter)),
      0,
    )
    return part ? [{ permission, id: { scheme, id } }] : []
  })
  return read.length === parts.length ? read : undefined
}
