import { FSWatcher } from 'chokidar'
import { codeOf, reasonOf } from '../../core/errors'
import type { SourceProblem } from '../../core/source'
import { withinTime } from '../../runtime/wait'
import type { Directory } from './file-state'

interface Armed {
  readonly identity: string
  readonly watcher: FSWatcher
  readonly since: number
  /** Events are given from when this resolves; undefined once it has. */
  ready?: Promise<void> | undefined
  /** Why this directory gives no events. */
  trouble?: Trouble
}

export interface Trouble {
  readonly code: Extract<SourceProblem['code'], 'watch-failed' | 'watch-limit'>
  readonly reason: string
}

const RETRY_MS = 10_000
const READY_WITHIN_MS = 1000
const OUT_OF_WATCHES = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

/**
 * Tells that something happened in one of the directories, and nothing more: names in events are wrong or missing in
 * half of the ways a file can change, and a watch may die without a word.
 */
export class DirectoryWatch {
  private readonly armed = new Map<string, Armed>()
  private closed = false

  constructor(private readonly noticed: () => void) {}

  /** The first cause why a directory gives no events. */
  get trouble(): Trouble | undefined {
    for (const { trouble } of this.armed.values()) if (trouble !== undefined) return trouble
    return undefined
  }

  /** Watches just these directories. True when a watch was set up, so a change may have come too early for it. */
  async arm(directories: readonly Directory[]): Promise<boolean> {
    const wanted = new Map(directories.map((directory) => [directory.path, directory.identity]))
    for (const [path, armed] of this.armed)
      if (isStale(armed, wanted.get(path))) this.disarm(path, armed)
    for (const directory of directories) if (!this.armed.has(directory.path)) this.add(directory)
    return this.ready(directories)
  }

  /** Waits for watches on these directories that are still being set up, by whomever. True when there were any. */
  async ready(directories: readonly Directory[]): Promise<boolean> {
    const fresh = directories.flatMap(({ path }) => this.armed.get(path)?.ready ?? [])
    await Promise.all(fresh)
    return fresh.length > 0
  }

  close(): void {
    this.closed = true
    for (const [path, armed] of this.armed) this.disarm(path, armed)
  }

  private disarm(path: string, { watcher }: Armed): void {
    this.armed.delete(path)
    void watcher.close()
    // Closing takes the error handler away, but what was under way may still fail.
    watcher.on('error', () => undefined)
  }

  private add({ path, identity }: Directory): void {
    if (this.closed) return
    const armed: Armed = { identity, watcher: watchDirectory(path), since: performance.now() }
    this.armed.set(path, armed)
    armed.ready = this.listen(path, armed).finally(() => (armed.ready = undefined))
  }

  private async listen(path: string, armed: Armed): Promise<void> {
    const { watcher } = armed
    const fail = (error: unknown): void => {
      armed.trouble ??= {
        code: OUT_OF_WATCHES.has(codeOf(error)) ? 'watch-limit' : 'watch-failed',
        reason: reasonOf(error),
      }
    }
    watcher.on('raw', () => this.noticed())
    watcher.on('error', fail)
    const settled = new Promise<void>((resolve) =>
      watcher.on('ready', () => resolve()).on('error', () => resolve()),
    )
    await withinTime(settled, READY_WITHIN_MS, () =>
      fail(new Error('the watch was not ready in time')),
    )
    watcher.on('error', () => this.noticed())
    // chokidar passes over a directory that it cannot find, or whose name it cannot spell, without an error.
    if (!Object.hasOwn(watcher.getWatched(), path)) fail(new Error('it could not be watched'))
  }
}

function isStale(armed: Armed, identity: string | undefined): boolean {
  const due = armed.trouble !== undefined && performance.now() - armed.since >= RETRY_MS
  return due || armed.identity !== identity
}

/**
 * One watcher for each directory, so that one that died can be replaced alone. Not `persistent`: that would keep the
 * process alive, and would share a dead watch between engines. Not `atomic`: that would pass over names like `conf~`.
 */
function watchDirectory(path: string): FSWatcher {
  const watcher = new EventsOnly({
    persistent: false,
    ignoreInitial: true,
    followSymlinks: false,
    depth: 0,
    atomic: false,
    ignored: (entry) => entry !== path,
  })
  return watcher.add(path)
}

/**
 * To name what changed, chokidar reads the whole directory after each event, unless it is told that it did so just now.
 * Nobody wants names here, and a busy directory of 20,000 files would take a whole core.
 */
class EventsOnly extends FSWatcher {
  override _throttle(): false {
    return false
  }
}
