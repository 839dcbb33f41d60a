import type { Source } from '../core/source'
import { DirectoryLook } from './watch/directory-look'
import { type FileOptions, watchOptions } from './watch/options'
import { WatchedPath } from './watch/session'

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
  const settled = watchOptions(path, { graceMs: GRACE_MS, ...options }, 'directory')
  return new WatchedPath(
    path,
    settled,
    (absolute, sink, watch, sleep) =>
      new DirectoryLook({ path: absolute, name: path, options: settled, sleep }, sink, watch),
  )
}
