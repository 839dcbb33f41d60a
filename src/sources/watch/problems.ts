import { sep } from 'node:path'
import type { SourceProblem } from '../../core/source'
import type { ConflictCopy } from './conflict-copies'
import type { WatchProblem } from './events'
import type { End, RegularFile } from './file-state'

/** The problems of watched files and directories: what each is called, and what to do about it. */

export type Failure = Exclude<End, RegularFile>

const MIB = 1024 * 1024
const size = (bytes: number): string =>
  bytes < MIB / 10 ? `${bytes} bytes` : `${Math.round((bytes / MIB) * 100) / 100} MiB`

/** `name` is the path as it was given, `path` the absolute one. */
export function failureProblem(name: string, end: Failure, path = name): SourceProblem {
  switch (end.kind) {
    case 'missing':
      return error(
        'missing',
        `${name} is missing${missingWhere(name, path, end.at)}; restore it, or correct the path`,
      )
    case 'not-a-file':
      return notAFile(name, end.what)
    case 'unreadable':
      return unreadable(name, end.at, end.reason, path)
  }
}

function missingWhere(name: string, path: string, at: string): string {
  if (at !== path) return ` (there is no ${at})`
  return path.endsWith(sep + name) ? ` from ${path.slice(0, -name.length - 1) || sep}` : ''
}

function notAFile(name: string, what: string): SourceProblem {
  const advice =
    what === 'a directory'
      ? 'name a file in it, or give the directory as directory(path)'
      : 'put a regular file in its place, or correct the path'
  return error('not-a-file', `${name} is ${what}, not a regular file; ${advice}`)
}

export function notADirectory(name: string, what: string): SourceProblem {
  return error(
    'not-a-directory',
    `${name} is ${what}, not a directory; name the directory that it is in, or give it as file(path)`,
  )
}

export function noFiles(name: string): SourceProblem {
  return error(
    'empty',
    `${name} has no file whose name ends in .yaml, .yml, .json or .ini; put one there, one with {} if you mean that there are no features`,
  )
}

const MOST_NAMED = 5

export function copiesLeftOut(name: string, copies: readonly ConflictCopy[]): SourceProblem {
  const named = copies
    .slice(0, MOST_NAMED)
    .map((copy) => `${JSON.stringify(copy.name)} (a copy of ${copy.made})`)
    .join(', ')
  const more = copies.length > MOST_NAMED ? ` and ${copies.length - MOST_NAMED} more` : ''
  return warning(
    'conflict-copy',
    `${name} has ${named}${more}, which is not read; take over what you need from it and delete it, or rename it`,
  )
}

export function unreadable(name: string, at: string, reason: string, path = name): SourceProblem {
  const where = at === path ? '' : ` (at ${at})`
  return error(
    'unreadable',
    `${name} cannot be read${where}: ${reason}; ${READING_ADVICE.find(([code]) => reason.includes(code))?.[1] ?? 'repair it, or correct the path'}`,
  )
}

/** By the code of the failed call, which is part of the reason. */
const READING_ADVICE: readonly (readonly [code: string, advice: string])[] = [
  ['EACCES', 'give this process the right to read it, or repair it'],
  ['EPERM', 'give this process the right to read it, or repair it'],
  ['ERR_ACCESS_DENIED', 'start Node with --allow-fs-read for it, or correct the path'],
  ['ELOOP', 'make the link lead to a file'],
  ['ENAMETOOLONG', 'correct the path'],
  ['EMFILE', 'close some, or raise the limit'],
  ['ENFILE', 'close some, or raise the limit'],
]

/** The size is left out: a file that grows would be a new problem at every check. */
export function tooLarge(path: string, limit: number): SourceProblem {
  return error(
    'too-large',
    `${path} has more than ${size(limit)}, the hard limit, so it was not read; shorten it, or raise hardLimitBytes`,
  )
}

export function large(path: string, limit: number): SourceProblem {
  return warning(
    'too-large',
    `${path} has more than ${size(limit)}, which takes long to load; shorten it, or raise softLimitBytes`,
  )
}

export function unstable(path: string, forMs: number): SourceProblem {
  const seconds = Math.round(forMs / 1000)
  return warning(
    'unstable',
    `${path} has been written to without a pause for ${seconds} s, so parts of it may not be in force; write it whole, and rename it into place`,
  )
}

export function noEvents(path: string, { code, reason }: WatchProblem): SourceProblem {
  const advice =
    code === 'watch-limit'
      ? 'raise the limit (on Linux fs.inotify.max_user_watches)'
      : 'nothing is lost but time'
  return warning(
    code,
    `changes of ${path} are found by looking again and again, not by events: ${reason}; ${advice}`,
  )
}

function error(code: SourceProblem['code'], message: string): SourceProblem {
  return { code, severity: 'error', message }
}

function warning(code: SourceProblem['code'], message: string): SourceProblem {
  return { code, severity: 'warning', message }
}
