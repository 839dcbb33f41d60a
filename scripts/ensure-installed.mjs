// Installs the dependencies when they are not the ones that package-lock.json names; otherwise does
// nothing, at once. Every other script begins with this, so that a fresh clone needs one command.
// Plain Node: nothing may be installed yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join, resolve } from 'node:path'

export const root = resolve(fileURLToPath(import.meta.url), '../..')
const oldestNode = 20

const lockOf = (folder) => join(folder, 'package-lock.json')
const installedIn = (folder) => join(folder, 'node_modules')
const stampIn = (folder) => join(installedIn(folder), '.liveflag-lock-hash')

/** Ends the process with one line that says what to do. */
export function fail(message, code = 1) {
  process.stderr.write(`liveflag: ${message}\n`)
  process.exit(code)
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

const hashOf = (text) => createHash('sha256').update(text).digest('hex')

/**
 * What npm says is in node_modules, for whoever installed without this script: its own record,
 * written last.
 */
function npmInstalledThese(folder, lock) {
  const record = readIfThere(join(installedIn(folder), '.package-lock.json'))
  if (record === undefined) return false
  const there = JSON.parse(record).packages
  return Object.entries(JSON.parse(lock).packages).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true
    const found = there[path]
    // An optional package may be missing, when it is for another platform.
    return found === undefined ? wanted.optional === true : found.version === wanted.version
  })
}

/** Why an installation is needed, or undefined. */
function reasonToInstall(folder, lock) {
  if (!existsSync(installedIn(folder))) return 'node_modules is missing'
  if (lock === undefined) return undefined
  if (readIfThere(stampIn(folder)) === hashOf(lock)) return undefined
  return npmInstalledThese(folder, lock)
    ? undefined
    : 'node_modules does not match package-lock.json'
}

/** `folder` has the package.json and its lock file. */
export function ensureInstalled(folder = root) {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    fail(
      `Node ${oldestNode} or newer is needed, this is ${process.version}: install a newer Node and run this again`,
    )
  }
  const lock = readIfThere(lockOf(folder))
  const reason = reasonToInstall(folder, lock)
  if (reason !== undefined) install(folder, lock === undefined ? 'install' : 'ci', reason)
  const now = readIfThere(lockOf(folder))
  if (now !== undefined && readIfThere(stampIn(folder)) !== hashOf(now))
    writeFileSync(stampIn(folder), hashOf(now))
}

function install(folder, command, reason) {
  process.stdout.write(`liveflag: ${reason}: running npm ${command}\n`)
  // The tools are devDependencies: without --include=dev a NODE_ENV=production would leave them
  // out.
  const done = spawnSync('npm', [command, '--include=dev', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    // What has to be compiled (SQLite, from its source) uses every processor, and is compiled for
    // tests: -O3 takes twice as long, and no test is quicker for it. A benchmark of SQLite wants
    // `npm ci` by hand, as users install it.
    env: { JOBS: 'max', CFLAGS: '-O1', CXXFLAGS: '-O1', ...process.env },
    shell: process.platform === 'win32',
  })
  if (done.error)
    fail(`npm could not be started (${done.error.message}): is it installed and on PATH?`)
  if (done.status !== 0)
    fail(`npm ${command} failed; what it printed above says why`, done.status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled()
