import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { LiveflagError, reasonOf } from '../core/errors'
import { Ignored } from './ignored'
import type { CodeFile } from './project'
import { engineOf } from './templates/engines'

const SCRIPT = /\.([cm]?[jt]s|[jt]sx)$/
/** Written by programs, and of no use to read. */
const GENERATED = /\.d\.[cm]?ts$|\.min\.[cm]?js$/
/** Folders of other people's code, and of what is built. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'build',
  'coverage',
])
/** A longer one was written by a program. */
const LONGEST = 2_000_000
/** How many files are read at once. */
const AT_ONCE = 64

export const isScript = (path: string): boolean => SCRIPT.test(path) && !GENERATED.test(path)
const isCode = (path: string): boolean => isScript(path) || engineOf(path) !== undefined

/**
 * Reads the code below the given files and folders, sorted by path. `node_modules`, `dist`,
 * `build`, `coverage`, hidden folders and what a .gitignore leaves out are skipped; a file that is
 * named itself is read in any case.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when a path cannot be read
 */
export async function readCode(sources: readonly string[]): Promise<readonly CodeFile[]> {
  const paths = new Set<string>()
  for (const source of sources) for (const path of await pathsOf(source)) paths.add(path)
  const sorted = [...paths].sort()
  const files: CodeFile[] = []
  for (let at = 0; at < sorted.length; at += AT_ONCE)
    files.push(...(await Promise.all(sorted.slice(at, at + AT_ONCE).map(readOne))).flat())
  return files
}

async function readOne(path: string): Promise<readonly CodeFile[]> {
  const text = await readFile(path, 'utf8')
  return text.length > LONGEST ? [] : [{ path: path.split(sep).join('/'), text }]
}

async function pathsOf(source: string): Promise<readonly string[]> {
  const found = await stat(source).catch((error: unknown) => {
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${source || 'SRC'} cannot be read: ${reasonOf(error)}; give files or folders of code`,
      { cause: error },
    )
  })
  return found.isDirectory() ? below(source, [await Ignored.in(source)]) : [source]
}

async function below(folder: string, ignored: readonly Ignored[]): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (ignored.some((rules) => rules.has(relative(rules.folder, path), entry.isDirectory())))
        return []
      if (entry.isFile()) return isCode(path) ? [path] : []
      if (!entry.isDirectory() || SKIPPED.has(entry.name) || entry.name.startsWith('.')) return []
      return below(path, [...ignored, await Ignored.in(path)])
    }),
  )
  return found.flat()
}
