import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import promises from 'node:fs/promises'
import { join } from 'node:path'
import { DirectoryWatch } from '../../../src/sources/watch/events'
import { type Directory, pathState } from '../../../src/sources/watch/file-state'
import { eventually } from '../../support/eventually'
import { tempDir } from '../../support/temp-dir'

const directoriesOf = async (path: string): Promise<readonly Directory[]> =>
  (await pathState(path)).directories

describe('a watch of directories', () => {
  let events = 0
  const watch = new DirectoryWatch(() => {
    events += 1
  })
  beforeEach(() => {
    events = 0
  })
  afterAll(() => watch.close())

  it('says that something happened, from the moment it watches', async () => {
    const path = join(tempDir(), 'flags')
    expect(await watch.watchOnly(await directoriesOf(path))).toBe(true)
    writeFileSync(path, '')
    await eventually('an event', () => events > 0)
    expect(await watch.watchOnly(await directoriesOf(path))).toBe(false)
  })

  it('moves on to a directory that took the place of the old one', async () => {
    const dir = join(tempDir(), 'conf')
    for (const round of [1, 2, 3]) {
      mkdirSync(dir)
      await watch.watchOnly(await directoriesOf(join(dir, 'flags')))
      const before = events
      writeFileSync(join(dir, 'flags'), '')
      await eventually(`an event in directory ${round}`, () => events > before)
      if (round === 1) renameSync(dir, `${dir}.old`)
      else rmSync(dir, { recursive: true })
    }
  })

  it('watches what is asked for last, and nothing else', async () => {
    const [one, two] = [tempDir(), tempDir()]
    await watch.watchOnly(await directoriesOf(join(one, 'flags')))
    await watch.watchOnly(await directoriesOf(join(two, 'flags')))
    writeFileSync(join(one, 'unseen'), '')
    writeFileSync(join(two, 'seen'), '')
    await eventually('the event in the second', () => events > 0)
    expect(await watch.watchOnly(await directoriesOf(join(two, 'flags')))).toBe(false)
  })

  it('does not read the directory to find out what changed', async () => {
    const read = jest.spyOn(promises, 'readdir')
    const dir = tempDir()
    await watch.watchOnly(await directoriesOf(join(dir, 'flags')))
    writeFileSync(join(dir, 'flags'), '')
    await eventually('an event', () => events > 0)
    expect(read).not.toHaveBeenCalled()
    read.mockRestore()
  })

  it('says why a directory gives no events, and tries no more often than it helps', async () => {
    const odd = join(tempDir(), 'back\\slash')
    mkdirSync(odd)
    expect(await watch.watchOnly(await directoriesOf(join(odd, 'flags')))).toBe(true)
    expect(watch.problem).toEqual({ code: 'watch-failed', reason: 'it could not be watched' })
    expect(await watch.watchOnly(await directoriesOf(join(odd, 'flags')))).toBe(false)
  })

  it('watches directories that chokidar takes for what an editor leaves behind', async () => {
    const dir = join(tempDir(), 'conf~')
    mkdirSync(dir)
    await watch.watchOnly(await directoriesOf(join(dir, 'flags')))
    expect(watch.problem).toBeUndefined()
    writeFileSync(join(dir, 'flags'), '')
    await eventually('an event', () => events > 0)
  })
})
