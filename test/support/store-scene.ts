/** Stores on real servers, for the contracts. */
import type { KeyStores } from '../contracts/key-store'
import type { StoreScene } from '../contracts/store-source'
import type { KeyStore } from '../../src/sources/key-store'
import type { TcpProxy } from './tcp-proxy'

/** Opens a store at a port of this machine. */
export type OpenAt = (port: number) => KeyStore

export const storesAt = (open: () => KeyStore): KeyStores => ({
  open,
  async clear() {
    const store = open()
    const keys = await store.keys('')
    await store.write(keys.map((key) => ({ key, bytes: undefined })))
    await store.close()
  },
})

/** `network`: leads to the server that listens on `port`. Both may be known when a test begins. */
export const sceneBehind = (
  open: OpenAt,
  port: () => number,
  network: () => TcpProxy,
): Pick<StoreScene, 'open' | 'put' | 'cut' | 'restore'> => ({
  open: () => open(network().port),
  async put(text) {
    const store = open(port())
    await store.write([{ key: '', bytes: text === undefined ? undefined : Buffer.from(text) }])
    await store.close()
  },
  cut: () => network().cut(),
  restore: () => network().restore(),
})
