/** The plugin of the built package, as a flat config of a project loads it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../house/files'

const folder = mkdtempSync(join(tmpdir(), 'liveflag-eslint-'))
afterAll(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'node_modules'))
symlinkSync(root, join(folder, 'node_modules', 'liveflag'))
writeFileSync(join(folder, 'live.yaml'), 'feature_search: on\n')
writeFileSync(join(folder, 'code.js'), "if (features.isEnabled('serch')) f()\n")

const CONFIG = `[liveflag.configs.recommended, { settings: { liveflag: { file: 'live.yaml' } } }]`

test.each([
  [
    'CommonJS',
    'eslint.config.cjs',
    `const liveflag = require('liveflag/eslint')\nmodule.exports = ${CONFIG}`,
  ],
  [
    'an ES module',
    'eslint.config.mjs',
    `import liveflag from 'liveflag/eslint'\nexport default ${CONFIG}`,
  ],
])('a config that is %s', (_, name, text) => {
  const config = join(folder, name)
  writeFileSync(config, text)
  const eslint = join(root, 'node_modules', 'eslint')
  const script = `
    const { ESLint } = require(${JSON.stringify(eslint)})
    new ESLint({ cwd: ${JSON.stringify(folder)}, overrideConfigFile: ${JSON.stringify(config)} })
      .lintFiles(['code.js'])
      .then(([{ messages }]) => console.log(messages.map(({ ruleId, message }) => ruleId + ': ' + message).join()))
  `
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe(
    'liveflag/known-feature: The live file has no feature_serch; did you mean search?\n',
  )
})
