import { readTime } from '../../src/cli/time-argument'

const now = new Date('2026-11-21T12:00:00Z')

test.each([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T09:30Z', '2026-11-01T09:30:00.000Z'],
  ['2026-11-01T09:30', '2026-11-01T09:30:00.000Z'],
  ['2026-11-01T09:30:15.5+02:00', '2026-11-01T07:30:15.500Z'],
  ['14d', '2026-11-07T12:00:00.000Z'],
  ['6h', '2026-11-21T06:00:00.000Z'],
  ['30m', '2026-11-21T11:30:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(readTime('--since', text, now)).toISOString()).toBe(expected)
})

test.each(['', 'now', '14', '14w', '2026', '01.11.2026', '2026-13-01', '2026-11-01 09:30', 'd'])('%j is no time', (text) => {
  expect(() => readTime('--since', text, now)).toThrow(/^--since is /)
})
