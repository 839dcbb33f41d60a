import { endOfString, nestedDeeperAt } from '../../src/core/nesting'

test.each<[text: string, most: number, at: number | undefined]>([
  ['', 0, undefined],
  ['{}', 0, 0],
  ['{}', 1, undefined],
  ['[[]]', 1, 1],
  ['[[]]', 2, undefined],
  ['[],[]', 1, undefined],
  ['{"[[[": 1}', 1, undefined],
  ['{"a\\"[[[": 1}', 1, undefined],
  ['"[[[', 0, undefined],
  [']]][', 0, undefined],
])('%j, with %d levels at most, is deeper at %p', (text, most, at) => {
  expect(nestedDeeperAt(text, most)).toBe(at)
})

test('a million levels take no stack', () => {
  expect(nestedDeeperAt('['.repeat(1_000_000), 100)).toBe(100)
})

test.each([
  ['"ab" ', 4],
  ['"a\\"b"', 6],
  ['"a', 2],
  ['"a\\', 3],
])('the string at the beginning of %j ends before %d', (text, end) => {
  expect(endOfString(text, 0)).toBe(end)
})
