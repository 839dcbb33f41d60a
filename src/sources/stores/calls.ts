import { setMaxListeners } from 'node:events'
import { withinTime } from '../../runtime/wait'
import { StoreError } from '../key-store'

/** Says in words why a client's call failed. */
export type ReadError = (error: unknown) => StoreError

/**
 * The calls of one store. Each has its time, because a client may wait for ever for a server that is
 * away; each may be aborted; and each fails with a StoreError.
 */
export class Calls {
  private readonly closing = new AbortController()

  constructor(
    private readonly store: string,
    private readonly timeoutMs: number,
    private readonly readError: ReadError,
    /** Called when the server did not answer in time, though a connection is open. */
    private readonly onSilence: () => void = () => undefined,
  ) {
    // Each call listens while it lasts: many at once are no leak, of which Node would warn.
    setMaxListeners(0, this.closing.signal)
  }

  get isClosed(): boolean {
    return this.closing.signal.aborted
  }

  /**
   * The signal that the work is given is aborted when nobody waits for it any more. Work that pays no
   * heed goes on, and nobody hears how it ends.
   */
  async make<T>(work: (over: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const ended = new AbortController()
    try {
      const over = [this.closing.signal, ...(signal ? [signal] : [])]
      const aborted = Promise.race(over.map((one) => abortOf(one, ended.signal)))
      return await withinTime(
        Promise.race([this.begin(() => work(ended.signal)), aborted.then(() => this.giveUp())]),
        this.timeoutMs,
        () => this.late(),
        // Sockets may hold nothing; whoever waits for an answer gets it.
        { keepAlive: true },
      )
    } catch (error) {
      throw error instanceof StoreError ? error : this.readError(error)
    } finally {
      ended.abort()
    }
  }

  /** What is under way is given up, and what comes after is refused. */
  close(): void {
    this.closing.abort()
  }

  private async begin<T>(work: () => Promise<T>): Promise<T> {
    if (this.isClosed) this.giveUp()
    return work()
  }

  private giveUp(): never {
    if (this.isClosed)
      throw new StoreError('unusable', this.store, 'it has been closed', 'open another one')
    throw new StoreError('unreachable', this.store, 'the call was aborted', 'call again')
  }

  private late(): never {
    this.onSilence()
    throw new StoreError(
      'unreachable',
      this.store,
      `it did not answer within ${this.timeoutMs} ms`,
      'check the server and the network, or raise timeoutMs',
    )
  }
}

/** Resolves when the signal is aborted; listens until `ended` is. */
const abortOf = (signal: AbortSignal, ended: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: ended })
  })
