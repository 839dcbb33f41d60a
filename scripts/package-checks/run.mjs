// `npm run check:package`: what npm, TypeScript and bundlers make of the package. The tools are installed when this
// runs first, so that tests need not wait for them.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from '../build.mjs'
import { ensureInstalled, root } from '../ensure-installed.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const tool = (...path) => join(here, 'node_modules', ...path)

/** Runs a script of Node; ends this process with its exit code when that is not 0. */
function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

await build()
ensureInstalled(here)
run(tool('publint', 'src', 'cli.js'), '--strict', root)
// A setup file of Vitest is an ES module, as Vitest is: nothing requires it.
const vitest = ['--exclude-entrypoints', 'testing/vitest']
run(
  ...[tool('@arethetypeswrong', 'cli', 'dist', 'index.js'), '--pack', root],
  ...['--profile', 'node16', ...vitest],
)
run(join(here, 'bundles.mjs'))
