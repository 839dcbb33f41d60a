import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { LiveflagError } from '../core/errors'
import type { SourceProblem } from '../core/source'
import { liveConfigFiles, openFile, readBytes } from '../sources/paths'

/**
 * Paths that the shell opened for the command: `/dev/stdin`, and `<(…)`, which it passes as
 * `/dev/fd/63`.
 */
const OPENED = /^\/dev\/(?:stdin|fd\/(\d{1,9}))$/

export const isInput = <T extends object>(found: T | SourceProblem): found is T =>
  !('severity' in found)

/** Opens a path of the command line; `-` is stdin. */
export async function openInput(path: string, stdin: Readable): Promise<Readable | SourceProblem> {
  if (path === '-') return stdin
  const opened = OPENED.exec(path)
  return opened ? createReadStream(path, { fd: Number(opened[1] ?? 0) }) : openFile(path)
}

/**
 * The live config files of a directory, sorted by name; undefined when the path is no directory.
 */
export async function filesIn(path: string): Promise<string[] | SourceProblem | undefined> {
  // A shell variable that is not set is an empty path, which would mean the working directory.
  if (path === '') throw new LiveflagError('LIVEFLAG_BAD_OPTION', 'FILE is empty; give a path')
  return path === '-' ? undefined : liveConfigFiles(path)
}

/** Reads a path of the command line completely, up to a limit. */
export async function readInput(
  path: string,
  stdin: Readable,
  limitBytes: number,
): Promise<Uint8Array | SourceProblem> {
  const input = await openInput(path, stdin)
  return isInput(input) ? readBytes(path === '-' ? 'stdin' : path, input, limitBytes) : input
}

/**
 * The longest line: a longer one is cut and is then no JSON, so memory is bounded whatever comes
 * in.
 */
export const LONGEST_LINE = 1 << 20

/** The lines of a text as they arrive, in lists; the last needs no line break. */
export async function* lineBatches(
  chunks: AsyncIterable<string>,
): AsyncGenerator<readonly string[]> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE)
    if (lines.length > 0) yield lines
  }
  if (rest !== '') yield [rest]
}
