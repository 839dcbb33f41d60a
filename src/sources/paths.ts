import { constants, open, readdir } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { reasonOf } from '../core/errors'
import type { Format, SourceProblem } from '../core/source'
import { conflictCopies, leftBehind } from './watch/conflict-copies'
import { directoryState, pathState } from './watch/file-state'
import { fileIn, fileOptions, isLiveConfigName } from './watch/options'
import { copiesLeftOut, failureProblem, noFiles, tooLarge, unreadable } from './watch/problems'

/** For tools that read a path once, by the rules of the sources that watch it. */

/**
 * Opens a regular file. Anything else is a problem: reading a named pipe would wait without end,
 * and a device may never end.
 */
export async function openFile(path: string): Promise<Readable | SourceProblem> {
  const whole = absolute(path)
  const { end } = await pathState(whole)
  // Users know where the working directory is.
  if (end.kind === 'missing' && end.at === whole) return failureProblem(path, { ...end, at: path })
  if (end.kind !== 'file') return failureProblem(path, end)
  try {
    // If a pipe has taken the place of the file meanwhile, opening it does not wait for a writer.
    const handle = await open(end.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    return handle.createReadStream()
  } catch (error) {
    return unreadable(path, path, reasonOf(error))
  }
}

const absolute = (path: string): string => (isAbsolute(path) ? path : process.cwd() + sep + path)

/**
 * The live config files of a directory, sorted by name; undefined when the path leads to no
 * directory.
 */
export async function liveConfigFiles(path: string): Promise<string[] | SourceProblem | undefined> {
  if ((await directoryState(absolute(path))).end.kind !== 'directory') return undefined
  try {
    const names = liveConfigNames(await readdir(path))
    return names.length > 0 ? names.map((name) => fileIn(path, name)) : noFiles(path)
  } catch (error) {
    return unreadable(path, path, reasonOf(error))
  }
}

/** The names of live configs among those of a directory, sorted. */
export function liveConfigNames(names: readonly string[]): readonly string[] {
  const all = names.filter(isLiveConfigName).sort()
  const leftOut = new Set(conflictCopies(all).map(({ name }) => name))
  return all.filter((name) => !leftOut.has(name))
}

/** What a directory has beside its live configs, and nobody reads. */
export interface Unread {
  /** The source of the directory reports these, too. */
  readonly copies: SourceProblem | undefined
  readonly leftBehind: SourceProblem | undefined
}

export async function unreadIn(path: string): Promise<Unread> {
  const names = (await readdir(path).catch(() => [])).sort()
  const [copies, left] = [conflictCopies(names.filter(isLiveConfigName)), leftBehind(names)]
  return {
    copies: copies.length > 0 ? copiesLeftOut(path, copies) : undefined,
    leftBehind: left.length > 0 ? copiesLeftOut(path, left) : undefined,
  }
}

/**
 * Reads a stream whole, up to a limit. Its size is not asked: a file can grow, and a pipe has none.
 */
export async function readBytes(
  name: string,
  input: Readable,
  limitBytes: number,
): Promise<Uint8Array | SourceProblem> {
  const chunks: Uint8Array[] = []
  let total = 0
  try {
    // A stream without an encoding gives bytes.
    for await (const chunk of input as AsyncIterable<Uint8Array>) {
      total += chunk.length
      if (total > limitBytes) return tooLarge(name, limitBytes)
      chunks.push(chunk)
    }
  } catch (error) {
    return unreadable(name, name, reasonOf(error))
  }
  return Buffer.concat(chunks)
}

/** What `file(path)` takes for granted of a path. */
export function fileDefaults(path: string): {
  readonly format: Format
  readonly limitBytes: number
} {
  const { format, hardLimitBytes } = fileOptions(path, {})
  return { format, limitBytes: hardLimitBytes }
}
