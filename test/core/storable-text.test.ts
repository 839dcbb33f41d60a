import fc from 'fast-check'
import { restoredText, storable } from '../../src/core/storable-text'

test.each([
  ['plain', 'u-1'],
  ['a backslash', 'C:\\users'],
  ['what JSON does not escape', '\\x00 \\u0041'],
  ['the replacement character', '\ufffd'],
  ['a whole pair', '😀'],
])('%s is stored as it is: %j', (_, text) => {
  expect(storable(text)).toBe(text)
  expect(restoredText(text)).toBe(text)
})

test.each([
  ['NUL', 'a\0', 'a\\u0000'],
  ['the first half of a pair', 'a\ud83d', 'a\\ud83d'],
  ['the second half', '\udc00a', '\\udc00a'],
  ['a text that reads like one that is escaped', '\\u0000', '\\\\u0000'],
  ['with a backslash beside it', '\\\0', '\\\\\\u0000'],
])('%s is escaped: %j', (_, text, stored) => {
  expect(storable(text)).toBe(stored)
  expect(restoredText(stored)).toBe(text)
})

const letters = fc.constantFrom('\\', 'u', '0', 'd', '8', 'f', '\0', '\ud83d', '\ude00', 'x')

test('every text comes back, no two are stored alike, and databases can hold each', () => {
  fc.assert(
    fc.property(fc.string({ unit: letters }), fc.string({ unit: letters }), (one, other) => {
      const [stored, beside] = [storable(one), storable(other)]
      expect(restoredText(stored)).toBe(one)
      expect(stored === beside).toBe(one === other)
      expect(stored).not.toMatch(/\0|\p{Surrogate}/u)
    }),
    { numRuns: 2000, examples: [['\\u0000', '\0']] },
  )
})
