import { counted } from '../../src/core/counted'

test.each([
  [counted(0, 'problem'), '0 problems'],
  [counted(1, 'problem'), '1 problem'],
  [counted(2, 'problem'), '2 problems'],
  [counted(1, 'row was', 'rows were'), '1 row was'],
  [counted(0, 'row was', 'rows were'), '0 rows were'],
])('%s', (written, expected) => {
  expect(written).toBe(expected)
})
