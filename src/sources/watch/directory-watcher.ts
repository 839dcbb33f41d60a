import { type ChokidarOptions, FSWatcher } from 'chokidar'

/**
 * One watcher for each directory, so that one that ended can be replaced alone. Not `persistent`:
 * that would keep the process alive, and would share a watch that ended between engines. Not
 * `atomic`: that would ignore names like `conf~`.
 */
export function watchDirectory(path: string): FSWatcher {
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
 * To name what changed, chokidar reads the whole directory after each event, unless it believes that
 * it did so just now. Names are not needed here, and a busy directory of 20,000 files would take a
 * whole core.
 */
class EventsOnly extends FSWatcher {
  constructor(options: ChokidarOptions) {
    super(options)
    const emitReady = this._emitReady
    // chokidar announces this by process.nextTick, which fake timers of a test replace.
    this._emitReady = () => {
      emitReady()
      if (this._readyEmitted) this.emit('ready')
    }
  }

  override _throttle(): false {
    return false
  }
}
