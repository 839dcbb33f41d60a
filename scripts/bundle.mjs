// Writes dist/bundled/: the entry points of the package as modules that need nothing but Node, for
// bundlers. See docs/decisions/0093-modules-for-bundlers.md.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ensure-installed.mjs'

const manifest = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/**
 * The `require` by which peers are loaded. A bundle of CommonJS knows its own file, one of modules
 * its own URL.
 */
const banner = `import { createRequire as requireFrom } from 'node:module'
const require = requireFrom(typeof __filename === 'string' ? __filename : import.meta.url)`

/** The sources behind the condition `module` of the exports, by the path of their output. */
function entryPoints() {
  const ways = Object.values(manifest().exports).flatMap((target) => target?.module ?? [])
  return Object.fromEntries(
    ways.flatMap(filesFor).map((file) => [file, join(root, 'src', `${sourceOf(file)}.ts`)]),
  )
}

/** `sources/*` stands for every file of that folder. */
function filesFor(target) {
  const path = target.replace('./dist/bundled/', '').replace(/\.mjs$/, '')
  if (!path.includes('*')) return [path]
  const folder = path.replace('/*', '')
  return readdirSync(join(root, 'src', folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.slice(0, -'.ts'.length)}`)
}

/** The entry points that run in browsers too, which have no modules of Node. */
const FOR_BROWSERS = ['react', 'client', 'client/client-live']

const sourceOf = (path) => (existsSync(join(root, 'src', `${path}.ts`)) ? path : `${path}/${path}`)

export async function bundle() {
  const { build } = await import('esbuild')
  const outdir = join(root, 'dist', 'bundled')
  rmSync(outdir, { recursive: true, force: true })
  const isForBrowsers = ([path]) => FOR_BROWSERS.includes(path)
  const ways = Object.entries(entryPoints())
  const common = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    // Users install these themselves; they are found from where the bundle is.
    external: Object.keys(manifest().peerDependencies),
    legalComments: 'inline',
    logLevel: 'warning',
  }
  await build({
    ...common,
    entryPoints: Object.fromEntries(ways.filter(isForBrowsers)),
    // They share nothing that is worth a request of its own.
    splitting: false,
    platform: 'neutral',
    target: 'es2020',
  })
  await build({
    ...common,
    entryPoints: Object.fromEntries(ways.filter((way) => !isForBrowsers(way))),
    chunkNames: 'shared/[hash]',
    platform: 'node',
    target: 'node20',
    // jsonc-parser's CommonJS hides from bundlers what it requires.
    mainFields: ['module', 'main'],
    // What `yaml` exports to Node requires built-in modules, which a bundle of modules cannot.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    // A thread needs a file of its own, which a bundle does not have: stores write without one.
    define: { __dirname: '""', __filename: '""' },
    banner: { js: banner },
  })
}
