import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { createSha1Remainder } from '../../src/hash/sha1'
import { sized } from '../support/long-run'
import { anyText } from '../support/any-text'

const RUNS = sized(1000, 5000)

const expected = (text: string): number =>
  Number(BigInt(`0x${createHash('sha1').update(text, 'utf8').digest('hex')}`) % 1_000_000n)

/** Every way to cut a text in two. */
const cuts = (text: string): [string, string][] =>
  Array.from({ length: text.length + 1 }, (_, i) => [text.slice(0, i), text.slice(i)])

test('a text of any length from 0 to 200 has the remainder that node:crypto gives it, wherever salt and unit meet', () => {
  const remainder = createSha1Remainder()
  for (let length = 0; length <= 200; length++) {
    const text = Array.from({ length }, (_, i) =>
      String.fromCharCode(33 + ((i * 7 + length) % 90)),
    ).join('')
    for (const [salt, unit] of cuts(text))
      expect([length, remainder(salt, unit)]).toEqual([length, expected(text)])
  }
})

test.each([
  ['ASCII', fc.string({ unit: 'binary-ascii', maxLength: 70 })],
  [
    'Latin-1',
    fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 70,
    }),
  ],
  ['graphemes', fc.string({ unit: 'grapheme', maxLength: 40 })],
  [
    'any UTF-16, lone surrogates included',
    fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      maxLength: 40,
    }),
  ],
  ['long texts', anyText({ minLength: 100, maxLength: 3000 })],
])(`%s: the remainder is that of the UTF-8 bytes (${RUNS} random pairs)`, (_, text) => {
  const remainder = createSha1Remainder()
  fc.assert(
    fc.property(text, text, (salt, unit) =>
      expect(remainder(salt, unit)).toBe(expected(salt + unit)),
    ),
    { numRuns: RUNS, seed: 3 },
  )
})

test('what was hashed before leaves no trace: short, long and foreign texts in turn', () => {
  const remainder = createSha1Remainder()
  const texts = [
    '',
    'a',
    'x'.repeat(55),
    'x'.repeat(56),
    'é',
    '\0',
    'abc',
    'x'.repeat(54),
    '\x7f',
    '\x80',
    'ab',
  ]
  for (const text of [...texts, ...texts.toReversed(), ...texts])
    expect(remainder(text, '')).toBe(expected(text))
})

test('a lone surrogate is hashed as the replacement character', () => {
  const remainder = createSha1Remainder()
  expect(remainder('f', '\ud800')).toBe(remainder('f', '\ufffd'))
})
