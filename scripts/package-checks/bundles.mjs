// `node scripts/package-checks/bundles.mjs [esbuild]`: makes each application of apps/ into one file, with the default settings of each bundler, and runs it where there is no node_modules. A
// name chooses the bundlers that begin with it. Part of `npm run check:package`.
import { deepEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from '../build.mjs'
import { root } from '../ensure-installed.mjs'

/** What each application prints: a member for each part that a bundle could have left out. */
const SERVER = {
  yaml: true,
  place: 'out-of-range at line 2',
  targeting: true,
  pattern: true,
  watched: 'on, then off',
  ambient: true,
  express: true,
  hash: true,
  decided: 'no_active_experiment',
  peer: 'LIVEFLAG_MISSING_PACKAGE',
  other: 'off',
}

const PAGES = {
  node: '200 Decisions for gary',
  express: 'on',
  fastify: 'on',
  hono: 'on',
  koa: 'on',
  nest: 'LIVEFLAG_MISSING_PACKAGE',
  eta: '<b>blue</b>',
  react: '<i>blue</i>',
  client: 'blue',
  live: 'function',
  testing: 'blue',
}

const APPS = { 'server.mjs': SERVER, 'pages.mjs': PAGES }

/** What the applications import themselves. */
const THEIR_PACKAGES = ['eta', 'react', 'react-dom']

const esbuild = (format, file) => async (entry, outDir) => {
  const { build } = await import('esbuild')
  const outfile = join(outDir, file)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format,
    logLevel: 'error',
  })
  return file
}

async function webpack(entry, outDir) {
  const { default: webpack } = await import('webpack')
  const compiler = webpack({ mode: 'production', target: 'node', entry, output: { path: outDir } })
  const stats = await promisify(compiler.run.bind(compiler))()
  if (stats.hasErrors()) throw new Error(stats.toString())
  return 'main.js'
}

const rollup = (format, file) => async (entry, outDir) => {
  const { rollup } = await import('rollup')
  const { default: nodeResolve } = await import('@rollup/plugin-node-resolve')
  const { default: commonjs } = await import('@rollup/plugin-commonjs')
  const built = await rollup({ input: entry, plugins: [nodeResolve(), commonjs()], onwarn() {} })
  await built.write({ dir: outDir, format, entryFileNames: file, chunkFileNames: `[hash]-${file}` })
  return file
}

async function vite(entry, outDir) {
  const { build } = await import('vite')
  await build({
    root: join(entry, '..'),
    logLevel: 'error',
    configFile: false,
    // By default what is in node_modules stays there, and this server has none.
    ssr: { noExternal: true },
    build: { ssr: entry, outDir, rollupOptions: { output: { entryFileNames: 'server.mjs' } } },
  })
  return 'server.mjs'
}

/** Each writes the bundle into a folder and returns the name of the file to run. */
const bundlers = {
  'esbuild, CommonJS': esbuild('cjs', 'server.cjs'),
  'esbuild, modules': esbuild('esm', 'server.mjs'),
  webpack,
  'Rollup, CommonJS': rollup('cjs', 'server.cjs'),
  'Rollup, modules': rollup('es', 'server.mjs'),
  'Vite SSR': vite,
}

const apps = join(root, 'scripts', 'package-checks', 'apps')
const newFolder = () => realpathSync(mkdtempSync(join(tmpdir(), 'liveflag-bundle-')))

/** Bundles an application in one folder, and returns what it prints in another. */
async function runBundled(bundler, source, app, elsewhere) {
  mkdirSync(join(app, 'node_modules'))
  symlinkSync(root, join(app, 'node_modules', 'liveflag'))
  for (const name of THEIR_PACKAGES)
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name))
  const entry = join(app, 'server-source.mjs')
  cpSync(join(apps, source), entry)
  const main = await bundler(entry, join(app, 'out'))
  cpSync(join(app, 'out'), elsewhere, { recursive: true })
  const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd: elsewhere })
  return JSON.parse(stdout)
}

async function check(name, bundler) {
  for (const [source, printed] of Object.entries(APPS)) {
    const folders = [newFolder(), newFolder()]
    try {
      deepEqual(await runBundled(bundler, source, ...folders), printed)
    } catch (error) {
      process.stderr.write(`${name}, ${source}: ${error.stack}\n`)
      process.exitCode = 1
      return
    } finally {
      for (const folder of folders) rmSync(folder, { recursive: true })
    }
  }
  process.stdout.write(`${name}: the bundles run\n`)
}

await build()
const [chosen = ''] = process.argv.slice(2)
for (const [name, bundler] of Object.entries(bundlers))
  if (name.startsWith(chosen)) await check(name, bundler)
