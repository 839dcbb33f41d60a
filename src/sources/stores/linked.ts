import type { KeyWatch, KeyWatcher } from '../key-store'
import { Calls, type ReadError } from './calls'
import { type Connection, Link } from './link'
import { type Listen, Watches } from './watches'

/** The calls and the watches of a store that has one connection for all of them. */
export class Linked<Kind extends Connection> {
  private readonly link: Link<Kind>
  private readonly calls: Calls
  private readonly watches: Watches

  constructor(
    { name, timeoutMs }: { readonly name: string; readonly timeoutMs: number },
    connect: () => Promise<Kind>,
    errorOf: ReadError,
  ) {
    this.link = new Link(connect)
    this.calls = new Calls(name, timeoutMs, errorOf, () => void this.link.drop())
    this.watches = new Watches(errorOf)
  }

  call<T>(work: (connection: Kind) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.calls.make(async () => work(await this.link.use()), signal)
  }

  /** The connection, for what goes on as long as it does. */
  use(): Promise<Kind> {
    return this.calls.make(() => this.link.use())
  }

  watch(listen: Listen, watcher: KeyWatcher): KeyWatch {
    return this.watches.begin(listen, watcher)
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.calls.close()
    this.watches.close()
    await this.link.close()
  }
}
