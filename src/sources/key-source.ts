import { badOption, objectWith } from '../core/options'
import type { Source } from '../core/source'
import type { KeyStore } from './key-store'
import type { KeyedOptions } from './keyed/options'
import { givenSource } from './keyed/source'

export type { KeyedOptions } from './keyed/options'
export type { FleetOptions } from './keyed/fleet'
export { formatOf } from './keyed/format'

/**
 * The live config of a store of keys that the application opened: one of its own kind, or one that it
 * shares. Closing the source leaves the store open.
 *
 * @example
 * const store = memoryKeyStore()
 * const features = await openFeatures({ source: keySource(store) })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function keySource(store: KeyStore, options: KeyedOptions = {}): Source {
  if (!KEY_STORE.fits(store)) throw badOption('keySource', 'store', store, KEY_STORE.wanted)
  return givenSource('keySource', store, options)
}

const KEY_STORE = objectWith(['get', 'watch', 'close'], 'what openKeyStore returned')
