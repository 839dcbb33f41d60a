import type { Sink, Source, WatchState } from '../../core/source'
import type { Settings } from './options'
import { HttpSession } from './session'

/** A live config at a URL. */
export class RemoteSource implements Source {
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
