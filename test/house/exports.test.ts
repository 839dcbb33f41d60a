/** What package.json promises, asked of the built package by its own name, as its users ask. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { filesBelow, root } from './files'
import { isBarrel, sourceFiles } from './source-tree'

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  /** Null: what this leads to is nobody's business. */
  readonly exports: Readonly<
    Record<
      string,
      string | null | { readonly types: string; readonly module: string; readonly default: string }
    >
  >
}

/** One way into the package: `liveflag/sources/file`, and the files it leads to. */
interface Entrance {
  readonly specifier: string
  readonly code: string
  readonly bundled?: string
  readonly types?: string
}

const { bin, exports: promised } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Manifest

/**
 * Packages that every user needs, and so may be loaded with the engine; whatever else it loads is
 * too heavy.
 */
const loadedByEveryone = ['fastest-levenshtein', 'lru-cache']

/** The names that a pattern such as `./dist/sources/*.js` stands for. */
function namesFor(pattern: string): string[] {
  const [folder = '', ending = ''] = pattern.split('*')
  if (!existsSync(join(root, folder))) return []
  return filesBelow(folder, ending).map((path) => path.slice(0, -ending.length))
}

const closed = Object.keys(promised)
  .filter((subpath) => promised[subpath] === null)
  .map((subpath) => `liveflag${subpath.slice(1)}`)
const isClosed = (specifier: string): boolean =>
  closed.some((way) =>
    way.endsWith('*') ? specifier.startsWith(way.slice(0, -1)) : specifier === way,
  )

function entrances(): Entrance[] {
  return Object.entries(promised).flatMap(([subpath, target]) => {
    if (target === null) return []
    const {
      types,
      module: bundled,
      default: code,
    } = typeof target === 'string'
      ? { types: undefined, module: undefined, default: target }
      : target
    const names = code.includes('*') ? namesFor(code) : ['']
    const ways = names.map((name) => ({
      specifier: `liveflag${subpath.slice(1)}`.replace('*', name),
      code: code.replace('*', name),
      ...(bundled === undefined ? {} : { bundled: bundled.replace('*', name) }),
      ...(types === undefined ? {} : { types: types.replace('*', name) }),
    }))
    return ways.filter(({ specifier }) => !isClosed(specifier))
  })
}

/** Runs Node in a process of its own, at the root of the project, and gives what it printed. */
const run = (args: readonly string[], input = ''): string =>
  execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', input, stdio: 'pipe' })

/** As standard input: the names of all files are too long for an argument. */
const ask = (script: string): unknown => JSON.parse(run(['-'], script))

/**
 * For each way in: true, or why `enter`, a function of its specifier in JavaScript, will not have
 * it.
 */
const enterAll = (enter: string): unknown =>
  ask(`
    const enter = ${enter}
    const attempt = async (name) => { try { return [name, await enter(name)] } catch (error) { return [name, String(error)] } }
    Promise.all(${JSON.stringify(modules.map(({ specifier }) => specifier))}.map(attempt))
      .then((answers) => console.log(JSON.stringify(Object.fromEntries(answers))))`)

const all = entrances()
const modules = all.filter(({ code }) => code.endsWith('.js'))
const entered = Object.fromEntries(modules.map(({ specifier }) => [specifier, true]))

test('the package has been built, which npm test does first', () => {
  expect(existsSync(join(root, 'dist', 'index.js'))).toBe(true)
})

test('every export leads to a file', () => {
  expect(all.filter(({ code }) => !existsSync(join(root, code)))).toEqual([])
})

test('every pattern of the exports stands for at least one file', () => {
  const patterns = Object.values(promised).flatMap((target) =>
    typeof target === 'string' ? target : (target?.default ?? []),
  )
  expect(
    patterns.filter((pattern) => pattern.includes('*') && namesFor(pattern).length === 0),
  ).toEqual([])
})

test('every export of code has its form for bundlers', () => {
  expect(modules.filter(({ bundled = '' }) => !existsSync(join(root, bundled)))).toEqual([])
})

test('every export of code has its types beside it', () => {
  expect(
    modules.filter(({ types }) => types === undefined || !existsSync(join(root, types))),
  ).toEqual([])
})

test('every export can be required', () => {
  expect(enterAll('(name) => typeof require(name) === "object"')).toEqual(entered)
})

test('every export can be imported, and gives the names that require gives', () => {
  const sameNames =
    '(name) => import(name).then((names) => Object.keys(require(name)).every((key) => key in names))'
  expect(enterAll(sameNames)).toEqual(entered)
})

test.each([
  'liveflag',
  'liveflag/growthbook',
  'liveflag/express',
  'liveflag/testing',
  'liveflag/templates',
  'liveflag/react',
  'liveflag/metrics',
  'liveflag/openfeature',
  'liveflag/sources/file',
  'liveflag/sources/directory',
  'liveflag/sources/http',
  'liveflag/sources/memory',
  'liveflag/sources/override-file',
  'liveflag/schema.json',
  'liveflag/package.json',
])('%s is a way in', (specifier) => {
  expect(all.map((way) => way.specifier)).toContain(specifier)
})

/** Every compiled file, by the path that somebody might guess from what is in the package. */
const guesses = filesBelow('dist', '.js').flatMap((path) => {
  const file = path.slice(0, -'.js'.length)
  const below = file.replace(/^(sources|middleware)\//, '')
  return [
    `liveflag/${file}`,
    `liveflag/dist/${file}`,
    `liveflag/dist/${path}`,
    `liveflag/${below}`,
    `liveflag/sources/${below}`,
  ]
})

test('nothing else is', () => {
  const inside = guesses.filter((specifier) => !all.some((way) => way.specifier === specifier))
  expect(inside.length).toBeGreaterThan(100)
  const resolved = ask(`
    const resolves = (name) => { try { require.resolve(name); return true } catch { return false } }
    console.log(JSON.stringify(${JSON.stringify(inside)}.filter(resolves)))`)
  expect(resolved).toEqual([])
})

test('a file at the top of src that only passes on is a way in, of its own name', () => {
  const barrels = sourceFiles()
    .filter((file) => !file.path.includes('/') && isBarrel(file))
    .map(({ path }) => path.replace(/\.ts$/, ''))
  const ways = all.map(({ specifier }) => specifier)
  expect(barrels.filter((name) => name !== 'index' && !ways.includes(`liveflag/${name}`))).toEqual(
    [],
  )
})

test.each(["require('liveflag')", "await import('liveflag')", "require('liveflag/metrics')"])(
  '%s loads nothing that only some users need',
  (load) => {
    const loaded = ask(
      `(async () => { ${load}; console.log(JSON.stringify(Object.keys(require.cache))) })()`,
    ) as string[]
    const inPackages = loaded
      .map((path) => path.replaceAll('\\', '/').split('/node_modules/'))
      .filter((parts) => parts.length > 1)
    const packages = new Set(
      inPackages.map((parts) => /^(?:@[^/]+\/)?[^/]+/.exec(parts.at(-1) ?? '')?.[0]),
    )
    expect([...packages].filter((name) => !loadedByEveryone.includes(name ?? ''))).toEqual([])
  },
)

test("require('liveflag') opens two files of its own: the entry, and the one that combines the rest", () => {
  const loaded = ask("require('liveflag'); console.log(JSON.stringify(Object.keys(require.cache)))")
  const own = (loaded as string[]).filter((path) => !path.includes('node_modules'))
  expect(own.map((path) => relative(root, path))).toEqual([
    join('dist', 'index.js'),
    join('dist', 'combined.js'),
  ])
})

test('a module is loaded once, whichever file asks for it', () => {
  const sameClass = `
    const { LiveflagError } = require('liveflag')
    const { createDecider } = require('liveflag/decide')
    try { createDecider({}) } catch (error) { console.log(error instanceof LiveflagError) }`
  expect(ask(sameClass)).toBe(true)
})

test.each(Object.entries(bin))('the command %s starts', (_, file) => {
  expect(readFileSync(join(root, file), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  expect(run([join(root, file), '--help'])).toContain('liveflag')
})
