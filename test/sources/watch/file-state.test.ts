import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { join } from 'node:path'
import { pathState } from '../../../src/sources/watch/file-state'
import { run } from '../../../src/testing/reload/shell'
import { tempDir } from '../../support/temp-dir'

const watched = async (path: string): Promise<string[]> =>
  (await pathState(path)).directories.map((directory) => directory.path)
const signature = async (path: string): Promise<string> => (await pathState(path)).signature

describe('the state of a path', () => {
  it('stays the same while nothing changes, and differs when a file goes back in time', async () => {
    const path = join(tempDir(), 'flags.yaml')
    writeFileSync(path, 'a')
    const before = await signature(path)
    expect(await signature(path)).toBe(before)
    utimesSync(path, 1, 1)
    expect(await signature(path)).not.toBe(before)
  })

  it('names the directory of every link on the way, free of links', async () => {
    const dir = tempDir()
    mkdirSync(join(dir, 'a'))
    mkdirSync(join(dir, 'b'))
    writeFileSync(join(dir, 'b', 'end'), '')
    symlinkSync(join('..', 'b'), join(dir, 'a', 'way'))
    symlinkSync(join('a', 'way', 'end'), join(dir, 'flags'))
    expect(await watched(join(dir, 'flags'))).toEqual([dir, join(dir, 'a'), join(dir, 'b')])
  })

  it('goes where `..` leads behind a link, not where the text suggests', async () => {
    const dir = tempDir()
    mkdirSync(join(dir, 'far', 'away'), { recursive: true })
    writeFileSync(join(dir, 'far', 'flags'), '')
    symlinkSync(join('far', 'away'), join(dir, 'link'))
    const { end } = await pathState(`${dir}/link/../flags`)
    expect(end).toMatchObject({ kind: 'file', path: join(dir, 'far', 'flags') })
  })

  it.each(['ERR_ACCESS_DENIED', 'EACCES', 'EPERM'])(
    'is found below directories that may not be inspected, which are then not watched (%s)',
    async (code) => {
      const dir = tempDir()
      mkdirSync(join(dir, 'conf'))
      writeFileSync(join(dir, 'conf', 'flags'), '')
      const lstat = files.lstat.bind(files)
      const allowed = join(dir, 'conf')
      const denying = jest
        .spyOn(files, 'lstat')
        .mockImplementation(((path: string, options: never) =>
          path.startsWith(allowed)
            ? lstat(path, options)
            : Promise.reject(Object.assign(new Error('denied'), { code }))) as never)
      try {
        expect(await pathState(join(allowed, 'flags'))).toMatchObject({
          end: { kind: 'file', path: join(allowed, 'flags') },
          directories: [{ path: allowed }],
        })
        expect((await pathState(join(dir, 'flags'))).end).toMatchObject({
          kind: 'unreadable',
          at: join(dir, 'flags'),
        })
      } finally {
        denying.mockRestore()
      }
    },
  )

  it('distinguishes a directory from the one made anew in its place', async () => {
    const dir = join(tempDir(), 'conf')
    mkdirSync(dir)
    const [before] = (await pathState(join(dir, 'flags'))).directories
    rmSync(dir, { recursive: true })
    mkdirSync(dir)
    const [after] = (await pathState(join(dir, 'flags'))).directories
    expect(after?.path).toBe(dir)
    expect(after?.identity).not.toBe(before?.identity)
  })

  it('watches the nearest directory that is there when the others are not', async () => {
    const dir = tempDir()
    expect(await watched(join(dir, 'no', 'such', 'file'))).toEqual([dir])
    expect(await pathState(join(dir, 'no', 'such', 'file'))).toMatchObject({
      end: { kind: 'missing', at: join(dir, 'no') },
    })
  })

  it.each([
    ['a dangling link', { kind: 'missing' }, async (path: string) => symlinkSync('nowhere', path)],
    [
      'a link to itself',
      { kind: 'unreadable', reason: 'its symbolic links form a loop (ELOOP)' },
      async (path: string) => symlinkSync(path, path),
    ],
    [
      'a directory',
      { kind: 'not-a-file', what: 'a directory' },
      async (path: string) => mkdirSync(path),
    ],
    [
      'a pipe',
      { kind: 'not-a-file', what: 'a named pipe' },
      async (path: string) => void (await run('mkfifo', [path])),
    ],
  ])('calls %s what it is', async (_, end, put) => {
    const path = join(tempDir(), 'flags')
    await put(path)
    expect((await pathState(path)).end).toMatchObject(end)
  })

  it.each<[string, number, Readonly<Record<string, string>>]>([
    ['to itself', 1, { flags: 'flags' }],
    ['to one that leads back', 2, { flags: 'other', other: './flags' }],
    ['that grows with every turn', 41, { flags: 'flags/more' }],
  ])(
    'ends a loop of a link %s after %d links, as each costs a starved process time',
    async (_, most, links) => {
      const dir = tempDir()
      for (const [name, target] of Object.entries(links)) symlinkSync(target, join(dir, name))
      const reading = jest.spyOn(files, 'readlink')
      expect((await pathState(join(dir, 'flags'))).end).toMatchObject({
        kind: 'unreadable',
        reason: 'its symbolic links form a loop (ELOOP)',
      })
      expect(reading.mock.calls.length).toBeLessThanOrEqual(most)
      reading.mockRestore()
    },
  )

  it('takes no link for a loop that is passed twice on the way', async () => {
    const dir = tempDir()
    mkdirSync(join(dir, 'conf'))
    symlinkSync('conf', join(dir, 'link'))
    writeFileSync(join(dir, 'conf', 'flags'), '')
    expect((await pathState(join(dir, 'link', '..', 'link', 'flags'))).end.kind).toBe('file')
  })

  it('misses what would be in a directory where a file is', async () => {
    const dir = tempDir()
    writeFileSync(join(dir, 'file'), '')
    expect((await pathState(join(dir, 'file', 'flags'))).end).toEqual({
      kind: 'missing',
      at: join(dir, 'file', 'flags'),
    })
  })

  it('knows the device that is at a path', async () => {
    expect((await pathState('/dev/null')).end).toEqual({ kind: 'not-a-file', what: 'a device' })
    expect((await pathState('/')).end).toEqual({ kind: 'not-a-file', what: 'a directory' })
  })
})
