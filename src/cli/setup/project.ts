import { readFileSync, statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { parse } from 'jsonc-parser'
import { LiveflagError, reasonOf } from '../../core/errors'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../../core/json'

/** A file of the project's own code. */
export interface SourceText {
  /** From the project's directory, with `/`. */
  readonly path: string
  readonly text: string
}

/** What is known of an application before liveflag is added to it, or when it is examined. */
export interface Project {
  readonly dir: string
  /** The text of package.json. */
  readonly manifestText: string
  readonly manifest: JsonObject
  /** The ranges of all its dependencies, by name; those for production first. */
  readonly dependencies: ReadonlyMap<string, string>
  readonly sources: readonly SourceText[]
  /** Whether a file or directory is there. */
  readonly has: (path: string) => boolean
}

const CODE = /\.(?:[cm]?[jt]sx?)$/
const SKIPPED = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
  'test',
  'tests',
])
/** Of a large project the first files are enough to know what it is. */
const MOST_FILES = 2000
const LONGEST_FILE = 512 * 1024
const DEEPEST = 8

const KINDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

/**
 * Reads package.json and the code of a project.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, when there is no package.json that can be read
 */
export async function readProject(dir: string): Promise<Project> {
  const manifestText = readManifest(dir)
  // Data from outside: whatever it is, only objects and texts of it are used.
  const read = parse(manifestText) as JsonValue | undefined
  const manifest = read !== undefined && isJsonObject(read) ? read : {}
  const ranges = KINDS.flatMap((kind) => {
    const list = own(manifest, kind)
    return list !== undefined && isJsonObject(list) ? Object.entries(list) : []
  })
  const dependencies = new Map<string, string>()
  for (const [name, range] of ranges)
    if (typeof range === 'string' && !dependencies.has(name)) dependencies.set(name, range)
  const sources = await sourcesIn(dir)
  const has = (path: string): boolean =>
    statSync(join(dir, path), { throwIfNoEntry: false }) !== undefined
  return { dir, manifestText, manifest, dependencies, sources, has }
}

function readManifest(dir: string): string {
  try {
    return readFileSync(join(dir, 'package.json'), 'utf8')
  } catch (error) {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${join(dir, 'package.json')} cannot be read: ${reasonOf(error)}; give the directory of an application, or run npm init there`,
      { cause: error },
    )
  }
}

async function sourcesIn(dir: string): Promise<readonly SourceText[]> {
  const paths: string[] = []
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (paths.length >= MOST_FILES || entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isFile() && CODE.test(entry.name)) paths.push(path)
      if (entry.isDirectory() && depth < DEEPEST && !SKIPPED.has(entry.name))
        await visit(path, depth + 1)
    }
  }
  await visit(dir, 0)
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')))
  return paths.flatMap((path, n) => {
    const text = texts[n] ?? ''
    const isTooLong = text.length > LONGEST_FILE
    return isTooLong ? [] : [{ path: relative(dir, path).split(sep).join('/'), text }]
  })
}

/** Whether any file of the project imports the package, or a path within it. */
export function imports({ sources }: Project, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  const found = new RegExp(`(?:from|import|require\\()\\s*['"]${escaped}(?:/[^'"]*)?['"]`)
  return sources.some(({ text }) => found.test(text))
}
