import type { DirectoryWatch, Watch } from './events'
import type { Directory } from './file-state'

/**
 * One watch for a directory's check and for the checks of its files, each of which wants
 * directories of its own watched. Those of a thousand files are mostly the same, so a share that
 * wants nothing new costs no walk over all the others.
 */
export class SharedWatch implements Watch {
  private own: readonly Directory[] = []
  private readonly wanted = new Map<Share, readonly Directory[]>()
  private watched: ReadonlyMap<string, Directory> = new Map()

  constructor(private readonly watch: DirectoryWatch) {}

  get problem(): Watch['problem'] {
    return this.watch.problem
  }

  share(): Share {
    return new Share(
      (share, directories) => this.want(share, directories),
      (share) => this.wanted.delete(share),
    )
  }

  /**
   * Watches these and what the shares want. What nobody wants any more is let go, and what failed
   * is tried again.
   */
  watchOnly(directories: readonly Directory[]): Promise<boolean> {
    this.own = directories
    return this.watchAll(directories)
  }

  private want(share: Share, directories: readonly Directory[]): Promise<boolean> {
    this.wanted.set(share, directories)
    const isWatched = directories.every(
      ({ path, identity }) => this.watched.get(path)?.identity === identity,
    )
    return isWatched ? this.watch.ready(directories) : this.watchAll(directories)
  }

  /** Where two checks saw different directories at one path, the last one is right. */
  private watchAll(last: readonly Directory[]): Promise<boolean> {
    this.watched = new Map(
      [this.own, ...this.wanted.values(), last]
        .flat()
        .map((directory) => [directory.path, directory]),
    )
    return this.watch.watchOnly([...this.watched.values()])
  }
}

/** One check's part in a shared watch. */
export class Share implements Watch {
  /** Problems of the watch are reported once for the whole directory, not for each file. */
  readonly problem = undefined

  constructor(
    private readonly want: (share: Share, directories: readonly Directory[]) => Promise<boolean>,
    private readonly drop: (share: Share) => void,
  ) {}

  watchOnly(directories: readonly Directory[]): Promise<boolean> {
    return this.want(this, directories)
  }

  /** Nobody wants its directories any more; the next check lets them go. */
  end(): void {
    this.drop(this)
  }
}
