import type { Source } from '../core/source'
import { DirectoryCheck } from './watch/directory-check'
import { type FileOptions, watchOptions } from './watch/options'
import { watchedPath } from './watch/session'

/**
 * As for a file. The format is that of each file's extension, and `graceMs` is 300 when left out.
 */
export type DirectoryOptions = Omit<FileOptions, 'format'>

/**
 * Shorter than a file's: the whole directory waits for it. Tools that delete and then write take a
 * few milliseconds.
 */
const GRACE_MS = 300

/**
 * A watched directory: each `*.yaml`, `*.yml`, `*.json` and `*.ini` file in it is a part of the
 * live config, and may come and go. They are merged in the order of their names; each keeps its own
 * last good. Hidden files and directories below are ignored. See docs/sources.md.
 *
 * @example
 * const features = await openFeatures({ source: directory('config/live.d') })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an option that is unknown or not valid
 */
export function directory(path: string, options: DirectoryOptions = {}): Source {
  const settled = watchOptions(path, { graceMs: GRACE_MS, ...options }, 'directory')
  return watchedPath(
    path,
    settled,
    (checked, sink, watch) => new DirectoryCheck(checked, sink, watch),
  )
}
