/** Files that are replaced whole, and what writers that were killed have left. */
import { spawnSync } from 'node:child_process'
import promises from 'node:fs/promises'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { removeLeftBehind, writeWhole } from '../../src/sources/whole-file'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'

afterEach(() => jest.restoreAllMocks())

function fileOf(text: string): string {
  const path = join(tempDir(), 'live.yaml')
  writeFileSync(path, text)
  return path
}

const namesBeside = (path: string): readonly string[] => readdirSync(join(path, '..')).sort()

/** The name of the temporary file that a write makes. */
async function temporaryName(path: string): Promise<string> {
  let name = ''
  await writeWhole(path, 'new', {
    isStillWanted: async () => {
      name = namesBeside(path).find((one) => one.endsWith('.tmp')) ?? ''
      return false
    },
  })
  return name
}

test('until it is replaced the file is whole, and the temporary file is hidden', async () => {
  const path = fileOf('old')
  const isStillWanted = async () => {
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(namesBeside(path)).toEqual([
      expect.stringMatching(/^\.live\.yaml\..*\.tmp$/),
      'live.yaml',
    ])
    return true
  }
  expect(await writeWhole(path, 'new', { isStillWanted })).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(namesBeside(path)).toEqual(['live.yaml'])
})

test('what is not wanted any more leaves the file as it is', async () => {
  const path = fileOf('old')
  expect(await writeWhole(path, 'new', { isStillWanted: async () => false })).toBe(false)
  expect([readFileSync(path, 'utf8'), ...namesBeside(path)]).toEqual(['old', 'live.yaml'])
})

test.each(['ENOSPC', 'EDQUOT', 'EIO'])(
  'a disk that fails with %s leaves the file as it was',
  async (code) => {
    const path = fileOf('old')
    const full = Object.assign(new Error(code), { code })
    const { open } = promises
    jest.spyOn(promises, 'open').mockImplementationOnce(async (...args) => {
      const file = await open(...args)
      return Object.assign(file, { writeFile: () => Promise.reject(full) })
    })
    await expect(writeWhole(path, 'new')).rejects.toBe(full)
    expect([readFileSync(path, 'utf8'), ...namesBeside(path)]).toEqual(['old', 'live.yaml'])
  },
)

test('a process that is killed before it replaces the file leaves it whole, and the next one clears up', async () => {
  const path = fileOf('old')
  const program = `
    const { writeWhole } = require('./src/sources/whole-file')
    const isStillWanted = () => process.kill(process.pid, 'SIGKILL')
    writeWhole(${JSON.stringify(path)}, 'new', { isStillWanted })`
  const cwd = resolve(__dirname, '../..')
  const { signal } = spawnSync(process.execPath, [...typeScript, '-e', program], { cwd })
  expect([signal, readFileSync(path, 'utf8')]).toEqual(['SIGKILL', 'old'])
  expect(namesBeside(path)).toHaveLength(2)
  await removeLeftBehind(path)
  expect(namesBeside(path)).toEqual(['live.yaml'])
  expect(await writeWhole(path, 'new')).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test.each<[string, (name: string) => string, number, boolean]>([
  ['of this process, just written', (name) => name, 0, false],
  ['of a process of this number before', (name) => name, 3_600_000, true],
  [
    'of a process that is not there',
    (name) => name.replace(`-${process.pid}.`, '-4000000.'),
    0,
    true,
  ],
  ['of another process that runs', (name) => name.replace(`-${process.pid}.`, '-1.'), 0, false],
  [
    'of another machine',
    (name) => name.replace(/\.[0-9a-f]{8}-\d+\./, '.00000000-4000000.'),
    0,
    false,
  ],
  [
    'of another machine, an old one',
    (name) => name.replace(/\.[0-9a-f]{8}-\d+\./, '.00000000-4000000.'),
    61_000,
    true,
  ],
  ['of a version before, an old one', () => 'live.yaml.0123456789abcdef.tmp', 61_000, true],
  ['of a version before, a new one', () => 'live.yaml.0123456789abcdef.tmp', 0, false],
  ['of another file', (name) => name.replace('live', 'other'), 3_600_000, false],
  ['of somebody else', () => '.live.yaml.backup.tmp', 3_600_000, false],
])(
  'a temporary file %s is removed only when its writer is gone',
  async (_, nameOf, ageMs, isGone) => {
    const path = fileOf('old')
    const name = nameOf(await temporaryName(path))
    const temporary = join(path, '..', name)
    writeFileSync(temporary, 'half')
    const seconds = (Date.now() - ageMs) / 1000
    utimesSync(temporary, seconds, seconds)
    await removeLeftBehind(path)
    expect(namesBeside(path).includes(name)).toBe(!isGone)
  },
)

test('what a file that is not there has left behind is nothing', async () => {
  await removeLeftBehind(join(tempDir(), 'none', 'live.yaml'))
})
