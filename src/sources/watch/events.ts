import type { FSWatcher } from 'chokidar'
import { codeOf, reasonOf } from '../../core/errors'
import type { SourceProblem } from '../../core/source'
import { withinTime } from '../../runtime/wait'
import type * as DirectoryWatcher from './directory-watcher'
import type { Directory } from './file-state'
import { performance } from '../../runtime/timers'

/** Why there are no events. */
export interface WatchProblem {
  readonly code: Extract<SourceProblem['code'], 'watch-failed' | 'watch-limit'>
  readonly reason: string
}

/** A watch on the directories of a path, as a check sees it. */
export interface Watch {
  readonly problem: WatchProblem | undefined
  /**
   * Watches these directories and no others. True when one is watched anew: a change before that
   * gave no event.
   */
  watchOnly(directories: readonly Directory[]): Promise<boolean>
}

/** After so many times a directory that is replaced again and again is left to the next check. */
const MOST_TRIES = 3

/**
 * Watches the directories of a state. What changed before they were watched gave no event, so the
 * state is taken again.
 */
export async function watchedState<State extends { readonly directories: readonly Directory[] }>(
  takeState: () => Promise<State>,
  watch: Watch | undefined,
): Promise<State> {
  let state = await takeState()
  for (let tries = 0; tries < MOST_TRIES && (await watch?.watchOnly(state.directories)); tries++)
    state = await takeState()
  return state
}

interface Watched {
  readonly identity: string
  readonly watcher: FSWatcher
  readonly since: number
  /** Resolves when events are given; undefined once it has. */
  ready?: Promise<void> | undefined
  problem?: WatchProblem
}

const RETRY_MS = 10_000
const READY_WITHIN_MS = 1000
const OUT_OF_WATCHES = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

/**
 * Calls `onEvent` when something happened in one of the directories, and says nothing more: names
 * in events are wrong or missing in half of the ways a file can change, and a watch may end without
 * an error.
 */
export class DirectoryWatch implements Watch {
  private readonly watched = new Map<string, Watched>()
  private closed = false

  constructor(private readonly onEvent: () => void) {}

  /** Of the first directory that gives no events. */
  get problem(): WatchProblem | undefined {
    for (const { problem } of this.watched.values()) if (problem !== undefined) return problem
    return undefined
  }

  async watchOnly(directories: readonly Directory[]): Promise<boolean> {
    const wanted = new Map(directories.map((directory) => [directory.path, directory.identity]))
    for (const [path, watched] of this.watched)
      if (isStale(watched, wanted.get(path))) this.unwatch(path, watched)
    for (const directory of directories) if (!this.watched.has(directory.path)) this.add(directory)
    return this.ready(directories)
  }

  /**
   * Waits until each of these directories gives events, whoever asked for it. True when there was
   * anything to wait for.
   */
  async ready(directories: readonly Directory[]): Promise<boolean> {
    const fresh = directories.flatMap(({ path }) => this.watched.get(path)?.ready ?? [])
    await Promise.all(fresh)
    return fresh.length > 0
  }

  close(): void {
    this.closed = true
    for (const [path, watched] of this.watched) this.unwatch(path, watched)
  }

  private unwatch(path: string, { watcher }: Watched): void {
    this.watched.delete(path)
    void watcher.close()
    // Closing takes the error handlers away, but what was under way may still fail.
    watcher.on('error', () => undefined)
  }

  private add({ path, identity }: Directory): void {
    if (this.closed) return
    const watched: Watched = {
      identity,
      watcher: loadWatcher().watchDirectory(path),
      since: performance.now(),
    }
    this.watched.set(path, watched)
    watched.ready = this.listen(path, watched).finally(() => (watched.ready = undefined))
  }

  private async listen(path: string, watched: Watched): Promise<void> {
    const { watcher } = watched
    const fail = (error: unknown): void => {
      watched.problem ??= {
        code: OUT_OF_WATCHES.has(codeOf(error)) ? 'watch-limit' : 'watch-failed',
        reason: whyNot(error),
      }
    }
    watcher.on('raw', () => this.onEvent())
    watcher.on('error', fail)
    const settled = new Promise<void>((resolve) =>
      watcher.on('ready', () => resolve()).on('error', () => resolve()),
    )
    await withinTime(settled, READY_WITHIN_MS, () =>
      fail(new Error('the watch was not ready in time')),
    )
    watcher.on('error', () => this.onEvent())
    // chokidar passes over a directory that it cannot find, or whose name it cannot spell, without
    // an error.
    if (!Object.hasOwn(watcher.getWatched(), path)) fail(new Error('it could not be watched'))
  }
}

/**
 * It is another directory now, or is no longer wanted, or failed some time ago and may work now.
 */
function isStale(watched: Watched, wantedIdentity: string | undefined): boolean {
  const isRetried = watched.problem !== undefined && performance.now() - watched.since >= RETRY_MS
  return isRetried || watched.identity !== wantedIdentity
}

/**
 * chokidar is loaded when a path is watched by events: a live config from elsewhere does not need
 * it.
 */
function loadWatcher(): typeof DirectoryWatcher {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would arm the watch too late
  return require('./directory-watcher') as typeof DirectoryWatcher
}

/** Of a disk the code means another thing. */
const whyNot = (error: unknown): string =>
  codeOf(error) === 'ENOSPC'
    ? 'the system allows no more watches to this user (ENOSPC)'
    : reasonOf(error)
