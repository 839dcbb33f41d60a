import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { filesBelow, root } from './files'

const IMPORT = /(?:from|import|require\() ?'([^']+)'/g

/** Whether a file, or one of the tests' own that it imports, drives a browser. */
function drivesABrowser(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false
  seen.add(path)
  const imports = [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, name = '']) => name)
  return imports.some((name) => {
    if (name === 'playwright-core') return true
    if (!name.startsWith('.')) return false
    const imported = `${join(dirname(path), name)}.ts`
    return (
      existsSync(imported) &&
      relative(root, imported).startsWith('test') &&
      drivesABrowser(imported, seen)
    )
  })
}

const tests = filesBelow('test', '.test.ts').map((path) => join(root, 'test', path))
const inABrowser = (path: string): boolean => path.endsWith('.browser.test.ts')

test('a test file ends in .browser.test.ts exactly when it drives a page in a browser, because the suite leaves those to a run of their own', () => {
  expect(tests.filter((path) => drivesABrowser(path) !== inABrowser(path))).toEqual([])
  expect(tests.filter(inABrowser).length).toBeGreaterThan(5)
})
