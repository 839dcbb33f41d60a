import { bar, sparkline, table } from '../../src/cli/table'

test('columns of figures are aligned right, and those of words left', () => {
  expect(
    table(
      [
        ['a', 'count', 'bar'],
        ['long', '5', 'x'],
      ],
      [0, 2],
    ),
  ).toEqual(['  a     count  bar', '  long      5  x'])
})

test.each([
  [0, ''],
  [0.001, '▏'],
  [0.5, '████████████'],
  [1, '████████████████████████'],
  [2, '████████████████████████'],
])('a bar for %d', (share, expected) => {
  expect(bar(share)).toBe(expected)
})

test.each([
  [[0, 0], '  '],
  [[1, 8, 4], '▂█▅'],
  [[0, 1], ' █'],
])('a sparkline for %j', (counts, expected) => {
  expect(sparkline(counts)).toBe(expected)
})
