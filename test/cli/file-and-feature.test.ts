/** A file and a feature may be given in either order. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileAndFeature } from '../../src/cli/file-and-feature'
import { tempDir } from '../support/temp-dir'
import { liveflag, scratch } from './captured-terminal'

const write = scratch()

test.each([
  'live.yaml',
  'live.YML',
  'flags.json',
  'r2.ini',
  'config/live',
  '-',
  'https://host/live',
  'redis://cache/0?key=live',
  'store:records.db',
  'edits:liveflag.db@17',
])('%s is the file beside a name, wherever it stands', (file) => {
  expect(fileAndFeature(file, 'button')).toEqual([file, 'button'])
  expect(fileAndFeature('button', file)).toEqual([file, 'button'])
  expect(fileAndFeature(file, 'holdout:checkout_2027')).toEqual([file, 'holdout:checkout_2027'])
})

test('what is there is a file, and two names or two files stay as they are', () => {
  const folder = join(tempDir(), 'flags')
  mkdirSync(folder)
  expect(fileAndFeature('button', folder)).toEqual([folder, 'button'])
  expect(fileAndFeature('live', 'button')).toEqual(['live', 'button'])
  expect(fileAndFeature('live.yaml', 'a.json')).toEqual(['live.yaml', 'a.json'])
})

const STABLE = `feature_button:
  bucketing: stable
  experiment: {enabled: on, variants: {a: 50, b: 50}}
`

test.each([
  ['edit', [], ['off', '--dry-run']],
  ['reweight', [], ['a=40', 'b=60']],
  ['explain', [], ['--world', '{"user": {"id": "t2_a"}}']],
  ['simulate', [], ['--users', '10']],
  ['remove', ['--as', 'a'], [write('code.ts', "features.variant('button')\n")]],
])('%s says the same in either order', async (command, before, after) => {
  const path = write('either.yaml', STABLE)
  const run = (...named: string[]) => liveflag([command, ...before, ...named, ...after])
  const first = await run(path, 'button')
  expect(first.err).toBe('')
  expect(await run('button', path)).toEqual(first)
})
