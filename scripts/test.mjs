// The whole suite, or the part that the arguments name: they go to jest as they are.
import { join } from 'node:path'
import { build } from './build.mjs'
import { root } from './ensure-installed.mjs'
import { runNode } from './run-node.mjs'

// Some tests use the package as its users do, so dist/ has to be there.
build()
runNode([join(root, 'node_modules', 'jest', 'bin', 'jest.js'), ...process.argv.slice(2)])
