import type { Readable } from 'node:stream'
import { LiveflagError } from '../core/errors'
import type { JsonValue } from '../core/json'
import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import type { Format, Source } from '../core/source'
import { type Features, openFeatures } from '../engine/features'
import {
  type Checked,
  type CheckedText,
  type CheckOptions,
  checkTexts,
  snapshotOf,
} from '../live-config/check'
import { readWritten } from '../live-config/read-entries'
import { directory } from '../sources/directory'
import { memory } from '../sources/memory'
import { overrideFile } from '../sources/override-file'
import { decodeText } from '../sources/bytes'
import { fileDefaults } from '../sources/paths'
import { filesIn, isInput, readInput } from './input'
import { placeOf } from './problems'
import { isUrl, readUrl, type SourceFlags } from './sources'

/** The options that every command has, and which live configs it reads. */
export interface Reading extends SourceFlags {
  readonly compat?: Compat
}

/** The text of a live config, read once and not watched. */
export interface Text {
  readonly name: string
  readonly text: string
  readonly format: Format
  /** 0 for FILE; a text overrides those of a lower layer. */
  readonly layer: number
  readonly dialect?: 'overrides'
}

/** Reads FILE, or stdin for `-`. A file that cannot be read is a problem like any other. */
async function readText(
  path: string,
  reading: Reading,
  stdin: Readable,
  layer: number,
): Promise<Text | Problem> {
  if (isUrl(path)) return readTextAt(path, reading, layer)
  const { format } = reading
  const name = path === '-' ? 'stdin' : path
  const defaults = fileDefaults(path)
  const bytes = await readInput(path, stdin, defaults.limitBytes)
  if (!isInput(bytes)) return { ...bytes, source: name }
  const text = decodeText(name, bytes)
  if (typeof text !== 'string') return { ...text, source: name }
  return { name, text, format: format ?? defaults.format, layer }
}

async function readTextAt(url: string, reading: Reading, layer: number): Promise<Text | Problem> {
  const { name, found } = await readUrl(url, reading)
  return isInput(found)
    ? { name, text: found.text, format: found.format, layer }
    : { ...found, source: name }
}

const isProblem = (read: Text | Problem): read is Problem => 'code' in read
const isText = (read: Text | Problem): read is Text => !isProblem(read)

/** The texts of FILE, those over it, and what could not be read. */
export interface Texts {
  readonly texts: readonly Text[]
  readonly problems: readonly Problem[]
  /** Whether there is more than one text, or may be: problems then say which has them. */
  readonly isDirectory: boolean
}

/** Reads a path or URL with all that is over it: `--layer`, then `--override`. */
export async function readTexts(path: string, reading: Reading, stdin: Readable): Promise<Texts> {
  const { layer = [], override = [] } = reading
  const read: Texts[] = [await readLayer(path, reading, stdin, 0)]
  const { format: _, ...others } = reading
  for (const over of layer) read.push(await readLayer(over, others, stdin, read.length))
  for (const over of override) read.push(await readOverrides(over, others, stdin, read.length))
  return {
    texts: read.flatMap(({ texts }) => texts),
    problems: read.flatMap(({ problems }) => problems),
    isDirectory: read.length > 1 || read.some(({ isDirectory }) => isDirectory),
  }
}

async function readLayer(
  path: string,
  reading: Reading,
  stdin: Readable,
  layer: number,
): Promise<Texts> {
  if (layer > 0 && path === '-') throw onlyFile('--layer')
  const files = isUrl(path) ? undefined : await filesIn(path)
  if (files && reading.format)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${path} is a directory, whose files have the formats of their extensions; leave out --format`,
    )
  if (files && !Array.isArray(files))
    return { texts: [], problems: [{ ...files, source: path }], isDirectory: true }
  const read = await Promise.all(
    (files ?? [path]).map((file) => readText(file, reading, stdin, layer)),
  )
  return {
    texts: read.filter(isText),
    problems: read.filter(isProblem),
    isDirectory: files !== undefined,
  }
}

async function readOverrides(
  path: string,
  reading: Reading,
  stdin: Readable,
  layer: number,
): Promise<Texts> {
  if (path === '-' || isUrl(path)) throw onlyFile('--override')
  const read = await readText(path, reading, stdin, layer)
  return isText(read)
    ? { texts: [{ ...read, dialect: 'overrides' }], problems: [], isDirectory: false }
    : { texts: [], problems: [read], isDirectory: false }
}

const onlyFile = (option: string): LiveflagError =>
  new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${option} takes a ${option === '--layer' ? 'path or a URL' : 'file'}; give stdin and URLs as FILE`,
  )

/** Checks the texts as the engine does at start. */
export function checked(
  { texts, problems }: Pick<Texts, 'texts' | 'problems'>,
  { compat, target, cautions }: Reading & Pick<CheckOptions, 'target' | 'cautions'>,
): Checked {
  const [lowest = [], ...over] = byLayer(texts)
  const found = checkTexts(lowest, {
    over,
    ...(compat && { compat }),
    ...(target && { target }),
    ...(cautions && { cautions }),
  })
  return { features: found.features, problems: [...problems, ...found.problems] }
}

/** The value of each feature that would be in force at start, by its name. */
export function acceptedIn(
  texts: readonly Text[],
  { compat }: Reading,
): ReadonlyMap<string, JsonValue> {
  const [lowest = [], ...over] = byLayer(texts)
  const { snapshot } = snapshotOf(lowest, { over, ...(compat && { compat }) })
  return new Map(
    [...snapshot.items()].flatMap(([name, { version }]) =>
      version ? [[name, version.definition.value]] : [],
    ),
  )
}

/** The texts of each layer, as a check takes them. */
function byLayer(texts: readonly Text[]): readonly (readonly CheckedText[])[] {
  const layers: CheckedText[][] = []
  for (const { name, layer, ...text } of texts)
    (layers[layer] ??= []).push({ ...text, source: name })
  return Array.from(layers, (those) => those ?? [])
}

/** The problem in one line, with the place when it has one. */
export const problemText = (problem: Problem): string =>
  `${problem.line === undefined ? '' : `${placeOf(problem)}: `}${problem.message}`

/** Why nothing of a text can be read. */
export function whyUnread({ name, text, format, dialect }: Text): readonly string[] {
  const { fatal } = dialect === 'overrides' ? {} : readWritten(text, format)
  return fatal && fatal.code !== 'empty' ? [problemText({ ...fatal, source: name })] : []
}

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
  try {
    const source = await sourcesOf(path, reading, found.texts)
    const features = await openFeatures({ source, ...(compat && { compat }), ...(now && { now }) })
    // Warnings are not printed here: `check` reports problems, and an answer that they change says
    // so.
    features.on('problem', () => undefined)
    return { texts: found.texts, features }
  } catch (error) {
    throw problemOf(found, reading, error) ?? error
  }
}

/** A source for each layer, of the texts that were read; files of a directory are one source. */
async function sourcesOf(
  path: string,
  { layer = [], override = [] }: Reading,
  texts: readonly Text[],
): Promise<readonly Source[]> {
  const still = { events: false, pollMs: 0 }
  const below = await Promise.all(
    [path, ...layer].map(async (one, at) => {
      if (!isUrl(one) && (await filesIn(one)) !== undefined) return [directory(one, still)]
      const own = texts.filter((text) => text.layer === at)
      return own.map(({ text, format, name }) => memory(text, { format, name }))
    }),
  )
  // Nobody is served here, so production refuses nothing.
  const over = override.map((one) => overrideFile(one, { ...still, allowInProduction: true }))
  return [...below.flat(), ...over]
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

/** The first error of the texts, as why no engine could start with them. */
export function problemOf(
  found: Pick<Texts, 'texts' | 'problems'>,
  reading: Reading,
  cause: unknown,
): LiveflagError | undefined {
  const problem = checked(found, reading).problems.find(({ severity }) => severity === 'error')
  return problem && noConfig(problem, cause)
}

const noConfig = (problem: Problem, cause?: unknown): LiveflagError =>
  new LiveflagError('LIVEFLAG_NO_CONFIG', problemText(problem), { cause })
