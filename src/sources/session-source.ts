import type { ReadText, Sink, Source, WatchState } from '../core/source'
import type { KeyStore } from './key-store'

/** What a source does between `open` and `close`. */
export interface Session {
  readonly watchState: WatchState
  open(): Promise<void>
  check(): Promise<void>
  catchUp?(): Promise<void>
  close(): void | Promise<void>
}

/** A source whose text is what a store has under its key, so that publishing there edits it. */
export interface StoredText extends Source {
  /** The one of the last opening; undefined before the first. */
  readonly keyStore: () => KeyStore | undefined
}

/** The store that a source reads, to publish to; undefined of any other source. */
export const storeOf = (source: Source): KeyStore | undefined =>
  isStoredText(source) ? source.keyStore() : undefined

const isStoredText = (source: Partial<StoredText>): source is StoredText =>
  typeof source.keyStore === 'function'

/** A source that begins a new session each time it is opened. */
export class SessionSource implements Source {
  readonly isOnDisk?: true
  readonly read?: (text: string) => ReadText
  readonly keyStore?: () => KeyStore | undefined
  private session: Session | undefined

  constructor(
    readonly name: string,
    private readonly begin: (sink: Sink) => Session,
    { isOnDisk, read, keyStore }: Partial<Pick<StoredText, 'isOnDisk' | 'read' | 'keyStore'>> = {},
  ) {
    if (isOnDisk) this.isOnDisk = true
    if (read) this.read = read
    if (keyStore) this.keyStore = keyStore
  }

  get watch(): WatchState {
    return this.session?.watchState ?? { mode: 'none', reason: 'not open' }
  }

  async open(sink: Sink): Promise<void> {
    await this.close()
    this.session = this.begin(sink)
    await this.session.open()
  }

  async check(): Promise<void> {
    await this.session?.check()
  }

  async catchUp(): Promise<void> {
    await this.session?.catchUp?.()
  }

  async close(): Promise<void> {
    const { session } = this
    this.session = undefined
    await session?.close()
  }
}
