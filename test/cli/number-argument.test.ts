/** Figures on the command line. */
import { numberOf, shareOf } from '../../src/cli/number-argument'

test.each([
  ['5%', 0.05],
  ['5 %', 0.05],
  ['0.05', 0.05],
  ['-10%', -0.1],
  ['150%', 1.5],
])('%s is the share %d', (text, share) => {
  expect(shareOf('--effect', text)).toBeCloseTo(share, 12)
})

test.each([
  ['400000', 400_000],
  ['400,000', 400_000],
  ['1_400_000', 1_400_000],
  ['2.5', 2.5],
])('%s is %d', (text, value) => {
  expect(numberOf('--units', text)).toBe(value)
})

test.each(['5', 'five', '', '1,5', '1e999'])('%j is no share', (text) => {
  expect(() => shareOf('--effect', text)).toThrow('--effect is')
})

test('an option that is left out has no figure', () => {
  expect([shareOf('--effect', undefined), numberOf('--units', undefined)]).toEqual([
    undefined,
    undefined,
  ])
})
