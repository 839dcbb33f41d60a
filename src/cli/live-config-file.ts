import type { Readable } from 'node:stream'
import { LiveflagError } from '../core/errors'
import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import type { Format } from '../core/source'
import { type Features, openFeatures } from '../engine/features'
import { type Checked, type CheckOptions, checkTexts } from '../live-config/check'
import { directory } from '../sources/directory'
import { memory } from '../sources/memory'
import { decodeText } from '../sources/bytes'
import { fileDefaults } from '../sources/paths'
import { filesIn, isInput, readInput } from './input'
import { placeOf } from './problems'

/** The options that every command has. */
export interface Reading {
  readonly format?: Format
  readonly compat?: Compat
}

/** The text of a live config, read once and not watched. */
export interface Text {
  readonly name: string
  readonly text: string
  readonly format: Format
}

/** Reads FILE, or stdin for `-`. A file that cannot be read is a problem like any other. */
async function readText(
  path: string,
  { format }: Reading,
  stdin: Readable,
): Promise<Text | Problem> {
  const name = path === '-' ? 'stdin' : path
  const defaults = fileDefaults(path)
  const bytes = await readInput(path, stdin, defaults.limitBytes)
  if (!isInput(bytes)) return { ...bytes, source: name }
  const text = decodeText(name, bytes)
  if (typeof text !== 'string') return { ...text, source: name }
  return { name, text, format: format ?? defaults.format }
}

const isProblem = (read: Text | Problem): read is Problem => 'code' in read
const isText = (read: Text | Problem): read is Text => !isProblem(read)

/** The texts of FILE: one, or those of a directory, and what could not be read. */
export interface Texts {
  readonly texts: readonly Text[]
  readonly problems: readonly Problem[]
  readonly isDirectory: boolean
}

export async function readTexts(path: string, reading: Reading, stdin: Readable): Promise<Texts> {
  const files = await filesIn(path)
  if (files && reading.format)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${path} is a directory, whose files have the formats of their extensions; leave out --format`,
    )
  if (files && !Array.isArray(files))
    return { texts: [], problems: [{ ...files, source: path }], isDirectory: true }
  const read = await Promise.all((files ?? [path]).map((file) => readText(file, reading, stdin)))
  return {
    texts: read.filter(isText),
    problems: read.filter(isProblem),
    isDirectory: files !== undefined,
  }
}

/** Checks the texts as the engine does at start. */
export function checked(
  { texts, problems }: Texts,
  { compat, target }: Reading & Pick<CheckOptions, 'target'>,
): Checked {
  const found = checkTexts(
    texts.map(({ name, text, format }) => ({ text, format, source: name })),
    { ...(compat && { compat }), ...(target && { target }) },
  )
  return { features: found.features, problems: [...problems, ...found.problems] }
}

/** The problem in one line, with the place when it has one. */
export const problemText = (problem: Problem): string =>
  `${problem.line === undefined ? '' : `${placeOf(problem)}: `}${problem.message}`

export interface Opened {
  readonly texts: readonly Text[]
  readonly features: Features
}

/**
 * Opens a live config for questions; throws LIVEFLAG_NO_CONFIG with the place of the problem when
 * nothing is in force.
 */
export async function openText(
  path: string,
  reading: Reading & { readonly now?: () => number },
  stdin: Readable,
): Promise<Opened> {
  const found = await readTexts(path, reading, stdin)
  const [unread] = found.problems
  if (unread) throw noConfig(unread)
  const { compat, now } = reading
  const source = found.isDirectory
    ? directory(path, { events: false, pollMs: 0 })
    : found.texts.map(({ text, format, name }) => memory(text, { format, name }))
  try {
    const features = await openFeatures({ source, ...(compat && { compat }), ...(now && { now }) })
    // Warnings are not printed here: `check` reports problems, and an answer that they change says
    // so.
    features.on('problem', () => undefined)
    return { texts: found.texts, features }
  } catch (error) {
    throw problemOf(found, reading, error) ?? error
  }
}

/**
 * Why the engine found nothing to start with at this path; undefined when it would find something
 * now.
 */
export async function startProblem(
  path: string,
  reading: Reading,
  stdin: Readable,
  cause: LiveflagError,
): Promise<LiveflagError | undefined> {
  return problemOf(await readTexts(path, reading, stdin), reading, cause)
}

function problemOf(found: Texts, reading: Reading, cause: unknown): LiveflagError | undefined {
  const problem = checked(found, reading).problems.find(({ severity }) => severity === 'error')
  return problem && noConfig(problem, cause)
}

const noConfig = (problem: Problem, cause?: unknown): LiveflagError =>
  new LiveflagError('LIVEFLAG_NO_CONFIG', problemText(problem), { cause })
