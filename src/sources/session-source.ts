import type { ReadText, Sink, Source, WatchState } from '../core/source'

/** What a source does between `open` and `close`. */
export interface Session {
  readonly watchState: WatchState
  open(): Promise<void>
  check(): Promise<void>
  catchUp?(): Promise<void>
  close(): void | Promise<void>
}

/** A source that begins a new session each time it is opened. */
export class SessionSource implements Source {
  readonly isOnDisk?: true
  readonly read?: (text: string) => ReadText
  private session: Session | undefined

  constructor(
    readonly name: string,
    private readonly begin: (sink: Sink) => Session,
    { isOnDisk, read }: Pick<Source, 'isOnDisk' | 'read'> = {},
  ) {
    if (isOnDisk) this.isOnDisk = true
    if (read) this.read = read
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
