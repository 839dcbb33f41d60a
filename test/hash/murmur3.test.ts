import { murmur3 } from '../../src/hash/murmur3'

/** The published values of MurmurHash3 x86_32 with seed 0. */
test.each([
  ['', 0],
  ['a', 0x3c2569b2],
  ['abc', 0xb3dd93fa],
  ['test', 0xba6bd213],
  ['hello', 0x248bfa47],
  ['Hello, world!', 0xc0363e43],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('the hash of %j is the published one', (text, hash) => {
  const bytes = new TextEncoder().encode(text)
  expect(murmur3(bytes, bytes.length)).toBe(hash)
})

test('bytes behind the length do not count', () => {
  expect(murmur3(new TextEncoder().encode('test and more'), 4)).toBe(0xba6bd213)
})
