// The whole suite, or the part that the arguments name: they go to jest as they are. `--long` runs
// the long form, in which properties and samples have their full size.
import { join } from 'node:path'
import { build } from './build.mjs'
import { root } from './ensure-installed.mjs'
import { runNode } from './run-node.mjs'

// Some tests use the package as its users do, so dist/ has to be there.
await build()
const forJest = process.argv.slice(2).filter((argument) => argument !== '--long')
runNode(
  [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), ...forJest],
  process.argv.includes('--long') ? { LIVEFLAG_LONG: '1' } : {},
)
