import type { DirectoryWatch } from './events'
import type { Arming } from './file-look'
import type { Directory } from './file-state'

/**
 * One watch for a look and for several looks within it, each of which has directories of its own to be told of. Those of
 * a thousand files are mostly the same, so a share that wants nothing new costs no walk over all the others.
 */
export class SharedWatch {
  private own: readonly Directory[] = []
  private readonly wanted = new Map<Share, readonly Directory[]>()
  private armed: ReadonlyMap<string, Directory> = new Map()

  constructor(private readonly watch: DirectoryWatch) {}

  share(): Share {
    return new Share(
      (share, directories) => this.want(share, directories),
      (share) => this.wanted.delete(share),
    )
  }

  /** Watches these besides what the shares want. What nobody wants any more is let go, and what failed is tried again. */
  arm(directories: readonly Directory[]): Promise<boolean> {
    this.own = directories
    return this.armAll(directories)
  }

  private want(share: Share, directories: readonly Directory[]): Promise<boolean> {
    this.wanted.set(share, directories)
    const isArmed = directories.every(
      ({ path, identity }) => this.armed.get(path)?.identity === identity,
    )
    return isArmed ? this.watch.ready(directories) : this.armAll(directories)
  }

  /** Where two saw another directory at one path, whoever looked last is right. */
  private armAll(last: readonly Directory[]): Promise<boolean> {
    this.armed = new Map(
      [this.own, ...this.wanted.values(), last]
        .flat()
        .map((directory) => [directory.path, directory]),
    )
    return this.watch.arm([...this.armed.values()])
  }
}

/** One look's part in a shared watch. */
export class Share implements Arming {
  /** The watch as a whole has its troubles told once, not by each look. */
  readonly trouble = undefined

  constructor(
    private readonly want: (share: Share, directories: readonly Directory[]) => Promise<boolean>,
    private readonly drop: (share: Share) => void,
  ) {}

  arm(directories: readonly Directory[]): Promise<boolean> {
    return this.want(this, directories)
  }

  /** Its directories are of no interest any more; the next look lets them go. */
  end(): void {
    this.drop(this)
  }
}
