import type {
  KeyStore,
  KeyWatch,
  KeyWatcher,
  KeyWrite,
  Stored,
  WriteResult,
} from '../../src/sources/key-store'
import { StoreError } from '../../src/sources/key-store'

/** What may befall the notices of a store. */
export type Notices = 'as they come' | 'lost' | 'three times' | 'late and in disorder'

/** A store of keys whose network, answers and notices do what a test wants. */
export class MoodyKeyStore implements KeyStore {
  readonly name: string
  readonly isAtomic: boolean
  readonly notifies: boolean
  readonly getUnless?: NonNullable<KeyStore['getUnless']>
  /** Calls that read. */
  reads = 0
  /** Those that are not answered yet, and are not given up. */
  underWay = 0
  private givenUp = 0
  notices: Notices = 'as they come'
  private failure: StoreError | 'silence' | undefined
  private isClosed = false
  private readonly watchers = new Set<KeyWatcher>()
  private held: (() => void)[] = []

  constructor(private readonly store: KeyStore) {
    this.name = store.name
    this.isAtomic = store.isAtomic
    this.notifies = store.notifies
    const getUnless = store.getUnless?.bind(store)
    if (getUnless) this.getUnless = (version, key) => this.read(() => getUnless(version, key))
  }

  /** `silence`: nothing is answered, and nothing breaks. Anything else breaks the watch, too. */
  fail(failure: StoreError | 'silence' | undefined): void {
    const was = this.failure
    this.failure = failure
    for (const watcher of this.watchers) {
      if (failure instanceof StoreError) watcher.down(failure)
      else if (was instanceof StoreError) watcher.live()
    }
  }

  /** As after a cut, when both sides find out that their connection is dead. */
  break(): void {
    this.fail(new StoreError('unreachable', this.name, 'it is away', 'start it'))
  }

  /** Sends the notices that were held back, the last one first. */
  release(): void {
    for (const send of this.held.splice(0).reverse()) send()
  }

  /** Calls that were swallowed by a network are never answered, also when it is there again. */
  giveUp(): void {
    this.givenUp++
    this.underWay = 0
  }

  get(key: string): Promise<Stored | undefined> {
    return this.read(() => this.store.get(key))
  }

  keys(prefix: string): Promise<readonly string[]> {
    return this.read(() => this.store.keys(prefix))
  }

  list(prefix: string): Promise<ReadonlyMap<string, Stored>> {
    return this.read(() => this.store.list(prefix))
  }

  write(writes: readonly KeyWrite[]): Promise<WriteResult> {
    return this.read(() => this.store.write(writes))
  }

  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch {
    this.watchers.add(watcher)
    const watch = this.store.watch(keys, {
      live: () => void (this.failure ?? watcher.live()),
      changed: (changed) => this.notify(() => watcher.changed(changed)),
      down: (error) => watcher.down(error),
    })
    if (this.failure instanceof StoreError) watcher.down(this.failure)
    return {
      close: () => {
        this.watchers.delete(watcher)
        watch.close()
      },
    }
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.store.close()
  }

  get hasBeenClosed(): boolean {
    return this.isClosed
  }

  private notify(send: () => void): void {
    if (this.failure !== undefined || this.notices === 'lost') return
    if (this.notices === 'late and in disorder') this.held.push(send)
    else for (let i = this.notices === 'three times' ? 3 : 1; i > 0; i--) send()
  }

  private read<T>(work: () => Promise<T>): Promise<T> {
    this.reads++
    if (this.failure === 'silence') return new Promise(() => undefined)
    return this.failure ? Promise.reject(this.failure) : this.answered(work())
  }

  private async answered<T>(work: Promise<T>): Promise<T> {
    const { givenUp } = this
    this.underWay++
    try {
      return await work
    } finally {
      if (givenUp === this.givenUp) this.underWay--
    }
  }
}
