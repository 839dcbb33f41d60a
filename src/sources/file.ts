import type { Source } from '../core/source'
import { FileLook } from './watch/file-look'
import { fileOptions, type FileOptions } from './watch/options'
import { FileReport } from './watch/report'
import { WatchedPath } from './watch/session'

export type { FileOptions } from './watch/options'

/**
 * A watched file. Its directory is never written to, and the file may be replaced in any way: rewritten, renamed over,
 * swapped by a link anywhere on its path, deleted and put back. See docs/sources.md for what no watcher can see.
 */
export function file(path: string, options: FileOptions = {}): Source {
  const settled = fileOptions(path, options)
  return new WatchedPath(
    path,
    settled,
    (absolute, sink, watch, sleep) =>
      new FileLook(
        absolute,
        path,
        settled,
        new FileReport(path, settled.format, sink),
        watch,
        sleep,
      ),
  )
}
