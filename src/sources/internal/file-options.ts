import { extname } from 'node:path'
import { LiveflagError } from '../../core/errors'
import type { Format } from '../../core/format'

export interface FileOptions {
  /** Left out: by the file's extension; YAML for one that is not known. */
  readonly format?: Format
  /** Listen to the file system's events. Default true. */
  readonly events?: boolean
  /** How often to look without an event, because a watch can die without a word. Default 1000; 0: never. */
  readonly pollMs?: number
  /** How long a file must be left alone before it is read: a writer may not have finished. Default 50. */
  readonly settleMs?: number
  /** Look at a file that is never left alone at least this often. Default 1000. */
  readonly maxWaitMs?: number
  /** How long a file may be gone before that is a problem: some tools delete, then write. Default 1000. */
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

const DEFAULTS = {
  events: true,
  pollMs: 1000,
  settleMs: 50,
  maxWaitMs: 1000,
  graceMs: 1000,
  softLimitBytes: 10 * MIB,
  hardLimitBytes: 100 * MIB,
  keepAlive: false
}

const FORMATS: Readonly<Record<string, Format>> = { '.yaml': 'yaml', '.yml': 'yaml', '.json': 'json', '.ini': 'ini' }

const LONGEST_TIMER = 2 ** 31 - 1

/** Fills in defaults; throws LIVEFLAG_BAD_OPTION on what no timer and no size can be. */
export function fileOptions(path: string, options: FileOptions): Required<FileOptions> {
  const settled = { format: FORMATS[extname(path).toLowerCase()] ?? 'yaml', ...DEFAULTS, ...options }
  for (const [name, value] of Object.entries(settled)) {
    const most = name.endsWith('Ms') ? LONGEST_TIMER : Number.MAX_SAFE_INTEGER
    if (typeof value === 'number' && !(value >= 0 && value <= most)) throw badOption(path, name, value, most)
  }
  return settled
}

function badOption(path: string, name: string, value: number, most: number): LiveflagError {
  return new LiveflagError('LIVEFLAG_BAD_OPTION', `file(${JSON.stringify(path)}): ${name} is ${value}; write a number from 0 to ${most}`)
}
