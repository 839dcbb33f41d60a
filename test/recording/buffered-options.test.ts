import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bufferedWriter, type BufferedWriterOptions } from '../../src/recording/buffered'
import { MoodyStore } from '../support/moody-store'
import { tempDir } from '../support/temp-dir'

describe('options', () => {
  test.each<[BufferedWriterOptions, RegExp]>([
    [{ flushRows: 0 }, /flushRows is 0/],
    [{ flushMs: NaN }, /flushMs is NaN/],
    [{ capacity: 1.5 }, /capacity is 1.5/],
    [{ capacity: 5, flushRows: 6 }, /capacity is 5; give at least flushRows, 6/],
    [{ timeoutMs: -1 }, /timeoutMs is -1/],
    [{ whenFull: 'panic' as 'drop' }, /whenFull is "panic"/],
    [{ whenFull: 'spill' }, /spill is undefined/],
    [{ spill: 'spill.db' }, /spill is "spill.db"/],
    [
      { whenFull: 'spill', spill: join('no', 'such', 'directory', 'spill.db') },
      /the spill file .*no.such.directory.spill.db cannot be opened/,
    ],
  ])('refuse %j', (options, message) => {
    expect(() => bufferedWriter(new MoodyStore(), options)).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringMatching(message),
      }),
    )
  })

  test('refuse a spill file that is something else, and leave it as it is', () => {
    const spill = join(tempDir(), 'notes.txt')
    const notes =
      'not a database, but long enough to look like a header of one, if nobody looks closely\n'.repeat(
        20,
      )
    writeFileSync(spill, notes)
    expect(() => bufferedWriter(new MoodyStore(), { whenFull: 'spill', spill })).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
    expect(readFileSync(spill, 'utf8')).toBe(notes)
  })

  test('report that the package for a spill file is missing', () => {
    jest.isolateModules(() => {
      jest.doMock('better-sqlite3', () => {
        throw Object.assign(new Error("Cannot find module 'better-sqlite3'"), {
          code: 'MODULE_NOT_FOUND',
        })
      })
      const { bufferedWriter: open } = require('../../src/recording/buffered') as {
        bufferedWriter: typeof bufferedWriter
      }
      expect(() => open(new MoodyStore(), { whenFull: 'spill', spill: 'spill.db' })).toThrow(
        expect.objectContaining({ code: 'LIVEFLAG_MISSING_PACKAGE' }),
      )
      jest.dontMock('better-sqlite3')
    })
  })
})
