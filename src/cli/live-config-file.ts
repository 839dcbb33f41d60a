import type { Readable } from 'node:stream'
import { LiveflagError } from '../core/errors'
import type { Format } from '../core/format'
import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import { type Features, openFeatures } from '../features'
import { checkText } from '../live-config/check'
import { fileOptions } from '../sources/internal/file-options'
import { badEncoding } from '../sources/internal/file-problems'
import { memory } from '../sources/memory'
import { decodeUtf8 } from '../sources/internal/utf8'
import { isInput, readInput } from './input'
import { placeOf } from './problems'

/** The options that every command has. */
export interface Reading {
  readonly format?: Format
  readonly compat?: Compat
}

/** A live config as it was read, once: nothing is watched. */
export interface Text {
  readonly name: string
  readonly text: string
  readonly format: Format
}

/** Reads FILE, or stdin for `-`. A file that cannot be read is a problem like any other. */
export async function readText(path: string, { format }: Reading, stdin: Readable): Promise<Text | Problem> {
  const name = path === '-' ? 'stdin' : path
  const { format: known, hardLimitBytes } = fileOptions(path, {})
  const bytes = await readInput(path, stdin, hardLimitBytes)
  if (!isInput(bytes)) return { ...bytes, source: name }
  const decoded = decodeUtf8(bytes)
  if (decoded.text === undefined) return { ...badEncoding(name, bytes, decoded.offset), ...decoded.position, source: name }
  return { name, text: decoded.text, format: format ?? known }
}

export const isProblem = (read: Text | Problem): read is Problem => 'code' in read

/** The problem in one line, with the place when it has one. */
export const faultLine = (problem: Problem): string => `${problem.line === undefined ? '' : `${placeOf(problem)}: `}${problem.message}`

export interface Opened {
  readonly file: Text
  readonly features: Features
}

/** Opens a live config to ask it; throws LIVEFLAG_NO_CONFIG with the place of the fault when there is nothing to ask. */
export async function openText(path: string, reading: Reading, stdin: Readable): Promise<Opened> {
  const file = await readText(path, reading, stdin)
  if (isProblem(file)) throw noConfig(file)
  const { name, text, format } = file
  const { compat } = reading
  try {
    const features = await openFeatures({ source: memory(text, { format, name }), ...(compat && { compat }) })
    // Whoever asks wants an answer; what is wrong is said where it matters to it, and by `check`.
    features.on('problem', () => undefined)
    return { file, features }
  } catch (error) {
    throw faultOf(file, reading, error) ?? error
  }
}

/** Why the engine found nothing to start with at this path; undefined when there is something by now. */
export async function startFault(path: string, reading: Reading, stdin: Readable, cause: LiveflagError): Promise<LiveflagError | undefined> {
  const file = await readText(path, reading, stdin)
  return isProblem(file) ? noConfig(file, cause) : faultOf(file, reading, cause)
}

function faultOf({ name, text, format }: Text, { compat }: Reading, cause: unknown): LiveflagError | undefined {
  const { problems } = checkText(text, { format, source: name, ...(compat && { compat }) })
  const fault = problems.find(({ severity }) => severity === 'error')
  return fault && noConfig(fault, cause)
}

const noConfig = (problem: Problem, cause?: unknown): LiveflagError =>
  new LiveflagError('LIVEFLAG_NO_CONFIG', faultLine(problem), { cause })
