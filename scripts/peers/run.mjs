// `npm run test:peers [set]`: the tests of what liveflag works with, once more with other versions of
// it. The newest versions are those of the project itself, which every run of the suite tests.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from '../build.mjs'
import { ensureInstalled, root } from '../ensure-installed.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** The tests of each set: arguments of jest. */
const SETS = {
  oldest: [
    'test/house/compatibility',
    'test/middleware/(express|koa|nest)',
    'test/lint/eslint.test',
    'test/react/react.test',
    'test/codemod/',
    'test/openfeature/',
    'test/cli/commands/lsp.test',
    'test/testing/runners.test',
    // On real servers; those that are not installed are named and left out.
    'test/sources/(postgres|etcd|zookeeper|nats|s3).system.test',
  ],
  others: ['test/house/compatibility', 'test/middleware/nest'],
}

function run(args, env = {}) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (status !== 0) process.exitCode = 1
}

await build()
const [chosen = ''] = process.argv.slice(2)
for (const [name, tests] of Object.entries(SETS).filter(([name]) => name.startsWith(chosen))) {
  const folder = join(here, name)
  ensureInstalled(folder)
  process.stdout.write(`\n== ${name}\n`)
  run(
    [
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--config', join(here, 'jest.config.cjs'), ...tests],
    ],
    { LIVEFLAG_PEERS: folder, NODE_OPTIONS: `--require ${join(here, 'preload.cjs')}` },
  )
  run([join(folder, 'node_modules', 'mocha', 'bin', 'mocha.js'), join(here, 'mocha.test.cjs')])
}
