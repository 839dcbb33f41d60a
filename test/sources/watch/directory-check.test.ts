import { writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { join } from 'node:path'
import { sleep } from '../../../src/runtime/wait'
import { DirectoryCheck } from '../../../src/sources/watch/directory-check'
import { watchOptions } from '../../../src/sources/watch/options'
import { RecordingSink } from '../../support/recording-sink'
import { tempDir } from '../../support/temp-dir'

afterEach(() => jest.restoreAllMocks())

/** A directory of a.yaml and b.yaml that has been checked once. */
async function checkedOnce() {
  const dir = tempDir()
  for (const name of ['a', 'b']) writeFileSync(join(dir, `${name}.yaml`), `${name}: 1`)
  const sink = new RecordingSink()
  const settings = {
    path: dir,
    name: dir,
    options: watchOptions(dir, { settleMs: 1 }, 'directory'),
    sleep,
  }
  const check = new DirectoryCheck(settings, sink, undefined)
  const once = async (): Promise<void> =>
    void (await (
      await check.find({ reread: false, awaited: true })
    )())
  await once()
  return { dir, once, textsOf: (name: string) => sink.parts.get(join(dir, name))?.texts ?? [] }
}

/** Does something between the list of names and the first check of a file. */
function afterListing(write: () => void): jest.SpyInstance {
  const { readdir } = files
  return jest.spyOn(files, 'readdir').mockImplementationOnce((async (path: string) => {
    const entries = await readdir(path, { withFileTypes: true })
    write()
    return entries
  }) as never)
}

test('one check finds all that was written before the first file was read, a file included that came after the list of names', async () => {
  const { dir, once, textsOf } = await checkedOnce()
  afterListing(() => {
    writeFileSync(join(dir, 'b.yaml'), 'b: 2')
    writeFileSync(join(dir, 'c.yaml'), 'c: 1')
  })
  await once()
  expect([textsOf('b.yaml'), textsOf('c.yaml')]).toEqual([['b: 1', 'b: 2'], ['c: 1']])
})

test('a check without news lists the names once', async () => {
  const { once } = await checkedOnce()
  const listing = afterListing(() => undefined)
  await once()
  expect(listing).toHaveBeenCalledTimes(1)
})
