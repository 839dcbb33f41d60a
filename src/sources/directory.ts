import { isAbsolute, sep } from 'node:path'
import { DirectoryLook } from './internal/directory-look'
import { watchOptions, type FileOptions, type WatchOptions } from './internal/file-options'
import { WatchSession } from './internal/watch-session'
import type { Sink, Source, WatchState } from './source'

/** As for a file. The format is that of each file's extension, and `graceMs` is 300 when left out. */
export type DirectoryOptions = Omit<FileOptions, 'format'>

/** Shorter than a file's: the whole directory waits for it. Tools that delete and then write take a few milliseconds. */
const GRACE_MS = 300

/**
 * A watched directory: each `*.yaml`, `*.yml`, `*.json` and `*.ini` file in it is a part of the live config, and may come
 * and go. They are merged in the order of their names; each keeps its own last good. Hidden files and directories below
 * are left alone. See docs/sources.md.
 */
export function directory(path: string, options: DirectoryOptions = {}): Source {
  return new WatchedDirectory(path, watchOptions(path, { graceMs: GRACE_MS, ...options }, 'directory'))
}

class WatchedDirectory implements Source {
  private session: WatchSession | undefined
  /** Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
  private readonly path: string

  constructor(
    readonly name: string,
    private readonly options: WatchOptions
  ) {
    this.path = isAbsolute(name) ? name : process.cwd() + sep + name
  }

  get watch(): WatchState {
    return this.session?.watchState ?? { mode: 'none', reason: 'not open' }
  }

  async open(sink: Sink): Promise<void> {
    await this.close()
    const { path, name, options } = this
    this.session = new WatchSession(options, (watch, timers) => new DirectoryLook({ path, name, options, timers }, sink, watch))
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
