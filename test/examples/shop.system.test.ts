/** The example shop compiles strictly, passes its own tests, and is what its README says. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { filesBelow, root } from '../house/files'

const run = promisify(execFile)
const shop = join(root, 'examples', 'shop')
const compiled = join(root, '.cache', 'shop')

test('the shop compiles, and passes its tests', async () => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  await run(process.execPath, [tsc, '-p', shop])
  const tests = filesBelow('examples/shop/test', '.test.ts').map((path) =>
    join(compiled, 'test', path.replace(/ts$/, 'js')),
  )
  expect(tests.filter((path) => !existsSync(path))).toEqual([])
  // Without the environment of jest, which node:test would report to.
  const { NODE_ENV: _, ...env } = process.env
  const { stdout } = await run(process.execPath, ['--test', ...tests], { cwd: shop, env })
  expect(stdout).toMatch(/^# pass 3\d$/m)
  expect(stdout).toMatch(/^# fail 0$/m)
}, 60_000)

test('each feature of the shop is asked for in its code or its views', () => {
  const code = [
    ...filesBelow('examples/shop/src', '.ts'),
    ...filesBelow('examples/shop/src', '.tsx'),
  ]
    .map((path) => readFileSync(join(shop, 'src', path), 'utf8'))
    .join('\n')
  const views = filesBelow('examples/shop/views', '.njk')
    .map((path) => readFileSync(join(shop, 'views', path), 'utf8'))
    .join('\n')
  const entries = Object.keys(parse(readFileSync(join(shop, 'live.yaml'), 'utf8')) as object)
  const names = entries.map((entry) => entry.replace('feature_', ''))
  expect(names).toHaveLength(16)
  const asked = (name: string): boolean =>
    code.includes(`'${name}'`) || code.includes(`"${name}"`) || views.includes(`"${name}"`)
  expect(names.filter((name) => !asked(name))).toEqual([])
})
