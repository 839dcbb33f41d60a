import type { Source } from '../core/source'
import { FileCheck } from './watch/file-check'
import { fileOptions, type FileOptions } from './watch/options'
import { FileReport } from './watch/report'
import { watchedPath } from './watch/session'

export type { FileOptions } from './watch/options'

/**
 * A watched file. Its directory is never written to, and the file may be replaced in any way:
 * rewritten, renamed over, exchanged by a link anywhere on its path, deleted and put back.
 * docs/sources.md says what no watcher can see.
 *
 * @example
 * const features = await openFeatures({ source: file('config/live.yaml', { pollMs: 5000 }) })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an option that is unknown or not valid
 */
export function file(path: string, options: FileOptions = {}): Source {
  const { format, ...watchOptions } = fileOptions(path, options)
  return watchedPath(
    path,
    watchOptions,
    (checked, sink, watch) => new FileCheck(checked, new FileReport(path, format, sink), watch),
  )
}
