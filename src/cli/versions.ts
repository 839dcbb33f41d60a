import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { LiveflagError } from '../core/errors'
import type { Format } from '../core/source'
import { openFeatures } from '../engine/features'
import { formatOf } from '../sources/key-source'
import { memory } from '../sources/memory'
import { isStoreUrl } from '../sources/open-key-store'
import { fileDefaults, liveConfigNames } from '../sources/paths'
import { type Edit, git } from './git'
import { ledgerNamed, openLedger } from './ledger-versions'
import type { Version, VersionReading } from './opened-version'
import { openText, problemOf, problemText } from './live-config-file'
import { editsNamed, readKept } from './server-edits'
import { isUrl } from './sources'

export type { Version, VersionReading } from './opened-version'

/**
 * Opens what the command line names: a file, a directory, `-`, an http or https URL, or a file or
 * directory of a revision, as git names it: `HEAD~1:config/live.yaml`, a text that a server's log has:
 * `edits:liveflag.db@17`, or the entries of a store's ledger: `store:records.db@2026-11-01`.
 */
export async function openVersion(
  name: string,
  reading: VersionReading,
  stdin: Readable,
): Promise<Version> {
  const ledger = ledgerNamed(name)
  if (ledger) return openLedger(ledger, reading, new Date())
  const edits = editsNamed(name)
  if (edits) {
    const kept = readKept(edits, Date.now())
    return { name: kept.name, ...(await openTextOf(kept.name, kept.text, kept.source, reading)) }
  }
  const colon = name.indexOf(':')
  if (colon > 0 && !isUrl(name) && !existsSync(name))
    return openRevision(name.slice(0, colon), name.slice(colon + 1), reading)
  await refuseRevision(name)
  return { name, ...(await openText(name, reading, stdin)) }
}

/** A revision without a path is a mistake that `is missing` would not explain. */
async function refuseRevision(name: string): Promise<void> {
  if (name === '-' || isUrl(name) || existsSync(name)) return
  const isRevision = await git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], name).then(
    () => true,
    () => false,
  )
  if (isRevision)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `${name} is a revision of git; say of which file: ${name}:config/live.yaml, or --git ${name} config/live.yaml`,
    )
}

/** Opens a path of the disk, with the layers and overrides above it, as it was at a revision of git. */
export async function openAsItWas(
  revision: string,
  path: string,
  reading: VersionReading,
): Promise<Version> {
  const { layer = [], override = [] } = reading
  if (layer.length + override.length > 0) return openLayersAsTheyWere(revision, path, reading)
  const whole = resolve(path)
  const at = { cwd: dirname(whole), name: `${revision}:${path}` }
  return openRevision(revision, `./${basename(whole)}`, reading, at)
}

/** They are written out, so that they are joined as those of a disk are. */
async function openLayersAsTheyWere(
  revision: string,
  path: string,
  { layer = [], override = [], ...reading }: VersionReading,
): Promise<Version> {
  const folder = mkdtempSync(join(tmpdir(), 'liveflag-'))
  try {
    const [base] = await writtenOut(revision, [path], join(folder, 'base'))
    if (base === undefined)
      throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${revision} has no ${path}`)
    const then = {
      ...reading,
      layer: await writtenOut(revision, layer, join(folder, 'layer')),
      override: await writtenOut(revision, override, join(folder, 'override')),
    }
    return { name: `${revision}:${path}`, ...(await openText(base, then, process.stdin)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where the paths of a revision are now; one that it has not was not there then. URLs stay as they are. */
async function writtenOut(
  revision: string,
  paths: readonly string[],
  folder: string,
): Promise<string[]> {
  const written: string[] = []
  for (const [i, path] of paths.entries()) {
    if (isUrl(path)) {
      written.push(path)
      continue
    }
    const [whole, wrong] = [resolve(path), `${path} at ${revision}`]
    const name = `./${basename(whole)}`
    const cwd = dirname(whole)
    if ((await git(['ls-tree', '--name-only', revision, '--', name], wrong, cwd)) === '') continue
    const place = join(folder, String(i))
    mkdirSync(place, { recursive: true })
    written.push(await writeOut(`${revision}:${name}`, join(place, basename(whole)), cwd))
  }
  return written
}

async function writeOut(object: string, to: string, cwd: string): Promise<string> {
  if ((await git(['cat-file', '-t', object], object, cwd)).trim() === 'tree') {
    mkdirSync(to)
    await writeTree(object, to, cwd)
  } else writeFileSync(to, await git(['cat-file', 'blob', object], object, cwd))
  return to
}

/**
 * Opens a path as it was at a revision of git; undefined when the revision has no such path, or
 * nothing there that an engine could start with. Throws LIVEFLAG_BAD_OPTION for an unknown revision;
 * `option` is what named it.
 */
export async function openIfUsable(
  option: string,
  revision: string,
  path: string,
  reading: VersionReading,
): Promise<Version | undefined> {
  const whole = resolve(path)
  const cwd = dirname(whole)
  const wrong = `${option} takes a revision of git, such as HEAD~1, and ${revision} is none`
  if (revision.startsWith('-')) throw new LiveflagError('LIVEFLAG_BAD_OPTION', wrong)
  await git(['rev-parse', '--verify', `${revision}^{tree}`], wrong, cwd)
  const name = `./${basename(whole)}`
  const found = await git(['ls-tree', '--name-only', revision, '--', name], wrong, cwd)
  return found === '' ? undefined : usable(openAsItWas(revision, path, reading))
}

/** Undefined instead of a version that an engine could not start with. */
export async function usable(opening: Promise<Version>): Promise<Version | undefined> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof LiveflagError && error.code === 'LIVEFLAG_NO_CONFIG') return undefined
    throw error
  }
}

/** Opens a path as an edit left it. */
export const openEdit = (
  path: string,
  edit: Pick<Edit, 'commit' | 'path'>,
  reading: VersionReading,
): Promise<Version> =>
  openRevision(edit.commit, edit.path, reading, {
    cwd: dirname(resolve(path)),
    name: `${edit.commit.slice(0, 12)}:${edit.path}`,
  })

/**
 * Opens a path at a revision of git; `path` is from the root, or begins with `./`, and `name` is
 * what people call it.
 */
export async function openRevision(
  revision: string,
  path: string,
  reading: VersionReading,
  { cwd, name = `${revision}:${path}` }: { readonly cwd?: string; readonly name?: string } = {},
): Promise<Version> {
  const object = `${revision}:${path}`
  if (revision.startsWith('-'))
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${revision} is no revision of git`)
  const missing = `${name} is neither a file nor in a revision of git`
  const kind = (await git(['cat-file', '-t', object], missing, cwd)).trim()
  if (kind === 'tree') return { ...(await openTree(object, reading, cwd)), name }
  const text = await git(['cat-file', 'blob', object], missing, cwd)
  return { name, ...(await openTextOf(name, text, path, reading)) }
}

/** Opens a text that is at hand; `path` says its format where `format` does not. */
export async function openTextOf(
  name: string,
  text: string,
  path: string,
  { format = formatOfText(path, text), compat, now }: VersionReading,
): Promise<Pick<Version, 'features' | 'texts'>> {
  const source = memory(text, { format, name })
  const texts = [{ name, text, format, layer: 0 }]
  try {
    const features = await openFeatures({
      source,
      ...(compat && { compat }),
      ...(now && { now }),
    })
    features.on('problem', () => undefined)
    return { features, texts }
  } catch (error) {
    if (!(error instanceof LiveflagError)) throw error
    const unusable = problemOf({ texts, problems: [] }, { ...(compat && { compat }) }, error)
    throw unusable ?? new LiveflagError(error.code, `${name}: ${error.message}`, { cause: error })
  }
}

/** The key of a store needs no ending that says the format. */
const formatOfText = (path: string, text: string): Format =>
  isStoreUrl(path) ? formatOf(path, text) : fileDefaults(path).format

/** A directory of a revision is written out, so that its files are merged as those of a disk are. */
async function openTree(tree: string, reading: VersionReading, cwd?: string): Promise<Version> {
  const folder = mkdtempSync(join(tmpdir(), 'liveflag-'))
  try {
    await writeTree(tree, folder, cwd)
    const opened = await openText(folder, reading, process.stdin)
    return { name: tree, ...opened }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writeTree(tree: string, folder: string, cwd?: string): Promise<void> {
  const listed = await git(['ls-tree', '--name-only', '-z', tree], tree, cwd)
  for (const name of liveConfigNames(listed.split('\0'))) {
    const path = tree.endsWith(':') || tree.endsWith('/') ? tree + name : `${tree}/${name}`
    writeFileSync(join(folder, name), await git(['cat-file', 'blob', path], tree, cwd))
  }
}

/** What is wrong with the entries of a version, as sentences. */
export const refusedIn = ({ features }: Version): readonly string[] =>
  features.snapshot.problems
    .filter(({ severity }) => severity === 'error')
    .map((problem) => problemText(problem))
