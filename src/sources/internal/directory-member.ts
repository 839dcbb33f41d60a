import { sep } from 'node:path'
import { formatOf, type WatchOptions } from './file-options'
import { FileLook } from './file-look'
import { FileReport } from './file-report'
import type { PartSink } from '../source'
import type { Next, Request, Tell } from './look'
import type { Share } from './shared-watch'
import type { Timers } from './timers'

/** What every file of a directory is looked at with. */
export interface MemberSettings {
  /** Of the directory: absolute, and as it was given. */
  readonly path: string
  readonly name: string
  readonly options: WatchOptions
  readonly timers: Timers
}

/** Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
export const fileIn = (directory: string, file: string): string => (directory.endsWith(sep) ? directory + file : directory + sep + file)

/** One file of a directory, from when it is first seen until its features go with it. */
export class DirectoryMember {
  private readonly look: FileLook
  private goneSince: number | undefined

  constructor(
    file: string,
    { path, name, options, timers }: MemberSettings,
    private readonly sink: PartSink,
    private readonly share: Share | undefined
  ) {
    const shown = fileIn(name, file)
    const report = new FileReport(shown, formatOf(file), sink)
    this.look = new FileLook(fileIn(path, file), shown, options, report, share, timers)
  }

  get hasTold(): boolean {
    return this.look.hasTold
  }

  get hasNews(): boolean {
    return this.look.hasNews
  }

  async find(request: Request): Promise<Tell> {
    const tell = await this.look.find(request)
    if (this.look.isMissing) this.isGone()
    else this.goneSince = undefined
    return tell
  }

  /** It is not there, or is a link that leads nowhere. */
  isGone(): void {
    this.goneSince ??= performance.now()
  }

  /** How much longer it may come back; 0 when it is there. */
  leftToWait(graceMs: number): number {
    return this.goneSince === undefined ? 0 : this.goneSince + graceMs - performance.now()
  }

  /** Resolves when its features are gone. */
  async remove(): Promise<readonly Next[]> {
    this.end()
    await this.sink.removed()
    return []
  }

  end(): void {
    this.look.end()
    this.share?.end()
  }
}
