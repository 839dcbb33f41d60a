/** Files that a command changes are replaced whole, unless somebody else has changed them. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeAll } from '../../src/cli/changed-files'
import { scratch } from './captured-terminal'

const write = scratch()

test('a file that was changed since it was read stays as it is', async () => {
  const path = write('live.yaml', 'feature_a: on\n')
  writeFileSync(path, 'feature_a: on\nfeature_b: on\n')
  await expect(
    writeAll([{ path, before: 'feature_a: on\n', after: 'feature_a: off\n' }]),
  ).rejects.toMatchObject({ code: 'LIVEFLAG_CANNOT_EDIT' })
  expect(readFileSync(path, 'utf8')).toBe('feature_a: on\nfeature_b: on\n')
})

test('one that cannot be written is named, with the reason', async () => {
  const path = write('live.yaml', 'feature_a: on\n')
  rmSync(path)
  await expect(
    writeAll([{ path, before: 'feature_a: on\n', after: 'feature_a: off\n' }]),
  ).rejects.toMatchObject({
    code: 'LIVEFLAG_CANNOT_EDIT',
    message: expect.stringContaining(
      `${path} cannot be written, and stays as it was: ENOENT`,
    ) as string,
  })
})
