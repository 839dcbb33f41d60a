/**
 * What is committed is for everyone: nothing in it may belong to the machine or the network it was
 * written on.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './files'

const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
const committed = listed.filter((path) => path !== '' && existsSync(join(root, path)))

/**
 * `path:line` of every committed line that a pattern matches; files that are not text have none.
 */
function linesWith(pattern: RegExp): string[] {
  return committed.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    if (text.includes('\0')) return []
    return text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []))
  })
}

test('there are committed files to read', () => {
  expect(committed).toContain('package.json')
})

test.each([
  ['a path of one machine', /(?<![\w.$}*-])\/(?:work|root|(?:home|Users)\/[\w-]+)\//],
  ['a path of one Windows machine', /\b[A-Z]:\\+Users\\/],
  [
    'the host of a package registry',
    /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b|"resolved": "https?:|^\s*registry\s*=/,
  ],
])('no committed file names %s', (_, pattern) => {
  expect(linesWith(pattern)).toEqual([])
})
