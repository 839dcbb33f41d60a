// Compiles src/ to dist/, and does nothing when dist/ is already what src/ makes.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { buildDashboard, dashboardSource } from './dashboard.mjs'
import { ensureInstalled, fail, root } from './ensure-installed.mjs'
import { inlineDistributions } from './inline-distributions.mjs'

const src = join(root, 'src')
const dist = join(root, 'dist')
/** The compiler's output, and what it remembers of it. */
const compiled = join(root, '.cache', 'compiled')
const stamp = join(dist, '.built-from')
const memory = join(compiled, '.tsbuildinfo')

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

const settings = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
  'scripts/bundle.mjs',
  'scripts/combine.mjs',
  'scripts/dashboard.mjs',
  'scripts/inline-distributions.mjs',
]

const endings = ['.js', '.d.ts']
const modules = () =>
  filesIn(src)
    .filter((file) => file.endsWith('.ts') && !file.startsWith(dashboardSource + sep))
    .map((file) => file.slice(src.length + 1, -3))

/**
 * Everything that decides what comes out: sources, settings, and the compiler (through the lock
 * file).
 */
function fingerprint() {
  const inputs = [...filesIn(src), ...settings.map((name) => join(root, name))]
  const hash = createHash('sha256')
  for (const file of inputs.filter((name) => existsSync(name)))
    hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

const isIncomplete = (folder) =>
  modules().some((name) => endings.some((ending) => !existsSync(join(folder, name + ending))))

const missingOutput = () =>
  ['bundled', 'combined.js', join('dashboard', 'index.html')].some(
    (name) => !existsSync(join(dist, name)),
  ) || isIncomplete(dist)

/**
 * A module that was deleted or renamed must not live on in the package: the exports are patterns.
 */
function removeLeftovers() {
  const wanted = new Set(
    modules().flatMap((name) => endings.map((ending) => join(compiled, name + ending))),
  )
  for (const file of filesIn(compiled)) {
    if (endings.some((ending) => file.endsWith(ending)) && !wanted.has(file)) rmSync(file)
  }
}

function compile() {
  // The compiler remembers what it wrote, not whether it is still there.
  if (isIncomplete(compiled)) rmSync(memory, { force: true })
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const project = join(root, 'tsconfig.build.json')
  const done = spawnSync(process.execPath, [tsc, '-p', project], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (done.status !== 0) fail('src/ does not compile; the lines above say where', done.status ?? 1)
}

function makeExecutable() {
  const bin = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).bin ?? {}
  for (const file of Object.values(bin)) {
    if (existsSync(join(root, file))) chmodSync(join(root, file), 0o755)
  }
}

export async function build() {
  ensureInstalled()
  const wanted = fingerprint()
  const upToDate = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && !missingOutput()
  if (upToDate) return
  process.stdout.write(`liveflag: building dist${sep}\n`)
  compile()
  removeLeftovers()
  rmSync(dist, { recursive: true, force: true })
  cpSync(compiled, dist, { recursive: true, filter: (path) => path !== memory })
  const { combine } = await import('./combine.mjs')
  combine(compiled, dist)
  await inlineDistributions(dist)
  await bundle()
  await buildDashboard(join(dist, 'dashboard'))
  makeExecutable()
  writeFileSync(stamp, wanted)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
