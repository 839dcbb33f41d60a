/** Options that count things. */
import { countOf } from '../../src/cli/count-argument'

test('a whole number from 1 is taken, and none is none', () => {
  expect([countOf('--keep', '1'), countOf('--keep', '40'), countOf('--keep', undefined)]).toEqual([
    1,
    40,
    undefined,
  ])
})

test.each(['0', '-1', '1.5', 'abc', ''])('%j is refused, with the option', (text) => {
  expect(() => countOf('--keep', text)).toThrow(/--keep/)
})
