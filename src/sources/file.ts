import { isAbsolute, sep } from 'node:path'
import { fileOptions, type FileOptions } from './internal/file-options'
import { FileLook } from './internal/file-look'
import { FileReport } from './internal/file-report'
import { WatchSession } from './internal/watch-session'
import type { Sink, Source, WatchState } from './source'

export type { FileOptions } from './internal/file-options'

/**
 * A watched file. Its directory is never written to, and the file may be replaced in any way: rewritten, renamed over,
 * swapped by a link anywhere on its path, deleted and put back. See docs/sources.md for what no watcher can see.
 */
export function file(path: string, options: FileOptions = {}): Source {
  return new WatchedFile(path, fileOptions(path, options))
}

class WatchedFile implements Source {
  private session: WatchSession | undefined
  /** Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
  private readonly path: string

  constructor(
    readonly name: string,
    private readonly options: Required<FileOptions>
  ) {
    this.path = isAbsolute(name) ? name : process.cwd() + sep + name
  }

  get watch(): WatchState {
    return this.session?.watchState ?? { mode: 'none', reason: 'not open' }
  }

  async open(sink: Sink): Promise<void> {
    await this.close()
    const report = new FileReport(this.name, this.options.format, sink)
    this.session = new WatchSession(this.options, (watch, timers) => new FileLook(this.path, this.name, this.options, report, watch, timers))
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
