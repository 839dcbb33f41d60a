import type { Sink, Source, WatchState } from '../core/source'
import { type HttpOptions, readOptions, type Settings } from './remote/options'
import { HttpSession } from './remote/session'

export type { HttpOptions, Startup } from './remote/options'

/**
 * A live config that a server gives: pulled at the start and every minute, at once when the server streams. What it
 * gave last stays in force whatever happens to it, and is kept on disk when `cache` is set. See docs/remote.md.
 */
export function http(url: string, options: HttpOptions = {}): Source {
  return new RemoteText(readOptions(url, options))
}

class RemoteText implements Source {
  readonly name: string
  private session: HttpSession | undefined

  constructor(private readonly settings: Settings) {
    this.name = settings.name
  }

  get watch(): WatchState {
    return this.session?.watchState ?? { mode: 'none', reason: 'not open' }
  }

  async open(sink: Sink): Promise<void> {
    await this.close()
    this.session = new HttpSession(this.settings, sink)
    await this.session.open()
  }

  async check(): Promise<void> {
    await this.session?.check()
  }

  async close(): Promise<void> {
    const { session } = this
    this.session = undefined
    await session?.close()
  }
}
