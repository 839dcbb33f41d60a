/** What a bundler makes of the package; the slower ones are tried by `npm run check:package`. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './files'

test('what esbuild has bundled, in both formats, runs where there is no node_modules', () => {
  const said = execFileSync(
    process.execPath,
    [join(root, 'scripts', 'package-checks', 'bundles.mjs'), 'esbuild'],
    { encoding: 'utf8' },
  )
  expect(said).toContain('esbuild, CommonJS: the bundles run\nesbuild, modules: the bundles run\n')
})
