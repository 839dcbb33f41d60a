// `node scripts/package-checks/bundles.mjs [esbuild]`: makes a server that uses most of liveflag into one
// file, with the default settings of each bundler, and runs it where there is no node_modules. A
// name chooses the bundlers that begin with it. Part of `npm run check:package`.
import { deepEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from '../build.mjs'
import { root } from '../ensure-installed.mjs'

/** What the server prints: a member for each part that a bundle could have left out. */
const printed = {
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

const server = `
import { writeFileSync } from 'node:fs'
import { file, http, memory, openFeatures, worldOf } from 'liveflag'
import { expressFeatures } from 'liveflag/express'
import { hash } from 'liveflag/growthbook'
import { createDecider, memoryStore, sqliteStore } from 'liveflag/decide'
import { testFeatures } from 'liveflag/testing'

async function main() {
  const entries = \`
feature_plain: on
feature_targeted:
  default: no
  experiment: {experiment_id: e, status: running, targeting: 'country == "NZ"', variants: [{name: a, weight: 100, value: yes}]}
feature_patterned:
  default: false
  rules: [{condition: {name: {$regex: "^g.*y$"}}, force: true}]
\`
  const features = await openFeatures({ source: memory(entries, { format: 'yaml' }) })
  const world = worldOf({ user: { id: 'u1' }, attributes: { country: 'NZ', name: 'gary' } })
  const broken = await openFeatures({ source: memory('{\\n  "feature_a": {"percent_loggedin": 101}}', { format: 'json' }) })
  const [{ code, line }] = broken.snapshot.problems
  writeFileSync('flags.yaml', 'feature_seen: on')
  const watching = await openFeatures({ source: file('flags.yaml', { keepAlive: true }) })
  const before = watching.isEnabled('seen')
  const changed = new Promise((seen) => watching.on('change', seen))
  writeFileSync('flags.yaml', 'feature_seen: off')
  await changed
  const request = { headers: {}, originalUrl: '/' }
  let express = false
  expressFeatures(features)(request, { locals: {} }, () => (express = request.features.isEnabled('plain')))
  const decider = createDecider({ features, store: memoryStore() })
  const { reason } = await decider.decide('plain', 'u1', {})
  await decider.close()
  let peer
  try { sqliteStore('x.db') } catch (error) { peer = error.code }
  const test = testFeatures({ other: false })
  console.log(JSON.stringify({
    yaml: features.isEnabled('plain'),
    place: code + ' at line ' + line,
    targeting: features.for(world).variant('targeted') === 'a',
    pattern: features.for(world).isEnabled('patterned'),
    watched: (before ? 'on' : 'off') + ', then ' + (watching.isEnabled('seen') ? 'on' : 'off'),
    ambient: features.run(world, () => features.variant('targeted')) === 'a',
    express,
    hash: typeof hash('seed', 'value', 2) === 'number' && typeof http('http://127.0.0.1:1/').open === 'function',
    decided: reason,
    peer,
    other: test.isEnabled('other') ? 'on' : 'off',
  }))
  await Promise.all([features, broken, watching, test].map((each) => each.close()))
}
main().catch((error) => { console.error(error); process.exit(1) })
`

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

const newFolder = () => realpathSync(mkdtempSync(join(tmpdir(), 'liveflag-bundle-')))

/** Bundles the server in one folder, and returns what it prints in another. */
async function runBundled(bundler, app, elsewhere) {
  mkdirSync(join(app, 'node_modules'))
  symlinkSync(root, join(app, 'node_modules', 'liveflag'))
  const entry = join(app, 'server-source.mjs')
  writeFileSync(entry, server)
  const main = await bundler(entry, join(app, 'out'))
  cpSync(join(app, 'out'), elsewhere, { recursive: true })
  const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd: elsewhere })
  return JSON.parse(stdout)
}

async function check(name, bundler) {
  const folders = [newFolder(), newFolder()]
  try {
    deepEqual(await runBundled(bundler, ...folders), printed)
    process.stdout.write(`${name}: the bundle runs\n`)
  } catch (error) {
    process.stderr.write(`${name}: ${error.stack}\n`)
    process.exitCode = 1
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true })
  }
}

await build()
const [chosen = ''] = process.argv.slice(2)
for (const [name, bundler] of Object.entries(bundlers))
  if (name.startsWith(chosen)) await check(name, bundler)
