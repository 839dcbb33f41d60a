/** Figures and times as people write them, on the command line and in addresses. */
import { lengthOf, momentOf, numberOf, shareOf, sharesOf } from '../../src/analysis/asked-figures'

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

const NOW = Date.UTC(2026, 10, 30, 12)
const DAY = 86_400_000

test.each([
  ['2026-11-01', Date.UTC(2026, 10, 1)],
  ['2026-11-01T09:30', Date.UTC(2026, 10, 1, 9, 30)],
  ['2026-11-01T09:30+02:00', Date.UTC(2026, 10, 1, 7, 30)],
  ['14d', NOW - 14 * DAY],
  ['6h', NOW - DAY / 4],
])('%s is the moment %d', (text, at) => {
  expect(momentOf('since', text, NOW)).toBe(at)
})

test.each(['monday', '2026-02-30', '7', ''])('%j is no moment', (text) => {
  expect(() => momentOf('since', text, NOW)).toThrow(
    `since is ${JSON.stringify(text)}; write a day`,
  )
})

test('a window and shares are read, and what is neither is refused by its name', () => {
  expect(lengthOf('window', '7d')).toBe(7 * DAY)
  expect(lengthOf('window', undefined)).toBeUndefined()
  expect(() => lengthOf('window', 'week')).toThrow('window is "week"')
  // Within no time nobody converts.
  expect(() => lengthOf('window', '0d')).toThrow('window is "0d"')
  expect(sharesOf('shares', '50%,25,25')).toEqual([50, 25, 25])
  expect(() => sharesOf('shares', '50,half')).toThrow('shares is "half"')
})
