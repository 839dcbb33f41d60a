/* eslint-disable @typescript-eslint/no-require-imports -- each store is loaded by the first who uses it */
import { badOption } from '../core/options'
import type { KeyStore } from './key-store'
import type * as Memory from './memory-key-store'
import { readStoreUrl, schemeOf } from './store-url'

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
  const kind = kindOf(url)
  if (kind === undefined)
    throw badOption(
      'openKeyStore',
      'url',
      `${schemeOf(url) ?? ''}:…`,
      `one of a store: ${STORE_KINDS.map(({ example }) => example).join(', ')}`,
    )
  return kind.open(url)
}
