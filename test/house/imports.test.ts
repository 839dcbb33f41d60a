/**
 * The one-way rule: a part of src/ imports itself and what is left of it, never sideways; types
 * count like code.
 *
 *   core ← hash ← conditions, experiments ← rules ← selectors ← export ← live-config ← engine ← edges
 *   core ← runtime ← live-config, sources, recording, sticky ←─────────────────┘
 *
 * A part is a folder of src/. Its top files are its face; nobody imports another part's subfolders.
 */
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import { impurities } from './purity'
import { root } from './files'
import { importsOf, isBarrel, sourceFiles } from './source-tree'
import type { Import, SourceFile } from './source-tree'

const semantics = [
  'core',
  'hash',
  'conditions',
  'experiments',
  'rules',
  'selectors',
  'export',
  'live-config',
]
const stores = ['sources', 'recording', 'sticky']
const engine = [...semantics, 'runtime', ...stores, 'engine']
const edges = [
  'growthbook',
  'decide',
  'analysis',
  'fleet',
  'codemod',
  'lint',
  'editing',
  'metrics',
  'middleware',
  'openfeature',
  'templates',
  'react',
  'client',
  'testing',
  'server',
  'cli',
]

/** Each part of src/, and the parts that stand left of it. */
const leftOf: Readonly<Record<string, readonly string[]>> = {
  core: [],
  hash: ['core'],
  conditions: ['core', 'hash'],
  experiments: ['core', 'hash'],
  rules: ['core', 'hash', 'conditions', 'experiments'],
  selectors: ['core', 'hash', 'conditions', 'experiments', 'rules'],
  export: ['core', 'hash', 'conditions', 'experiments', 'rules', 'selectors'],
  runtime: ['core'],
  links: ['core'],
  'live-config': [...semantics.filter((part) => part !== 'live-config'), 'runtime'],
  sources: ['core', 'runtime'],
  recording: ['core', 'runtime'],
  sticky: ['core', 'runtime'],
  engine: [...semantics, 'runtime', ...stores],
  growthbook: engine,
  decide: engine,
  analysis: engine,
  fleet: ['core', 'runtime', 'live-config', 'sources'],
  metrics: engine,
  middleware: [...engine, 'links'],
  openfeature: engine,
  templates: ['core'],
  react: ['core'],
  client: ['core'],
  testing: [...engine, 'growthbook'],
  editing: engine,
  lint: ['core', 'export', 'live-config', 'sources'],
  codemod: [...engine, 'editing'],
  server: [...engine, 'decide', 'analysis', 'fleet', 'editing', 'metrics'],
  cli: [
    ...engine,
    'decide',
    'analysis',
    'fleet',
    'editing',
    'metrics',
    'codemod',
    'server',
    'links',
  ],
  'index.ts': [...engine, ...edges],
}

/**
 * What a part may import from outside src/. A part that is not named here may import what
 * package.json declares.
 */
const packagesFor: Readonly<Record<string, readonly string[]>> = {
  core: ['fastest-levenshtein'],
  hash: ['node:crypto'],
  conditions: ['@marcbachmann/cel-js', 're2js'],
  experiments: [],
  rules: [],
  selectors: [],
  export: [],
  runtime: [
    'better-sqlite3',
    'ioredis',
    'lru-cache',
    'node:crypto',
    'node:fs',
    'node:net',
    'node:os',
    'node:path',
    'node:perf_hooks',
    'node:timers',
    'node:timers/promises',
    'node:vm',
    'node:worker_threads',
    'pg',
  ],
  'live-config': ['jsonc-parser', 'node:crypto', 'yaml'],
  engine: ['node:async_hooks', 'node:crypto', 'node:events'],
  links: ['node:crypto'],
  client: [],
  'index.ts': [],
}

/**
 * The page runs in a browser: what it imports is in the files that the build makes of it, and users
 * install none of it.
 */
const PAGE = 'server/dashboard/'
const isOfPage = (path: string): boolean => path.startsWith(PAGE)

/** Parts that nobody loads without the package that they are for. */
const packageOfPart: Readonly<Record<string, string>> = { react: 'react' }

const pureParts = semantics.filter((part) => part !== 'live-config')

const files = sourceFiles()

/** `sources/file.ts` is of `sources`; index.ts is a part of its own. */
const partOf = (path: string): string => path.split('/')[0] ?? path

/** `live-config/text/ini.ts` is below the top of its part. */
const isBelowTop = (path: string): boolean => path.split('/').length > 2

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** One sentence per import that the rule does not let through. */
function offences(rule: (file: SourceFile, found: Import) => string | undefined): string[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((found) => {
      const wrong = rule(file, found)
      return wrong === undefined ? [] : [`src/${file.path}:${found.line} ${wrong}`]
    }),
  )
}

test('src has files to hold the rules against', () => {
  expect(files.length).toBeGreaterThan(5)
})

test('every part of src has its place in the one-way rule', () => {
  const unknown = [...new Set(files.map((file) => partOf(file.path)))].filter(
    (part) => !(part in leftOf),
  )
  expect(unknown).toEqual([])
})

test('src holds index.ts alone beside its parts', () => {
  expect(files.map(({ path }) => path).filter((path) => !path.includes('/'))).toEqual(['index.ts'])
})

test('a part imports only itself and what stands left of it', () => {
  const sideways = offences((file, { specifier, target }) => {
    if (target === undefined) return undefined
    const [from, to] = [partOf(file.path), partOf(target)]
    if (from === to || leftOf[from]?.includes(to)) return undefined
    return `imports ${specifier}: ${to} does not stand left of ${from}`
  })
  expect(sideways).toEqual([])
})

test("nobody imports from a subfolder of another part: a part's top files are its face", () => {
  const deep = offences((file, { specifier, target }) =>
    target !== undefined && partOf(target) !== partOf(file.path) && isBelowTop(target)
      ? `imports ${specifier}`
      : undefined,
  )
  expect(deep).toEqual([])
})

test("the page imports nothing of src but itself and the types of the API's contracts and of JSON, and the words for sources", () => {
  const mixed = offences((file, { specifier, target, typeOnly }) => {
    if (target === undefined || !isOfPage(file.path) || isOfPage(target)) return undefined
    // Imports nothing itself, and the page calls a source as the API does.
    if (target === 'sources/source-title.ts') return undefined
    return typeOnly && /^(server\/admin\/(\w+\/)?contract|core\/json)\.ts$/.test(target)
      ? undefined
      : `imports ${specifier}`
  })
  expect(mixed).toEqual([])
})

test('nothing of src imports the page, which is for a browser', () => {
  const mixed = offences((file, { specifier, target }) =>
    target !== undefined && isOfPage(target) && !isOfPage(file.path)
      ? `imports ${specifier}`
      : undefined,
  )
  expect(mixed).toEqual([])
})

test('live-config walks one way: text, dialects, entries, then its top', () => {
  const order = ['text', 'dialects', 'entries', '']
  const floorOf = (path: string): number =>
    order.indexOf(isBelowTop(path) ? (path.split('/')[1] ?? '') : '')
  const upward = offences((file, { specifier, target }) => {
    if (
      target === undefined ||
      partOf(file.path) !== 'live-config' ||
      partOf(target) !== 'live-config'
    )
      return undefined
    return floorOf(target) > floorOf(file.path) ? `imports ${specifier}` : undefined
  })
  expect(upward).toEqual([])
})

test('every relative import leads to a file of src', () => {
  const known = new Set(files.map((file) => file.path))
  const lost = offences((_, { specifier, target }) =>
    target === undefined || known.has(target) ? undefined : `imports ${specifier}: no such file`,
  )
  expect(lost).toEqual([])
})

test('no file imports itself in a circle, not even through types', () => {
  expect(circles()).toEqual([])
})

test('nothing in src imports the public surface', () => {
  const circular = offences((_, { target, specifier }) =>
    target === 'index.ts' || packageOf(specifier) === 'liveflag'
      ? `imports ${specifier}`
      : undefined,
  )
  expect(circular).toEqual([])
})

test('no file is an index but the public one and the list of selectors', () => {
  const indexes = files
    .map((file) => file.path)
    .filter((path) => posix.basename(path) === 'index.ts')
  expect(indexes.filter((path) => path !== 'index.ts' && path !== 'selectors/index.ts')).toEqual([])
})

test('nothing is imported by way of a file that only passes it on', () => {
  const barrels = new Set(files.filter(isBarrel).map((file) => file.path))
  const roundabout = offences((_, { target, specifier }) =>
    target !== undefined && barrels.has(target)
      ? `imports ${specifier}, which declares nothing itself`
      : undefined,
  )
  expect(roundabout).toEqual([])
})

test('packages are imported only where the house lets them in', () => {
  const outside = offences((file, { specifier, target }) => {
    const allowed = packagesFor[partOf(file.path)]
    if (target !== undefined || allowed === undefined) return undefined
    if (allowed.includes(specifier) || allowed.includes(packageOf(specifier))) return undefined
    return `imports ${specifier}: ${partOf(file.path)} may import ${allowed.join(', ') || 'no package'}`
  })
  expect(outside).toEqual([])
})

test("Node's own modules are imported by their node: names", () => {
  const bare = offences((_, { specifier }) =>
    builtinModules.includes(specifier)
      ? `imports ${specifier}: write node:${specifier}`
      : undefined,
  )
  expect(bare).toEqual([])
})

/** What the build copies into the package: see docs/decisions/0210-distributions.md. */
const COPIED = /^analysis\/distributions\.ts @stdlib\//

test('what is imported on loading is installed with liveflag; optional packages are loaded on use', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest
  const wrong = offences((file, { specifier, target, typeOnly, onUse }) => {
    const name = packageOf(specifier)
    if (target !== undefined || specifier.startsWith('node:') || name in dependencies)
      return undefined
    if (isOfPage(file.path) || COPIED.test(`${file.path} ${name}`))
      return name in devDependencies
        ? undefined
        : `imports ${specifier}: package.json does not name it as a development dependency`
    if (!(name in peerDependencies))
      return `imports ${specifier}: package.json names it neither as a dependency nor as a peer`
    return typeOnly || onUse || packageOfPart[partOf(file.path)] === name
      ? undefined
      : `imports ${specifier} on loading: it is an optional peer`
  })
  expect(wrong).toEqual([])
})

test.each(pureParts)(
  '%s is pure: no waiting, no clock, no environment, no output, no state of its own',
  (part) => {
    const found = files
      .filter((file) => partOf(file.path) === part)
      .flatMap((file) =>
        impurities(file).map(({ line, what }) => `src/${file.path}:${line} ${what}`),
      )
    expect(found).toEqual([])
  },
)

/** Each circle once, as the files on it. */
function circles(): string[] {
  const graph = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, way: readonly string[]): void => {
    const again = way.indexOf(path)
    if (again >= 0) found.push([...way.slice(again), path].join(' → '))
    if (again >= 0 || done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...way, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}
