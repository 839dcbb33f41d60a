import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../core/errors'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../../core/json'
import { type Check, type Finding, ok, problem, warning } from './check'

/** The package.json of a directory; undefined when there is none. */
function manifestIn(dir: string): JsonObject | undefined {
  try {
    // Data from outside: only objects and texts of it are used.
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as JsonValue
    return isJsonObject(manifest) ? manifest : undefined
  } catch {
    return undefined
  }
}

const textIn = (manifest: JsonObject | undefined, key: string): string | undefined => {
  const value = manifest && own(manifest, key)
  return typeof value === 'string' ? value : undefined
}

/** This package: source and compiled file are equally deep below it. */
const OWN = manifestIn(join(__dirname, '..', '..', '..')) ?? {}

/** The numbers of a version or of the lower end of a range; `>=18`, `^1.2` and `v1.2.3` alike. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => (text.match(/\d+/g) ?? []).map(Number))
  for (let at = 0; at < 3; at++) {
    const [a, b] = [have?.[at] ?? 0, need?.[at] ?? 0]
    if (a !== b) return a > b
  }
  return true
}

/** The version of a package in the project's node_modules; undefined when it is not installed. */
export const installedVersion = (dir: string, name: string): string | undefined =>
  textIn(manifestIn(join(dir, 'node_modules', name)), 'version')

export const nodeVersion: Check = {
  name: 'Node',
  examine: () => {
    const engines = own(OWN, 'engines')
    const range = (isJsonObject(engines ?? null) && textIn(engines as JsonObject, 'node')) || '>=20'
    const { node } = process.versions
    return isAtLeast(node, range)
      ? [ok(`Node ${node} (liveflag needs ${range})`)]
      : [problem(`Node ${node}, and liveflag needs ${range}`, 'install a newer Node')]
  },
}

export const installedPackage: Check = {
  name: 'package',
  examine: ({ project: { dir, manifest, dependencies } }) => {
    const range = dependencies.get('liveflag')
    const version = installedVersion(dir, 'liveflag')
    if (textIn(manifest, 'name') === 'liveflag') return [ok('this is liveflag itself')]
    if (range === undefined)
      return [problem('package.json does not name liveflag', 'run npm install liveflag')]
    if (version === undefined)
      return [
        problem(
          `package.json names liveflag ${range}, and it is not installed in node_modules`,
          'run npm install; in a workspace, run doctor where node_modules is',
        ),
      ]
    const production = own(manifest, 'dependencies')
    const isForProduction =
      isJsonObject(production ?? null) && own(production as JsonObject, 'liveflag')
    return [
      isForProduction
        ? ok(`liveflag ${version}`)
        : warning(
            `liveflag ${version} is not among the dependencies for production`,
            'move it from devDependencies to dependencies, or production has no features',
          ),
    ]
  },
}

/** Every directory that holds a liveflag, below the project's node_modules; links lead to one. */
function copiesIn(dir: string): ReadonlyMap<string, string> {
  const copies = new Map<string, string>()
  const add = (folder: string): void => {
    const version = textIn(manifestIn(folder), 'version')
    if (version !== undefined) copies.set(realpathSync(folder), version)
  }
  const visit = (modules: string, depth: number): void => {
    for (const name of namesIn(modules)) {
      const folder = join(modules, name)
      if (name === 'liveflag') add(folder)
      else if (name.startsWith('@')) visit(folder, depth)
      else if (name === '.pnpm')
        for (const stored of namesIn(folder)) add(join(folder, stored, 'node_modules', 'liveflag'))
      else if (depth < DEEPEST && !name.startsWith('.'))
        visit(join(folder, 'node_modules'), depth + 1)
    }
  }
  visit(join(dir, 'node_modules'), 0)
  return copies
}

/** Packages of packages of packages: deeper, nobody has seen a second copy. */
const DEEPEST = 3

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}

export const copies: Check = {
  name: 'copies',
  examine: ({ project: { dir } }) => {
    const found = [...copiesIn(dir)]
    if (found.length < 2) return [ok('no second copy of liveflag in node_modules')]
    const listed = found.map(([path, version]) => `${version} in ${path}`).join(', ')
    return [
      warning(
        `${found.length} copies of liveflag: ${listed}; a request that one of them runs is unknown to the others`,
        'have one range in every package.json, then run npm dedupe',
      ),
    ]
  },
}

export const peers: Check = {
  name: 'peers',
  examine: ({ project: { dir } }) => {
    const wanted = own(OWN, 'peerDependencies')
    const ranges = wanted !== undefined && isJsonObject(wanted) ? Object.entries(wanted) : []
    const findings = ranges.flatMap(([name, range]): readonly Finding[] => {
      const version = installedVersion(dir, name)
      if (version === undefined || typeof range !== 'string') return []
      return isAtLeast(version, range)
        ? [ok(`${name} ${version}`)]
        : [
            problem(
              `${name} ${version}, and liveflag works with ${range}`,
              `run npm install ${name}@latest`,
            ),
          ]
    })
    return findings.length > 0
      ? findings
      : [ok('no package installed that liveflag works with on demand')]
  },
}
