// `npm run schema`: writes config/live-config.schema.json, which the selectors themselves make; a
// test holds that it is current.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from './build.mjs'
import { root } from './ensure-installed.mjs'

const path = join(root, 'config', 'live-config.schema.json')

await build()
const { liveConfigSchema } = createRequire(import.meta.url)('../dist/live-config/schema.js')
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, `${JSON.stringify(liveConfigSchema(), undefined, 2)}\n`)
