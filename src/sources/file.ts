import { fileOptions, type FileOptions } from './internal/file-options'
import { FileLook } from './internal/file-look'
import { FileReport } from './internal/file-report'
import { WatchedPath } from './internal/watched-path'
import type { Source } from './source'

export type { FileOptions } from './internal/file-options'

/**
 * A watched file. Its directory is never written to, and the file may be replaced in any way: rewritten, renamed over,
 * swapped by a link anywhere on its path, deleted and put back. See docs/sources.md for what no watcher can see.
 */
export function file(path: string, options: FileOptions = {}): Source {
  const settled = fileOptions(path, options)
  return new WatchedPath(path, settled, (absolute, sink, watch, timers) => new FileLook(absolute, path, settled, new FileReport(path, settled.format, sink), watch, timers))
}
