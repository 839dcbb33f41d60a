import { checkOptions, TEXT } from '../core/options'
import { setImmediate } from '../runtime/timers'
import {
  type KeyStore,
  type KeyWatch,
  type KeyWatcher,
  type KeyWrite,
  StoreError,
  type Stored,
  type WriteResult,
} from './key-store'

export interface MemoryKeyStoreOptions {
  /** Stores of one name, of one process, hold the same keys. Default: one that nobody else has. */
  readonly name?: string
}

/**
 * A store of keys in the memory of this process, for tests and examples.
 *
 * @example
 * const store = memoryKeyStore()
 * await store.write([{ key: '', bytes: Buffer.from('feature_a: on') }])
 */
export function memoryKeyStore(options: MemoryKeyStoreOptions = {}): KeyStore {
  checkOptions('memoryKeyStore', options, { name: TEXT })
  const { name } = options
  return new MemoryKeyStore(name ?? 'store', name === undefined ? new Held() : heldAs(name))
}

/** What the stores of one name hold together. */
class Held {
  readonly values = new Map<string, Stored>()
  readonly watches = new Set<Watch>()
  private writes = 0

  nextVersion(): string {
    return String(++this.writes)
  }
}

/** As long as the process lives: a store that is closed and opened again has its keys. */
const named = new Map<string, Held>()

function heldAs(name: string): Held {
  const held = named.get(name) ?? new Held()
  named.set(name, held)
  return held
}

interface Watch {
  readonly keys: ReadonlySet<string>
  readonly watcher: KeyWatcher
}

class MemoryKeyStore implements KeyStore {
  readonly name: string
  readonly isAtomic = true
  readonly notifies = true
  private readonly own = new Set<Watch>()
  private isClosed = false

  constructor(
    name: string,
    private readonly held: Held,
  ) {
    this.name = `memory:${name}`
  }

  async get(key: string): Promise<Stored | undefined> {
    this.checkOpen()
    return this.held.values.get(key)
  }

  async getUnless(version: string, key: string): Promise<Stored | 'unchanged' | undefined> {
    const stored = await this.get(key)
    return stored?.version === version ? 'unchanged' : stored
  }

  async keys(prefix: string): Promise<readonly string[]> {
    this.checkOpen()
    return [...this.held.values.keys()].filter((key) => key.startsWith(prefix)).sort()
  }

  async list(prefix: string): Promise<ReadonlyMap<string, Stored>> {
    const { values } = this.held
    const entries = (await this.keys(prefix)).map((key) => [key, values.get(key)] as const)
    return new Map(entries.flatMap(([key, stored]) => (stored ? [[key, stored]] : [])))
  }

  async write(writes: readonly KeyWrite[]): Promise<WriteResult> {
    this.checkOpen()
    const { values } = this.held
    const conflict = writes.find(
      ({ key, basedOn }) => basedOn !== undefined && (values.get(key)?.version ?? null) !== basedOn,
    )
    if (conflict) return { written: false, conflict: conflict.key }
    const versions = new Map<string, string>()
    for (const { key, bytes } of writes) {
      const version = this.held.nextVersion()
      values.delete(key)
      versions.delete(key)
      if (bytes === undefined) continue
      // A copy: the caller may use its bytes again.
      values.set(key, { bytes: Uint8Array.from(bytes), version })
      versions.set(key, version)
    }
    this.notify(writes.map(({ key }) => key))
    return { written: true, versions }
  }

  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch {
    const watch: Watch = { keys: new Set(keys), watcher }
    this.own.add(watch)
    this.held.watches.add(watch)
    setImmediate(() => {
      if (this.own.has(watch)) watcher.live()
    })
    return { close: () => this.end(watch) }
  }

  async close(): Promise<void> {
    this.isClosed = true
    for (const watch of this.own) this.end(watch)
  }

  private end(watch: Watch): void {
    this.own.delete(watch)
    this.held.watches.delete(watch)
  }

  private notify(written: readonly string[]): void {
    for (const { keys, watcher } of this.held.watches) {
      const changed = written.filter((key) => keys.has(key))
      if (changed.length > 0) watcher.changed(changed)
    }
  }

  private checkOpen(): void {
    if (!this.isClosed) return
    throw new StoreError('unusable', this.name, 'it has been closed', 'open another one')
  }
}
