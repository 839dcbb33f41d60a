import { extname, sep } from 'node:path'
import { badOption, checkFormat, mergeOptions } from '../../core/options'
import type { Format } from '../../core/source'

export interface FileOptions {
  /** Left out: by the file's extension; YAML for one that is not known. */
  readonly format?: Format
  /** Listen to the file system's events. Default true. */
  readonly events?: boolean
  /**
   * How often to check without an event, because a watch can end without an error. Default 1000; 0:
   * never.
   */
  readonly pollMs?: number
  /**
   * How long a file must be left alone before it is read: a writer may not have finished. Default
   * 50.
   */
  readonly settleMs?: number
  /** A file that is never left alone is read at least this often. Default 1000. */
  readonly maxWaitMs?: number
  /**
   * How long a file may be gone before that is a problem: some tools delete, then write. Default
   * 1000.
   */
  readonly graceMs?: number
  /** A larger file is a warning. Default 10 MiB. */
  readonly softLimitBytes?: number
  /** A larger file is refused without parsing it. Default 100 MiB. */
  readonly hardLimitBytes?: number
  /** Watching keeps the process alive. Default false. */
  readonly keepAlive?: boolean
}

/** All that watching needs to know. */
export type WatchOptions = Required<Omit<FileOptions, 'format'>>

const MIB = 1024 * 1024

const DEFAULTS: WatchOptions = {
  events: true,
  pollMs: 1000,
  settleMs: 50,
  maxWaitMs: 1000,
  graceMs: 1000,
  softLimitBytes: 10 * MIB,
  hardLimitBytes: 100 * MIB,
  keepAlive: false,
}

const FORMATS: Readonly<Record<string, Format>> = {
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
  '.ini': 'ini',
}

/** By the extension; undefined when that is not known. */
const knownFormat = (path: string): Format | undefined => FORMATS[extname(path).toLowerCase()]

export const formatOf = (path: string): Format => knownFormat(path) ?? 'yaml'

/**
 * Whether a directory's file of this name is live config: hidden files are not, nor what editors
 * and tools leave behind.
 */
export const isLiveConfigName = (name: string): boolean =>
  !name.startsWith('.') && knownFormat(name) !== undefined

/** Not normalised: behind a link, `..` leads elsewhere than the text suggests. */
export const fileIn = (directory: string, file: string): string =>
  directory.endsWith(sep) ? directory + file : directory + sep + file

/** Fills in defaults; throws LIVEFLAG_BAD_OPTION on what is not valid. */
export function fileOptions(
  path: string,
  { format, ...options }: FileOptions,
  call = 'file',
): Required<FileOptions> {
  const settled = watchOptions(path, options, call)
  if (format !== undefined) checkFormat(callWith(call, path), format)
  return { format: format ?? formatOf(path), ...settled }
}

/** The same where there is no format to state. */
export function watchOptions(
  path: string,
  options: Partial<WatchOptions>,
  call: string,
): WatchOptions {
  if (typeof path !== 'string' || path === '' || path.includes('\0'))
    throw badOption(call, 'the path', path, 'a path')
  return mergeOptions(callWith(call, path), options, DEFAULTS)
}

const callWith = (call: string, path: string): string => `${call}(${JSON.stringify(path)})`
