import { existsSync } from 'node:fs'
import { join } from 'node:path'
import longest from '../../scripts/longest-suites.json'

const root = join(__dirname, '..', '..')

test('every suite that is named as long, so that it starts early, is there', () => {
  expect(Object.keys(longest).filter((path) => !existsSync(join(root, path)))).toEqual([])
})
