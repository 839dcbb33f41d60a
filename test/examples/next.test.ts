/** The pages of Next.js in the docs are the files that `npm run test:next` builds and asks. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkText } from '../../src'
import { filesBelow, root } from '../house/files'
import { fencesOf } from '../house/markdown'

const app = 'examples/next'
const shown = fencesOf('docs/frameworks/next.md')
  .filter(({ info }) => /^tsx? /.test(info))
  .map(({ text }) => {
    const [, path = '', code = ''] = /^\/\/ (\S+)\n([^]*)$/.exec(text) ?? []
    return [path, code] as const
  })

test.each(shown)('%s is shown as it is', (path, code) => {
  expect(readFileSync(join(root, app, path), 'utf8')).toBe(code)
})

test('every file that asks for a feature is shown', () => {
  const asking = ['.ts', '.tsx']
    .flatMap((ending) => filesBelow(app, ending))
    .filter((path) => !/^(node_modules|\.next)\//.test(path))
    .filter((path) =>
      /from '[^']*(?:liveflag|features)/i.test(readFileSync(join(root, app, path), 'utf8')),
    )
  expect(shown.map(([path]) => path).sort()).toEqual(asking.sort())
  expect(asking).toHaveLength(7)
})

test('its live config has no problem', () => {
  const text = readFileSync(join(root, app, 'live.yaml'), 'utf8')
  expect(checkText(text, { format: 'yaml' })).toMatchObject({ problems: [] })
})
