import { createReadStream } from 'node:fs'
import { constants, open, readdir } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { LiveflagError, reasonOf } from '../core/errors'
import type { SourceProblem } from '../core/source'
import { fileIn } from '../sources/watch/directory-look'
import { directoryState, pathState } from '../sources/watch/file-state'
import { isLiveConfigName } from '../sources/watch/options'
import { failureProblem, noFiles, tooLarge, unreadable } from '../sources/watch/problems'

/** What the shell has opened for the command: `/dev/stdin`, and `<(…)`, which it passes as `/dev/fd/63`. */
const OPENED = /^\/dev\/(?:stdin|fd\/(\d{1,9}))$/

export const isInput = <T extends object>(found: T | SourceProblem): found is T => !('severity' in found)

/**
 * What a path of the command line leads to, `-` being stdin. Only regular files are opened: a named pipe would be waited
 * for without end, and a device may never end.
 */
export async function openInput(path: string, stdin: Readable): Promise<Readable | SourceProblem> {
  if (path === '-') return stdin
  const opened = OPENED.exec(path)
  if (opened) return createReadStream(path, { fd: Number(opened[1] ?? 0) })
  const whole = absolute(path)
  const { end } = await pathState(whole)
  // Where the working directory is, the user knows.
  if (end.kind === 'missing' && end.at === whole) return failureProblem(path, { ...end, at: path })
  if (end.kind !== 'file') return failureProblem(path, end)
  try {
    // Should a pipe have taken the file's place meanwhile, this does not wait for a writer either.
    const handle = await open(end.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    return handle.createReadStream()
  } catch (error) {
    return unreadable(path, path, reasonOf(error))
  }
}

const absolute = (path: string): string => (isAbsolute(path) ? path : process.cwd() + sep + path)

/** The files of a directory that are live config, in the order of their names; undefined for what is no directory. */
export async function filesIn(path: string): Promise<string[] | SourceProblem | undefined> {
  // As from a shell variable that is not set; joined to the working directory, it would be that.
  if (path === '') throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'FILE is empty; give a path')
  if (path === '-' || (await directoryState(absolute(path))).end.kind !== 'directory') return undefined
  try {
    const names = (await readdir(path)).filter(isLiveConfigName).sort()
    return names.length > 0 ? names.map((name) => fileIn(path, name)) : noFiles(path)
  } catch (error) {
    return unreadable(path, path, reasonOf(error))
  }
}

/** All of it, unless it is more than the limit: a size is not believed, for a file can grow and a pipe has none. */
export async function readInput(path: string, stdin: Readable, limitBytes: number): Promise<Uint8Array | SourceProblem> {
  const name = path === '-' ? 'stdin' : path
  const input = await openInput(path, stdin)
  if (!isInput(input)) return input
  const chunks: Uint8Array[] = []
  let total = 0
  try {
    // Where data comes in: without an encoding, chunks are bytes.
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

/** A longer line is cut there, which no JSON outlives, so that memory stays within bounds whatever comes in. */
export const LONGEST_LINE = 1 << 20

/** The lines of a text as they come, in lists; the last needs no line break. */
export async function* lineBatches(chunks: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
    if (lines.length > 0) yield lines
  }
  if (rest !== '') yield [rest]
}
