/* eslint-disable @typescript-eslint/no-require-imports -- each store is loaded by the first who uses it */
import { badOption } from '../core/options'
import type { Source } from '../core/source'
import type * as Etcd from './etcd'
import type { KeyStore } from './key-store'
import type { KeyedOptions } from './keyed/options'
import { openedSource } from './keyed/source'
import type * as Memory from './memory-key-store'
import type * as Postgres from './postgres'
import type * as Redis from './redis'
import type * as Nats from './nats'
import type * as S3 from './s3'
import { readStoreUrl, schemeOf } from './store-url'
import type * as ZooKeeper from './zookeeper'

/** One kind of store. */
export interface StoreKind {
  /** Of its URLs, without the colon. */
  readonly schemes: readonly string[]
  readonly example: string
  open(url: string): KeyStore
}

/** Every kind of store. */
export const STORE_KINDS: readonly StoreKind[] = [
  {
    schemes: ['redis', 'rediss'],
    example: 'redis://user:password@host:6379/0?key=live',
    open: (url) => {
      const { redisKeyStore } = require('./redis') as typeof Redis
      return redisKeyStore(url)
    },
  },
  {
    schemes: ['etcd'],
    example: 'etcd://host:2379/live',
    open: (url) => (require('./etcd') as typeof Etcd).etcdKeyStore(url),
  },
  {
    schemes: ['zookeeper'],
    example: 'zookeeper://host:2181/config/live',
    open: (url) => (require('./zookeeper') as typeof ZooKeeper).zooKeeperKeyStore(url),
  },
  {
    schemes: ['nats'],
    example: 'nats://host:4222/BUCKET/live',
    open: (url) => (require('./nats') as typeof Nats).natsKeyStore(url),
  },
  {
    schemes: ['s3'],
    example: 's3://BUCKET/live.yaml?region=eu-central-1',
    open: (url) => (require('./s3') as typeof S3).s3KeyStore(url),
  },
  {
    schemes: ['postgres', 'postgresql'],
    example: 'postgres://user:password@host:5432/database?key=live',
    open: (url) => (require('./postgres') as typeof Postgres).postgresKeyStore(url),
  },
  {
    schemes: ['memory'],
    example: 'memory:NAME',
    open: (url) => {
      const { path } = readStoreUrl('openKeyStore', url, ['memory'], 'memory:NAME')
      const { memoryKeyStore } = require('./memory-key-store') as typeof Memory
      return memoryKeyStore({ name: path })
    },
  },
]

const kindOf = (url: string): StoreKind | undefined =>
  STORE_KINDS.find(({ schemes }) => schemes.includes(schemeOf(url) ?? ''))

/** Whether a text is a URL of a store, by its scheme alone. */
export const isStoreUrl = (url: string): boolean => kindOf(url) !== undefined

/**
 * Opens the store of a URL. It connects when it is used.
 *
 * @example const store = openKeyStore('redis://localhost:6379/0?key=live')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function openKeyStore(url: string): KeyStore {
  return openBy('openKeyStore', url)
}

/**
 * The live config in the store of a URL.
 *
 * @example const source = openKeySource('redis://localhost:6379/0?key=live', { cache: { path } })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export const openKeySource = (url: string, options: KeyedOptions = {}): Source =>
  openedSource('openKeySource', () => openBy('openKeySource', url), options)

function openBy(call: string, url: string): KeyStore {
  const kind = kindOf(url)
  if (kind === undefined)
    throw badOption(
      call,
      'url',
      `${schemeOf(url) ?? ''}:…`,
      `one of a store: ${STORE_KINDS.map(({ example }) => example).join(', ')}`,
    )
  return kind.open(url)
}
