import { isAbsolute, sep } from 'node:path'
import type { Sink, Source, WatchState } from '../source'
import type { DirectoryWatch } from './file-watch'
import type { WatchOptions } from './file-options'
import type { Look } from './look'
import type { Timers } from './timers'
import { WatchSession } from './watch-session'

/** Makes what looks at a path whenever there may be news. */
export type LookWith = (path: string, sink: Sink, watch: DirectoryWatch | undefined, timers: Timers) => Look

/** A source that watches one path: what looks at it is all that files and directories differ in. */
export class WatchedPath implements Source {
  private session: WatchSession | undefined
  /** Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
  private readonly path: string

  constructor(
    readonly name: string,
    private readonly options: WatchOptions,
    private readonly lookWith: LookWith,
  ) {
    this.path = isAbsolute(name) ? name : process.cwd() + sep + name
  }

  get watch(): WatchState {
    return this.session?.watchState ?? { mode: 'none', reason: 'not open' }
  }

  async open(sink: Sink): Promise<void> {
    await this.close()
    this.session = new WatchSession(this.options, (watch, timers) => this.lookWith(this.path, sink, watch, timers))
    await this.session.open()
  }

  async check(): Promise<void> {
    await this.session?.check()
  }

  async catchUp(): Promise<void> {
    await this.session?.catchUp()
  }

  async close(): Promise<void> {
    this.session?.close()
    this.session = undefined
  }
}
