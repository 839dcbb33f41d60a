// `npm start`: the example site and the server of its features, on config/live.yaml or on the file
// given after `--`. PORT says where the site listens, API_PORT where the server does: by default one
// port higher.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { fail, root } from './ensure-installed.mjs'
import { runNode, typeScript } from './run-node.mjs'

const site = join('examples', 'site', 'server.ts')
const given = process.argv.slice(2)

await build()
if (!existsSync(join(root, site))) fail(`${site} is not there, so there is nothing to start`)
runNode([...typeScript, site, ...(given.length > 0 ? given : [join('config', 'live.yaml')])])
