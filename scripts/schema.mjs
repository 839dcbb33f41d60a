// `npm run schema`: writes the schemas of config/, which the selectors and the kinds of tests
// themselves make; a test holds that they are current.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from './build.mjs'
import { root } from './ensure-installed.mjs'

await build()
const require = createRequire(import.meta.url)
const { liveConfigSchema } = require('../dist/live-config/schema.js')
const { testFileSchema } = require('../dist/cli/config-tests/schema.js')
const config = join(root, 'config')
mkdirSync(config, { recursive: true })
for (const [name, schema] of [
  ['live-config.schema.json', liveConfigSchema()],
  ['live-test.schema.json', testFileSchema()],
])
  writeFileSync(join(config, name), `${JSON.stringify(schema, undefined, 2)}\n`)
