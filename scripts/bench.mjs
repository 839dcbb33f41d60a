// `npm run bench`: measures the built package; arguments go to bench/run.ts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { fail, root } from './ensure-installed.mjs'
import { runNode, typeScript } from './run-node.mjs'

const bench = join('bench', 'run.ts')

await build()
if (!existsSync(join(root, bench))) fail(`${bench} is not there, so there is nothing to measure`)
runNode([...typeScript, bench, ...process.argv.slice(2)])
