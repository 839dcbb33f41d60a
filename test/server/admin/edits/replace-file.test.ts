import promises from 'node:fs/promises'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../../../../src/server/admin/edits/replace-file'
import { contentHash } from '../../../../src/sources/bytes'
import { tempDir } from '../../../support/temp-dir'

const OLD = 'feature_a: off\n'
const NEW = 'feature_a: on\n'

afterEach(() => jest.restoreAllMocks())

function fileWith(bytes: string, name = 'live.yaml'): string {
  const path = join(tempDir(), name)
  writeFileSync(path, bytes)
  return path
}

test('a file is replaced, and its mode stays', async () => {
  const path = fileWith(OLD)
  chmodSync(path, 0o640)
  expect(await replaceFile(path, contentHash(OLD), NEW)).toBe(contentHash(NEW))
  expect(readFileSync(path, 'utf8')).toBe(NEW)
  expect(statSync(path).mode & 0o7777).toBe(0o640)
  expect(readdirSync(join(path, '..'))).toEqual(['live.yaml'])
})

test('a byte-order mark stays', async () => {
  const path = fileWith(`\uFEFF${OLD}`)
  expect(await replaceFile(path, contentHash(`\uFEFF${OLD}`), NEW)).toBe(
    contentHash(`\uFEFF${NEW}`),
  )
  expect(readFileSync(path, 'utf8')).toBe(`\uFEFF${NEW}`)
})

test('of a link, the file that it leads to is replaced, in its own folder', async () => {
  const dir = tempDir()
  mkdirSync(join(dir, 'real'))
  writeFileSync(join(dir, 'real', 'live.yaml'), OLD)
  const link = join(dir, 'live.yaml')
  symlinkSync(join('real', 'live.yaml'), link)
  await replaceFile(link, contentHash(OLD), NEW)
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(dir, 'real', 'live.yaml'), 'utf8')).toBe(NEW)
})

test('a file that has other bytes than the edited ones stays as it is', async () => {
  const path = fileWith('feature_b: on\n')
  expect(await replaceFile(path, contentHash(OLD), NEW)).toBeUndefined()
  expect(readFileSync(path, 'utf8')).toBe('feature_b: on\n')
})

test('a file that changes while the new text is written stays as it is then', async () => {
  const path = fileWith(OLD)
  const { readFile } = promises
  jest.spyOn(promises, 'readFile').mockImplementationOnce((...args) => {
    writeFileSync(path, 'feature_b: on\n')
    return readFile(...args)
  })
  expect(await replaceFile(path, contentHash(OLD), NEW)).toBeUndefined()
  expect(readFileSync(path, 'utf8')).toBe('feature_b: on\n')
  expect(readdirSync(join(path, '..'))).toEqual(['live.yaml'])
})

test('a folder that takes no new file leaves the old one whole', async () => {
  const path = fileWith(OLD, `${'n'.repeat(245)}.yaml`)
  await expect(replaceFile(path, contentHash(OLD), NEW)).rejects.toThrow('ENAMETOOLONG')
  expect(readFileSync(path, 'utf8')).toBe(OLD)
})

test('until the rename the old file is whole, and a rename that fails leaves nothing behind', async () => {
  const path = fileWith(OLD)
  jest.spyOn(promises, 'rename').mockImplementationOnce((temporary) => {
    expect(readFileSync(path, 'utf8')).toBe(OLD)
    expect(readFileSync(String(temporary), 'utf8')).toBe(NEW)
    return Promise.reject(new Error('ENOSPC'))
  })
  await expect(replaceFile(path, contentHash(OLD), NEW)).rejects.toThrow('ENOSPC')
  expect(readFileSync(path, 'utf8')).toBe(OLD)
  expect(readdirSync(join(path, '..'))).toEqual(['live.yaml'])
})
