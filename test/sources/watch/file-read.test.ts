import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWhole } from '../../../src/sources/watch/file-read'
import { type End, pathState } from '../../../src/sources/watch/file-state'
import { tempDir } from '../../support/temp-dir'

const MANY = 1_000_000

async function lookedAt(text: string): Promise<Extract<End, { kind: 'file' }>> {
  const path = join(tempDir(), 'flags.yaml')
  writeFileSync(path, text)
  const { end } = await pathState(path)
  if (end.kind !== 'file') throw new Error('just written, and not a file')
  return end
}

describe('reading a file that was looked at', () => {
  it.each([
    ['nothing', 0],
    ['a little', 5],
    ['much', 300_000],
  ])('gives all bytes of %s', async (_, length) => {
    const reading = await readWhole(await lookedAt('x'.repeat(length)), MANY)
    expect(reading).toMatchObject({ kind: 'bytes' })
    expect(reading.kind === 'bytes' && Buffer.from(reading.bytes).toString()).toBe(
      'x'.repeat(length),
    )
  })

  it('calls it torn when it was written to since', async () => {
    const file = await lookedAt('a: 1')
    appendFileSync(file.path, '\nb: 2')
    expect(await readWhole(file, MANY)).toEqual({ kind: 'torn' })
  })

  it('calls it torn when another file has taken its place', async () => {
    const file = await lookedAt('a: 1')
    writeFileSync(`${file.path}.new`, 'a: 1')
    renameSync(`${file.path}.new`, file.path)
    expect(await readWhole(file, MANY)).toEqual({ kind: 'torn' })
  })

  it('stops at the limit, whatever the size was said to be', async () => {
    const file = await lookedAt('x'.repeat(200_000))
    expect(await readWhole(file, 1000)).toEqual({ kind: 'torn' })
  })

  it('says why it cannot be read', async () => {
    const file = await lookedAt('a: 1')
    rmSync(file.path)
    expect(await readWhole(file, MANY)).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('ENOENT') as string,
    })
  })
})
