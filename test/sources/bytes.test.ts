import { createHash } from 'node:crypto'
import {
  contentHash,
  contentHashInSlices,
  decodeText,
  decodeTextInSlices,
  LONG,
} from '../../src/sources/bytes'

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
  )

describe('strict UTF-8', () => {
  it.each([
    ['plain text', bytes('a: 1\n'), 'a: 1\n'],
    ['nothing', bytes(), ''],
    ['every length of character', bytes('aé€😀'), 'aé€😀'],
    ['one byte-order mark at the start, which is skipped', bytes('\ufeffa'), 'a'],
    ['a second byte-order mark, which is text', bytes('\ufeff\ufeffa'), '\ufeffa'],
    ['a replacement character that somebody wrote', bytes('\ufffd'), '\ufffd'],
  ])('reads %s', (_, input, text) => {
    expect(decodeText('a.yaml', input)).toBe(text)
  })

  it.each([
    ['a lone continuation byte', bytes('ab\nc', 0x80), 4, { line: 2, column: 2 }],
    ['a byte that is never UTF-8', bytes(0xff, 'ab'), 0, { line: 1, column: 1 }],
    ['a character cut short by another', bytes('a', 0xe2, 0x82, 'b'), 1, { line: 1, column: 2 }],
    ['a character cut short by the end', bytes('a\r\nb', 0xe2, 0x82), 4, { line: 2, column: 2 }],
    ['an overlong slash', bytes('x', 0xc0, 0xaf), 1, { line: 1, column: 2 }],
    ['half a surrogate pair', bytes('x', 0xed, 0xa0, 0x80), 1, { line: 1, column: 2 }],
    [
      'a fault behind wide characters, counted as editors count',
      bytes('😀é', 0xff),
      6,
      { line: 1, column: 4 },
    ],
    [
      'a fault behind a byte-order mark, which is no column',
      bytes('\ufeffab', 0xff),
      5,
      { line: 1, column: 3 },
    ],
    [
      'a fault behind a replacement character that somebody wrote',
      bytes('\ufffd', 0xff),
      3,
      { line: 1, column: 2 },
    ],
  ])('finds %s', (_, input, offset, position) => {
    expect(decodeText('a.yaml', input)).toEqual({
      code: 'bad-encoding',
      severity: 'error',
      message: expect.stringMatching(
        new RegExp(
          `^a\\.yaml is not UTF-8: byte 0x[0-9a-f]{2} at offset ${offset}; save it as UTF-8$`,
        ),
      ),
      ...position,
    })
  })
})

describe('a long content, which is read in slices,', () => {
  // Three bytes a character, so that pieces of a power of two cut characters in two.
  const text = '\u20ac\n'.repeat(LONG / 4 + 10)
  const long = Buffer.from(text)

  test('is the same text as if read at once', async () => {
    expect((await decodeTextInSlices('a.yaml', long)) === text).toBe(true)
  })

  test.each([
    ['bytes', long],
    ['a text of surrogate pairs', '\u{1f600}'.repeat(LONG)],
  ])('has the hash of the whole: %s', async (_what, content) => {
    const whole = createHash('sha256').update(content).digest('hex')
    expect([contentHash(content), await contentHashInSlices(content)]).toEqual([whole, whole])
  })

  test.each([
    ['in a later piece', LONG - 4, 'at offset 4194300', { line: 1048576, column: 1 }],
    [
      'at the end',
      long.length - 4,
      `at offset ${long.length - 4}`,
      { line: LONG / 4 + 10, column: 1 },
    ],
  ])('has its wrong byte where it is: %s', async (_where, offset, words, place) => {
    const wrong = Buffer.from(long)
    wrong[offset] = 0xff
    const problem = await decodeTextInSlices('a.yaml', wrong)
    expect(problem).toMatchObject({ ...place, message: expect.stringContaining(words) })
  })

  test('whose last character is cut short is refused', async () => {
    const problem = await decodeTextInSlices('a.yaml', long.subarray(0, long.length - 2))
    expect(problem).toMatchObject({ code: 'bad-encoding' })
  })

  test('lets other work of the event loop run in between', async () => {
    let turns = 0
    const count = (): void => {
      turns++
      immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    await contentHashInSlices(Buffer.alloc(16 * LONG))
    clearImmediate(immediate)
    expect(turns).toBeGreaterThan(2)
  })
})
