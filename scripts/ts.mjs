// Runs a TypeScript script of the project over the built package: `node scripts/ts.mjs
// scripts/reload-kit.ts --short`.
import { build } from './build.mjs'
import { fail } from './ensure-installed.mjs'
import { runNode, typeScript } from './run-node.mjs'

const [script, ...args] = process.argv.slice(2)
if (script === undefined) fail('name the script to run')
await build()
runNode([...typeScript, script, ...args])
