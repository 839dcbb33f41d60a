import type { KeyStore, KeyWrite, WriteResult } from '../../src/sources/key-store'
import { memoryKeyStore } from '../../src/sources/memory-key-store'

/** What happens before each single read or write of a store; a throw ends who asked. */
export type Before = (what: string) => Promise<void>

const nothing: Before = async () => undefined

/** A store over another, each of whose reads waits for its turn. */
function waiting(store: KeyStore, before: Before): KeyStore {
  return {
    name: store.name,
    isAtomic: store.isAtomic,
    notifies: store.notifies,
    get: async (key, signal) => {
      await before(`get ${key}`)
      return store.get(key, signal)
    },
    keys: async (prefix, signal) => {
      await before(`keys ${prefix}`)
      return store.keys(prefix, signal)
    },
    list: async (prefix, signal) => {
      await before(`list ${prefix}`)
      return store.list(prefix, signal)
    },
    write: async (writes, signal) => {
      await before('write')
      return store.write(writes, signal)
    },
    watch: (keys, watcher) => store.watch(keys, watcher),
    close: () => store.close(),
  }
}

/** A store whose writes take effect together. */
export const atomicStore = (inner: KeyStore = memoryKeyStore(), before = nothing): KeyStore =>
  waiting(inner, before)

/** A store whose writes take effect one after another, as those of NATS and S3 do. */
export function serialStore(inner: KeyStore = memoryKeyStore(), before = nothing): KeyStore {
  const write = async (writes: readonly KeyWrite[]): Promise<WriteResult> => {
    const versions = new Map<string, string>()
    for (const one of writes) {
      await before(`write ${one.key}`)
      const result = await inner.write([one])
      if (!result.written) return result
      for (const [key, version] of result.versions) versions.set(key, version)
    }
    return { written: true, versions }
  }
  return { ...waiting(inner, before), isAtomic: false, write }
}

/** What another tool does: it sets the text and knows nothing else. */
export const setOutside = (store: KeyStore, text: string): Promise<WriteResult> =>
  store.write([{ key: '', bytes: new TextEncoder().encode(text) }])

/** The text of a store, as another tool reads it. */
export async function textIn(store: KeyStore): Promise<string | undefined> {
  const stored = await store.get('')
  return stored && new TextDecoder().decode(stored.bytes)
}
