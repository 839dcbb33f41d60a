import type { Arming } from './file-look'
import type { Directory } from './file-state'
import type { DirectoryWatch } from './file-watch'

/** One watch for several looks, each of which has directories of its own to be told of. */
export class SharedWatch {
  private readonly wanted = new Map<Share, readonly Directory[]>()

  constructor(private readonly watch: DirectoryWatch) {}

  share(): Share {
    return new Share((share, directories) => this.arm(share, directories))
  }

  private arm(share: Share, directories: readonly Directory[] | undefined): Promise<boolean> {
    if (directories === undefined) this.wanted.delete(share)
    else this.wanted.set(share, directories)
    // Where two saw another directory at one path, whoever looked last is right.
    const all = new Map([...this.wanted.values(), directories ?? []].flat().map((directory) => [directory.path, directory]))
    return this.watch.arm([...all.values()])
  }
}

/** One look's part in a shared watch. */
export class Share implements Arming {
  /** The watch as a whole has its troubles told once, not by each look. */
  readonly trouble = undefined

  constructor(private readonly want: (share: Share, directories: readonly Directory[] | undefined) => Promise<boolean>) {}

  arm(directories: readonly Directory[]): Promise<boolean> {
    return this.want(this, directories)
  }

  /** Its directories are of no interest any more. */
  end(): void {
    void this.want(this, undefined)
  }
}
